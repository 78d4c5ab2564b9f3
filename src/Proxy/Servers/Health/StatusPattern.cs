using System.Globalization;

namespace Evenkeel.Proxy.Servers.Health;

/// <summary>The statuses an `http-check expect status` or `rstatus` names.</summary>
internal abstract class StatusPattern
{
    public abstract bool Matches(int status);

    /// <param name="list">"200-399,404"</param>
    public static StatusPattern Ranges(string list)
    {
        var ranges = new List<(int, int)>();
        foreach (var part in list.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var ends = part.Split('-');
            if (!int.TryParse(ends[0], CultureInfo.InvariantCulture, out var from)) continue;
            ranges.Add((from, ends.Length > 1 && int.TryParse(ends[1], CultureInfo.InvariantCulture, out var to) ? to : from));
        }

        return new RangesPattern([.. ranges]);
    }

    public static StatusPattern Regex(string expression) => new RegexPattern(BytePattern.Regex(expression));

    private sealed class RangesPattern((int From, int To)[] ranges) : StatusPattern
    {
        public override bool Matches(int status) => Array.Exists(ranges, range => status >= range.From && status <= range.To);
    }

    private sealed class RegexPattern(BytePattern pattern) : StatusPattern
    {
        public override bool Matches(int status)
        {
            Span<byte> digits = stackalloc byte[11];
            status.TryFormat(digits, out var length, provider: CultureInfo.InvariantCulture);
            return pattern.IsIn(digits[..length]);
        }
    }
}
