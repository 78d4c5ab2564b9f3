using System.Diagnostics;
using System.Globalization;

namespace Evenkeel.Lab.Probe.Datagrams;

/// <summary>What one client saw after a moment.</summary>
/// <param name="OutageMs">The longest time without an answer.</param>
/// <param name="TailMs">How long before the end the last answer came.</param>
/// <param name="SwitchMs">When another node answered first, from the moment asked about; null for never.</param>
internal sealed record DatagramReport(double OutageMs, double TailMs, double? SwitchMs)
{
    /// <summary>Answers may stay out this long at the end without being an outage of their own.</summary>
    private const double UsualTailMs = 20;

    public static DatagramReport Read(string text, long moment)
    {
        double outage = 0, tail = 0;
        double? change = null;
        foreach (var line in text.Split('\n'))
        {
            var words = line.Split(' ');
            if (words[0] == "tail") tail = Number(words[1]);
            if (words[0] is not ("gap" or "switch")) continue;
            double atMs = (long.Parse(words[1], CultureInfo.InvariantCulture) - moment) * 1000.0 / Stopwatch.Frequency;
            if (words[0] == "switch" && atMs >= 0) change ??= atMs;
            // What began before the moment is not its doing.
            if (words[0] == "gap" && atMs + Number(words[2]) >= 0) outage = Math.Max(outage, Number(words[2]));
        }
        return new DatagramReport(tail > UsualTailMs ? Math.Max(outage, tail) : outage, tail, change);
    }

    private static double Number(string word) => double.Parse(word, CultureInfo.InvariantCulture);
}
