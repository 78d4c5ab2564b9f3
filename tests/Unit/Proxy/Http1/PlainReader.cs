using System.Text;
using System.Text.RegularExpressions;

namespace Evenkeel.Tests.Unit.Proxy.Http1;

/// <summary>
/// Reads heads and chunks the plainest way there is: whole, as text, with regular expressions. What the product's parsers make of any bytes must be what this
/// makes of them.
/// </summary>
internal static partial class PlainReader
{
    private const int MaxHeaders = 101;

    /// <summary>Status, error, head as it would be sent on, and the bytes behind it; the form of <see cref="Received.Parse"/>.</summary>
    public static string Head(string text, bool isRequest, int maxLength)
    {
        var startLine = "";
        var names = new List<string>();
        var values = new List<(int From, int To)>();
        var at = 0;
        while (true)
        {
            var feed = text.IndexOf('\n', at);
            if (feed < 0) return Unfinished(text, at, startLine, isRequest, maxLength);
            if (feed + 1 > maxLength) return startLine.Length == 0 ? "Invalid StartLineTooLong" : "Invalid TooLarge";
            var line = text[at..feed];
            if (line.EndsWith('\r')) line = line[..^1];
            var next = feed + 1;
            if (startLine.Length == 0)
            {
                if (line.Length > 0 || !isRequest)
                {
                    startLine = isRequest ? Request(line) : Response(line);
                    if (startLine.Length == 0) return "Invalid BadStartLine";
                }
            }
            else if (line.Length == 0)
            {
                var head = new StringBuilder(startLine);
                for (var i = 0; i < names.Count; i++)
                    head.Append(names[i]).Append(": ").Append(text[values[i].From..values[i].To].Replace('\r', ' ').Replace('\n', ' ')).Append("\r\n");
                return $"Done {head}\r\n|{text[next..]}";
            }
            else if (HeaderLine(line, at, names, values) is { } error)
            {
                return "Invalid " + error;
            }

            at = next;
        }
    }

    /// <summary>The body in canonical form when it is whole and good, else null.</summary>
    public static string? Chunks(string text)
    {
        var body = new StringBuilder();
        var at = 0;
        while (true)
        {
            var size = ChunkSize().Match(text, at);
            if (!size.Success || size.Index != at || size.Length > 4_000) return null;
            var length = long.Parse("0" + size.Groups[1].Value, System.Globalization.NumberStyles.HexNumber);
            at += size.Length;
            body.Append(length == 0 ? "0" : size.Groups[1].Value.TrimStart('0')).Append("\r\n");
            if (length == 0) break;
            if (length > text.Length - at - 2 || text[at + (int)length] != '\r' || text[at + (int)length + 1] != '\n') return null;
            body.Append(text, at, (int)length + 2);
            at += (int)length + 2;
        }

        while (true)
        {
            var trailer = Trailer().Match(text, at);
            if (!trailer.Success || trailer.Index != at) return null;
            at += trailer.Length;
            body.Append(trailer.Groups[1].Value.ToLowerInvariant()).Append(trailer.Groups[2].Value).Append("\r\n");
            if (trailer.Length == 2) return body.ToString();
        }
    }

    private static string Unfinished(string text, int at, string startLine, bool isRequest, int maxLength)
    {
        var begun = text[at..];
        var hopeful = startLine.Length > 0 || (isRequest ? RequestBegins().IsMatch(begun) : "HTTP/".StartsWith(begun[..Math.Min(5, begun.Length)]));
        if (!hopeful) return "Invalid BadStartLine";
        if (text.Length >= maxLength) return startLine.Length == 0 ? "Invalid StartLineTooLong" : "Invalid TooLarge";
        return "NeedMore None";
    }

    private static string Request(string line)
    {
        var match = RequestLine().Match(line);
        return match.Success ? $"{match.Groups[1].Value} {match.Groups[2].Value} HTTP/1.{(match.Groups[3].Value == "1.0" ? 0 : 1)}\r\n" : "";
    }

    private static string Response(string line)
    {
        var match = StatusLine().Match(line);
        return match.Success ? $"HTTP/1.{(match.Groups[1].Value == "1.0" ? 0 : 1)} {match.Groups[2].Value} {match.Groups[3].Value}\r\n" : "";
    }

    private static string? HeaderLine(string line, int at, List<string> names, List<(int From, int To)> values)
    {
        if (line[0] is ' ' or '\t')
        {
            if (names.Count == 0) return "BadHeaderName";
            var more = line.TrimEnd(' ', '\t');
            if (more.Length == 0) return null;
            if (more.AsSpan().IndexOfAny('\0', '\r') >= 0) return "BadHeaderValue";
            values[^1] = (values[^1].From, at + more.Length);
            return null;
        }

        if (names.Count + 1 >= MaxHeaders) return "TooManyHeaders";
        var name = Name().Match(line);
        if (!name.Success) return "BadHeaderName";
        var from = name.Length;
        while (from < line.Length && line[from] is ' ' or '\t') from++;
        var to = line.Length;
        while (to > from && line[to - 1] is ' ' or '\t') to--;
        if (line.AsSpan(from, to - from).IndexOfAny('\0', '\r') >= 0) return "BadHeaderValue";
        names.Add(name.Groups[1].Value.ToLowerInvariant());
        values.Add((at + from, at + to));
        return null;
    }

    [GeneratedRegex(@"\A([!#$%&'*+\-.^_`|~0-9A-Za-z]+) +([\x21\x22\x24-\x7E]+) +HTTP/([1-9]\.[0-9])\z")]
    private static partial Regex RequestLine();

    [GeneratedRegex(@"\AHTTP/([1-9]\.[0-9]) +([1-9][0-9]{2})(?: +([^\0\r]*))?\z", RegexOptions.Singleline)]
    private static partial Regex StatusLine();

    [GeneratedRegex(@"\A(?:\r|[!#$%&'*+\-.^_`|~0-9A-Za-z]*|[!#$%&'*+\-.^_`|~0-9A-Za-z]+ .*)\z", RegexOptions.Singleline)]
    private static partial Regex RequestBegins();

    [GeneratedRegex(@"\A([!#$%&'*+\-.^_`|~0-9A-Za-z]+):")]
    private static partial Regex Name();

    [GeneratedRegex(@"\G0*([0-9A-Fa-f]{0,13})(?<=[0-9A-Fa-f])[ \t]*(?:;[^\0\r\n]*)?\r\n")]
    private static partial Regex ChunkSize();

    [GeneratedRegex(@"\G(?:([!#$%&'*+\-.^_`|~0-9A-Za-z]+)(:[^\0\r\n]*))?\r\n")]
    private static partial Regex Trailer();
}
