using System.Collections.Frozen;
using System.Text;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Samples;

namespace Evenkeel.Proxy.Logging;

/// <summary>A `log-profile` ready to run: which tag and formats a `log` line uses at each step instead of its proxy's.</summary>
public sealed class LogProfile
{
    private readonly LogProfileStep?[] _steps = new LogProfileStep?[(int)LogStep.Any + 1];

    public LogProfile(LogProfileModel model, Binder binder)
    {
        Tag = model.Tag is { } tag ? Encoding.UTF8.GetBytes(tag) : null;
        foreach (var (step, own) in model.Steps)
        {
            var format = own.Format is { } text ? binder.Bind(text) : null;
            _steps[(int)step] = new LogProfileStep(own.Drops, format, own.StructuredData is { } data ? binder.Bind(data) : null);
        }
    }

    internal byte[]? Tag { get; }

    /// <summary>What it says for <paramref name="step"/>, else for any step.</summary>
    internal LogProfileStep? At(LogStep step) => _steps[(int)step] ?? _steps[(int)LogStep.Any];

    /// <summary>All profiles of a configuration by name.</summary>
    public static FrozenDictionary<string, LogProfile> BindAll(ConfigurationModel model, Binder binder)
    {
        var profiles = new Dictionary<string, LogProfile>(StringComparer.Ordinal);
        foreach (var profile in model.LogProfiles) profiles.TryAdd(profile.Name, new LogProfile(profile, binder));
        return profiles.ToFrozenDictionary(StringComparer.Ordinal);
    }
}

/// <summary>One `on STEP` line.</summary>
internal sealed record LogProfileStep(bool Drops, BoundLogFormat? Format, BoundLogFormat? StructuredData);

/// <summary>Counts the lines of one `log` line with `sample` and says which of them are sent. Any thread.</summary>
internal sealed class LogSampler(LogSampleModel model)
{
    private long _count;

    public bool TakesNext()
    {
        // Numbers are from 1; the unsigned remainder outlives an overflow.
        var number = (int)((ulong)(Interlocked.Increment(ref _count) - 1) % (ulong)model.Size) + 1;
        foreach (var (first, last) in model.Ranges)
            if (number >= first && number <= last) return true;
        return false;
    }
}
