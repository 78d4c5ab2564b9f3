using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text;
using Evenkeel.Config.Haproxy.Values;

namespace Evenkeel.Config.Haproxy.Sections;

/// <summary>`errorfile`, `errorfiles`, `errorloc*`: what is sent instead of the built-in error pages.</summary>
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
            context.Alert($"errorfile : status code '{statement[1]}' not handled.");
            return null;
        }
        if (context.World.ReadFile(statement[2], out _) is not { } bytes)
        {
            context.Alert($"errorfile : error opening file '{statement[2]}'.");
            return null;
        }
        return (status, [.. bytes]);
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
                section.Context.Alert($"errorfiles : status code '{text}' not handled.");
                return;
            }
            statuses.Add(status);
        }
        section.Draft.ErrorPages = section.Draft.ErrorPages.Add(new ErrorPageUse(statement[1], statuses.ToImmutable(), [], statement.Position));
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
            context.Alert($"{statement.Keyword} : status code '{statement[1]}' not handled.");
            return;
        }
        var line = statement.Keyword == "errorloc303" ? "303 See Other" : "302 Found";
        var reply = $"HTTP/1.1 {line}\r\nCache-Control: no-cache\r\nContent-length: 0\r\nLocation: {statement[2]}\r\n\r\n";
        Add(section, statement, status, [.. Encoding.Latin1.GetBytes(reply)]);
    }

    private static void Add(ProxySection section, Statement statement, int status, ImmutableArray<byte> bytes) =>
        section.Draft.ErrorPages = section.Draft.ErrorPages.Add(new ErrorPageUse("", [status], bytes, statement.Position));
}
