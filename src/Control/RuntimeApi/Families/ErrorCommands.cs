using System.Globalization;
using System.Text;
using Evenkeel.Proxy.Http1;
using Evenkeel.Proxy.Streams;

namespace Evenkeel.Control.RuntimeApi.Families;

/// <summary>`show errors`: the last messages that broke the protocol, of each frontend and backend (management.txt 9.3).</summary>
/// <remarks>Differs from HAProxy: names of headers before the fault are shown in lower case, and flags of its own parser are left out.</remarks>
public static class ErrorCommands
{
    /// <summary>A line of the dump is no wider, so that it fits a terminal.</summary>
    private const int LineWidth = 79;

    public static IEnumerable<RuntimeCommand> All =>
    [
        RuntimeCommand.ForOperators("show errors", "[<px>] [request|response]", "show the last invalid requests and responses", ShowErrors) with
        {
            Note = "header names before the fault are shown in lower case; flags of the original's parser are left out",
        },
    ];

    private static CommandAnswer ShowErrors(CommandContext context)
    {
        var name = context.Word(2);
        var (frontend, backend) = (ServerPath.FindFrontend(context.Plane, AsPath(name)), ServerPath.FindBackend(context.Plane, AsPath(name)));
        var isAny = name is "" or "-1";
        if (!isAny && frontend is null && backend is null) return CommandAnswer.Error("No such proxy.");
        var (requests, responses) = (context.Word(3) != "response", context.Word(3) != "request");
        var id = frontend?.Id ?? backend?.Id;
        var proxies = context.Plane.Proxies;
        var now = context.Plane.Process.Now;
        var captured = new List<(InvalidMessage Message, string Owner, int OwnerId, bool IsRequest)>();
        void Take(InvalidMessage? message, string owner, int ownerId, bool isRequest)
        {
            if (message is not null && (isAny || ownerId == id || message.Note.OtherId == id)) captured.Add((message, owner, ownerId, isRequest));
        }
        foreach (var each in requests ? proxies.Frontends : []) Take(each.InvalidRequest.Last, each.Name, each.Id, isRequest: true);
        foreach (var each in responses ? proxies.Backends : []) Take(each.InvalidResponse.Last, each.Name, each.Id, isRequest: false);
        var head = $"Total events captured on [{Date(now)}] : {proxies.Process.InvalidMessages.ToString(CultureInfo.InvariantCulture)}\n";
        return CommandAnswer.Dump(captured.Select(each => Describe(each.Message, each.Owner, each.OwnerId, each.IsRequest, now)).Prepend(head));
    }

    /// <summary>A bare number is the id of a proxy here.</summary>
    private static string AsPath(string name) => name.Length > 0 && name.All(char.IsAsciiDigit) ? "#" + name : name;

    private static string Describe(InvalidMessage message, string owner, int ownerId, bool isRequest, DateTimeOffset now)
    {
        var note = message.Note;
        var text = new StringBuilder();
        var date = DateTimeOffset.FromUnixTimeMilliseconds(note.WallMs).ToOffset(now.Offset);
        text.Append(CultureInfo.InvariantCulture, $" \n[{Date(date)}] {(isRequest ? "frontend" : "backend")} {owner} (#{ownerId}): ")
            .Append(isRequest ? "invalid request\n" : "invalid response\n")
            .Append(CultureInfo.InvariantCulture, $"  {(isRequest ? "backend" : "frontend")} {note.Other ?? "<NONE>"} (#{note.OtherId}), ")
            .Append(CultureInfo.InvariantCulture, $"server {note.Server ?? "<NONE>"} (#{note.ServerId}), event #{note.Number}, src {note.Source}\n")
            .Append(CultureInfo.InvariantCulture, $"  buffer starts at {note.BufferStart} (including 0 out), ")
            .Append(CultureInfo.InvariantCulture, $"{Math.Max(0, note.BufferSize - note.BufferStart - message.Bytes.Length)} free,\n")
            .Append(CultureInfo.InvariantCulture, $"  len {message.Bytes.Length}, wraps at {note.BufferSize}, error at position {note.ErrorPosition}\n")
            .Append(CultureInfo.InvariantCulture, $"  H1 msg state {StateOf(note.Error)}\n  \n");
        AppendBytes(text, message.Bytes);
        return text.ToString();
    }

    private static string Date(DateTimeOffset date) => date.ToString("dd/MMM/yyyy:HH:mm:ss.fff", CultureInfo.InvariantCulture);

    /// <summary>Where the parser stood, in the original's names as far as there is one.</summary>
    private static string StateOf(HeadError error) => error switch
    {
        HeadError.BadStartLine or HeadError.StartLineTooLong => "MSG_START_LINE",
        HeadError.BadHeaderName => "MSG_HDR_NAME",
        HeadError.BadHeaderValue => "MSG_HDR_VAL",
        _ => "MSG_LAST_LF",
    };

    /// <summary>Each line with its offset; one that is too wide goes on behind a plus.</summary>
    private static void AppendBytes(StringBuilder text, ReadOnlySpan<byte> bytes)
    {
        var continues = false;
        for (var at = 0; at < bytes.Length;)
        {
            var begin = text.Length;
            text.Append(CultureInfo.InvariantCulture, $"  {at:d5}{(continues ? '+' : ' ')} ");
            continues = true;
            while (at < bytes.Length)
            {
                var c = Encode(bytes[at]);
                if (text.Length - begin + c.Length > LineWidth) break;
                text.Append(c);
                if (bytes[at++] != '\n') continue;
                continues = false;
                break;
            }
            text.Append('\n');
        }
    }

    private static string Encode(byte c) => c switch
    {
        (byte)'\t' => "\\t",
        (byte)'\n' => "\\n",
        (byte)'\r' => "\\r",
        0x1B => "\\e",
        (byte)'\\' => "\\\\",
        >= 0x20 and < 0x7F => ((char)c).ToString(),
        _ => "\\x" + c.ToString("X2", CultureInfo.InvariantCulture),
    };
}
