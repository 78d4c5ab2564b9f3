using Evenkeel.Config.Keepalived.Blocks;
using Evenkeel.Model.Vrrp;

namespace Evenkeel.Config.Keepalived.Keywords;

/// <summary>An option of a route that is one number for the kernel (`mtu 1400`, `rtt lock 300ms`), and how the original refuses a wrong one.</summary>
/// <param name="Number">RTAX_*.</param>
/// <param name="Complaint">`{0}` stands for the value.</param>
internal sealed record RouteMetric(ushort Number, string Complaint, bool MayBeLocked, long Most = uint.MaxValue)
{
    /// <summary>In milliseconds, or in seconds with an `s` behind; values below <see cref="LeastMs"/> are raised.</summary>
    private bool IsTime { get; init; }

    /// <summary>The kernel counts round-trip times in eighths and their variance in quarters of a millisecond.</summary>
    private uint Units { get; init; } = 1;

    /// <summary>What is said before "value ... below minimum".</summary>
    private string? Raised { get; init; }

    private const long LeastMs = 200;

    private static readonly Dictionary<string, RouteMetric> Known = new(StringComparer.Ordinal)
    {
        ["mtu"] = new(2, "Invalid MTU {0} specified for route", true),
        ["window"] = new(3, "Invalid window value {0} specified for route", false),
        ["rtt"] = new(4, "Invalid rtt {0} for route", true) { IsTime = true, Units = 8, Raised = "rtt" },
        ["rttvar"] = new(5, "Invalid rttvar {0} for route", true) { IsTime = true, Units = 4 },
        ["ssthresh"] = new(6, "Invalid ssthresh value {0} specified for route", true),
        ["cwnd"] = new(7, "Invalid cwnd value {0} specified for route", true),
        ["advmss"] = new(8, "Invalid advmss {0} specified for route", true),
        ["reordering"] = new(9, "Invalid reordering value {0} specified for route", true),
        ["hoplimit"] = new(10, "Invalid hoplimit {0} specified for route", false, 255),
        ["initcwnd"] = new(11, "Invalid initcwnd value {0} specified for route", false),
        ["rto_min"] = new(13, "Invalid rto_min value {0} specified for route", true) { IsTime = true, Raised = "rto" },
        ["initrwnd"] = new(14, "Invalid initrwnd value {0} specified for route", false),
        ["quickack"] = new(15, "Invalid quickack value {0} specified for route", false, 1),
    };

    public static RouteMetric? Find(string word) => Known.GetValueOrDefault(word);

    /// <summary>Reads `[lock] VALUE` behind the option; null after a complaint.</summary>
    public RouteMetricModel? Read(KeywordLine line, ref int i)
    {
        string text = line.Word(++i);
        bool locked = MayBeLocked && text == "lock";
        if (locked) text = line.Word(++i);
        if (line.Complaints.Fatal) return null;
        var (digits, scale) = !IsTime ? (text, 1)
            : text.EndsWith("ms", StringComparison.Ordinal) ? (text[..^2], 1)
            : text.EndsWith('s') ? (text[..^1], 1_000)
            : (text, 1);
        if (!Numbers.TryUnsigned(line.Complaints, digits, 0, Most, out long value))
        {
            line.Error(Complaint.Replace("{0}", text, StringComparison.Ordinal));
            return null;
        }
        value *= scale;
        if (Raised is not null && value < LeastMs)
        {
            line.Error($"{Raised} value {text} below minimum {LeastMs}ms, resetting");
            value = LeastMs;
        }
        return new RouteMetricModel(Number, (uint)Math.Min(value * Units, uint.MaxValue), locked);
    }
}
