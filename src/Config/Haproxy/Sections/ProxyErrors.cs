using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text;
using Evenkeel.Config.Haproxy.Expressions;
using Evenkeel.Config.Haproxy.Values;
using Evenkeel.Model.Rules;

namespace Evenkeel.Config.Haproxy.Sections;

/// <summary>`errorfile`, `errorfiles`, `errorloc*`, `http-error`: what is sent instead of the built-in error pages.</summary>
internal static class ProxyErrors
{
    /// <summary>Status codes whose answer can be replaced.</summary>
    public static readonly FrozenSet<int> Statuses = FrozenSet.Create(
        200, 400, 401, 403, 404, 405, 407, 408, 410, 413, 414, 421, 422, 425, 429, 431, 500, 501, 502, 503, 504);

    public static void ErrorFile(ProxySection section, Statement statement)
    {
        if (TryRead(section.Context, statement) is var (status, bytes)) Add(section, statement, status, bytes);
    }

    /// <summary>Reads `errorfile STATUS FILE`, which an `http-errors` section has too; the file holds a raw response.</summary>
    public static (int Status, ImmutableArray<byte> Bytes)? TryRead(ParseContext context, Statement statement)
    {
        if (!statement.Has(1) || !statement.Has(2))
        {
            context.Alert("errorfile : expects <status_code> and <file> as arguments.\n");
            return null;
        }
        var status = Units.LenientInteger(statement[1]);
        if (!Statuses.Contains(status))
        {
            context.Alert($"errorfile : status code '{status}' not handled.");
            return null;
        }
        if (context.World.ReadFile(statement[2], out _) is not { } bytes)
        {
            context.Alert($"errorfile : error opening file '{statement[2]}'.");
            return null;
        }
        if (bytes.Length > 0 && !bytes.AsSpan().StartsWith("HTTP/"u8))
        {
            context.Alert($"errorfile : '{statement[2]}': unable to parse headers (error offset: 0)");
            return null;
        }
        if (PayloadComplaint(bytes) is { } complaint)
        {
            context.Alert($"errorfile : '{statement[2]}': {complaint}");
            return null;
        }
        return (status, [.. bytes]);
    }

    /// <summary>What the head of a page says of a payload that is not what follows it, in the original's words; null when they agree.</summary>
    private static string? PayloadComplaint(byte[] bytes)
    {
        var text = Encoding.Latin1.GetString(bytes);
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal) is >= 0 and var found ? found + 4 : text.IndexOf("\n\n", StringComparison.Ordinal) + 2;
        if (end < 2) return null;
        foreach (var line in text[..end].Split('\n', StringSplitOptions.TrimEntries))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0) continue;
            var (name, value) = (line[..colon], line[(colon + 1)..].Trim());
            if (name.Equals("transfer-encoding", StringComparison.OrdinalIgnoreCase) && value.EndsWith("chunked", StringComparison.OrdinalIgnoreCase))
                return "chunk-encoded payload not supported";
            if (!name.Equals("content-length", StringComparison.OrdinalIgnoreCase) || !long.TryParse(value, out var announced)) continue;
            var payload = text.Length - end;
            if (announced == 0 && payload > 0) return "message payload not expected";
            if (announced != payload) return $"payload size does not match the announced content-length ({payload} != {announced})";
        }
        return null;
    }

    public static void ErrorFiles(ProxySection section, Statement statement)
    {
        if (!statement.Has(1))
        {
            section.Context.Alert("errorfiles : expects <name> as argument.");
            return;
        }
        var statuses = ImmutableArray.CreateBuilder<int>();
        foreach (var text in statement.From(2))
        {
            var status = Units.LenientInteger(text);
            if (!Statuses.Contains(status))
            {
                section.Context.Alert($"errorfiles : status code '{status}' not handled.");
                return;
            }
            statuses.Add(status);
        }
        Add(section, new ErrorPageUse(statement[1], statuses.ToImmutable(), null, statement.Position));
    }

    /// <summary>`http-error status CODE ...`: an error page in the words of `return`.</summary>
    public static void HttpError(ProxySection section, Statement statement)
    {
        var (context, scope) = (section.Context, section.Scope);
        if (statement[1] != "status")
        {
            context.Alert("http-error : expects at least a <status> as arguments.\n");
            return;
        }
        var places = scope.PlacesOf(RuleSets.HttpRequest) | scope.PlacesOf(RuleSets.HttpResponse);
        var next = 1;
        if (new HttpReplyReader(HttpReplyUse.ErrorPage, scope, places).Read(statement.Words, ref next, out var error) is not { } reply)
            context.Alert($"http-error : {error}");
        else if (!Statuses.Contains(reply.Status)) context.Alert($"http-error: status code '{reply.Status}' not handled.");
        else if (next < statement.Count) context.Alert($"http-error : unknown keyword '{statement[next]}'.");
        else
        {
            var resets = reply.Source == HttpReplySource.DefaultErrorFiles;
            Add(section, new ErrorPageUse(reply.SectionName ?? "", [reply.Status], resets || reply.SectionName is not null ? null : reply, statement.Position));
        }
    }

    public static void ErrorLocation(ProxySection section, Statement statement)
    {
        var context = section.Context;
        if (!statement.Has(1) || !statement.Has(2))
        {
            context.Alert($"{statement.Keyword} : expects <status_code> and <url> as arguments.\n");
            return;
        }
        var status = Units.LenientInteger(statement[1]);
        if (!Statuses.Contains(status))
        {
            context.Alert($"{statement.Keyword} : status code '{status}' not handled.");
            return;
        }
        var line = statement.Keyword == "errorloc303" ? "303 See Other" : "302 Found";
        var reply = $"HTTP/1.1 {line}\r\nCache-Control: no-cache\r\nContent-length: 0\r\nLocation: {statement[2]}\r\n\r\n";
        Add(section, statement, status, [.. Encoding.Latin1.GetBytes(reply)]);
    }

    private static void Add(ProxySection section, Statement statement, int status, ImmutableArray<byte> bytes) =>
        Add(section, new ErrorPageUse("", [status], Raw(status, bytes), statement.Position));

    private static HttpReplyModel Raw(int status, ImmutableArray<byte> bytes) => new(HttpReplySource.ErrorFile) { Status = status, Payload = bytes };

    private static void Add(ProxySection section, ErrorPageUse use) => section.Draft.ErrorPages = section.Draft.ErrorPages.Add(use);
}
