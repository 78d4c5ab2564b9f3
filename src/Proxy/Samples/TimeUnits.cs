using System.Collections.Immutable;
using Evenkeel.Model.Samples;

namespace Evenkeel.Proxy.Samples;

/// <summary>The unit argument of dates: `s`, `ms` or `us`.</summary>
internal static class TimeUnits
{
    public static string? Check(ImmutableArray<SampleArgument> arguments, int index)
    {
        if (arguments.Length <= index || arguments[index].IsEmpty || arguments[index].Text is "s" or "ms" or "us") return null;
        return $"expects 's', 'ms' or 'us', got '{arguments[index].Text}'";
    }

    /// <summary>Units in a second.</summary>
    public static object PerSecond(ImmutableArray<SampleArgument> arguments, int index) => (arguments.Length > index ? arguments[index].Text : "s") switch
    {
        "ms" => 1_000L,
        "us" => 1_000_000L,
        _ => 1L,
    };
}
