using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Evenkeel.Lab.Probe;

/// <summary>What the client saw. Times are kept per request as asked, so a gap is the time in which nobody who asked got a right answer.</summary>
internal sealed class Tally
{
    private readonly Lock _lock = new();
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly SortedDictionary<string, int> _failures = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _servers = new(StringComparer.Ordinal);
    private readonly List<double> _answeredAtMs = [];
    private int _asked, _wrong;
    private double _endMs;

    private double NowMs => Stopwatch.GetElapsedTime(_start).TotalMilliseconds;

    public long Asked()
    {
        Interlocked.Increment(ref _asked);
        return Stopwatch.GetTimestamp();
    }

    public void Answered(long askedAt, string server)
    {
        lock (_lock)
        {
            _answeredAtMs.Add(Stopwatch.GetElapsedTime(_start, askedAt).TotalMilliseconds);
            _servers[server] = _servers.GetValueOrDefault(server) + 1;
        }
    }

    public void Failed(string why)
    {
        lock (_lock) _failures[why] = _failures.GetValueOrDefault(why) + 1;
    }

    public void Wrong() => Interlocked.Increment(ref _wrong);

    public void End() => _endMs = NowMs;

    public string ToLine()
    {
        lock (_lock)
        {
            var (gap, at) = LongestGap();
            return string.Create(CultureInfo.InvariantCulture,
                $"client: {_asked} requests, {_answeredAtMs.Count} answered, {_failures.Values.Sum()} failed, {_wrong} wrong; " +
                $"longest gap {gap:F0} ms (at {at / 1000:F1} s); servers: {string.Join(' ', _servers.Select(s => $"{s.Key}={s.Value}"))}");
        }
    }

    public string ToJson()
    {
        lock (_lock)
        {
            var (gap, at) = LongestGap();
            var text = new StringBuilder("{");
            text.Append(CultureInfo.InvariantCulture, $"\"requests\":{_asked},\"answered\":{_answeredAtMs.Count},");
            text.Append(CultureInfo.InvariantCulture, $"\"failed\":{_failures.Values.Sum()},\"wrong\":{_wrong},");
            text.Append(CultureInfo.InvariantCulture, $"\"longest_gap_ms\":{gap:F1},\"longest_gap_at_ms\":{at:F1},\"tail_ms\":{Tail():F1},");
            text.Append(CultureInfo.InvariantCulture, $"\"failures\":{Counts(_failures)},\"servers\":{Counts(_servers)}}}");
            return text.ToString();
        }
    }

    /// <summary>The longest time between two questions that were answered rightly, and when it began.</summary>
    private (double GapMs, double AtMs) LongestGap()
    {
        _answeredAtMs.Sort();
        double gap = 0, at = 0;
        for (int i = 1; i < _answeredAtMs.Count; i++)
            if (_answeredAtMs[i] - _answeredAtMs[i - 1] > gap)
                (gap, at) = (_answeredAtMs[i] - _answeredAtMs[i - 1], _answeredAtMs[i - 1]);
        return (gap, at);
    }

    /// <summary>How long before the end the last right answer was asked for: a gap that never closed.</summary>
    private double Tail() => (_endMs > 0 ? _endMs : NowMs) - (_answeredAtMs.Count > 0 ? _answeredAtMs[^1] : 0);

    private static string Counts(SortedDictionary<string, int> counts) =>
        "{" + string.Join(',', counts.Select(c => $"\"{c.Key.Replace("\\", "\\\\").Replace("\"", "\\\"")}\":{c.Value}")) + "}";
}
