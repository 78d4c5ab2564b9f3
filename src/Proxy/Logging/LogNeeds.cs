using Evenkeel.Model.Rules;
using Evenkeel.Model.Samples;

namespace Evenkeel.Proxy.Logging;

/// <summary>What has to be there before a line of a log format can be written.</summary>
internal static class LogNeeds
{
    /// <summary>Aliases whose value the end of the stream decides: counts, durations, the final state, the unique ID.</summary>
    private static readonly HashSet<string> EndAliases =
        ["B", "U", "ac", "fc", "bc", "sc", "rc", "bq", "sq", "Ta", "Tc", "Td", "Th", "Ti", "Tq", "TR", "Tr", "Tt", "Tw", "Tu", "ts", "ID"];

    public static bool End(LogFormatModel format) => format.Parts.Any(part => part.Kind switch
    {
        LogFormatPartKind.Alias => EndAliases.Contains(part.Text),
        LogFormatPartKind.Expression => part.Expression!.Fetch.Source is SampleSource.RequestStatistics or SampleSource.ResponseStatistics
            or SampleSource.StreamEnd,
        _ => false,
    });

    public static bool Server(LogFormatModel format) => format.Parts.Any(part => part.Kind switch
    {
        LogFormatPartKind.Alias => part.Text is "bi" or "bp",
        LogFormatPartKind.Expression => part.Expression!.Fetch.Source == SampleSource.ServerAddress,
        _ => false,
    });
}
