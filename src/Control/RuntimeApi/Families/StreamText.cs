using System.Globalization;
using System.Text;
using Evenkeel.Linux.Sockets;
using Evenkeel.Model.Process;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Streams;

namespace Evenkeel.Control.RuntimeApi.Families;

/// <summary>
/// The two forms of `show sess`: the original's names and places for what a stream has here too (management.txt 9.3 "show sess", which leaves the format
/// open). Pointers, flags and analysers of the original's own engine are left out; `phase` tells where a stream stands.
/// </summary>
internal static class StreamText
{
    /// <param name="withUri">`show-uri`.</param>
    public static string Short(StreamNote note, bool withUri, Anonymizer hidden)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"0x{note.Id:x}: proto={Protocol(note)} src={Client(note, hidden)} fe={hidden.Name(note.Frontend)} ")
            .Append(CultureInfo.InvariantCulture, $"be={Name(note.Backend, hidden, "<NONE>")} ")
            .Append(CultureInfo.InvariantCulture, $"srv={Name(note.Server, hidden, "<none>")} ts=00 age={Span(note.AgeMs)} ")
            .Append(CultureInfo.InvariantCulture, $"calls={note.RequestNumber} phase={Phase(note)} ")
            .Append(CultureInfo.InvariantCulture, $"bin={note.BytesIn} bout={note.BytesOut} scf=[fd={note.ClientDescriptor}] scb=[fd={note.ServerDescriptor}] ")
            .Append(CultureInfo.InvariantCulture, $"exp={Expiry(note, "")} rc={note.Retries} c_exp=");
        if (withUri && note.Uri.Length > 0 && !hidden.IsOn) text.Append(" uri=\"").Append(Escaped(note.Uri)).Append('"');
        return text.Append('\n').ToString();
    }

    public static string Long(StreamNote note, DateTimeOffset now, Anonymizer hidden)
    {
        var accepted = DateTimeOffset.FromUnixTimeMilliseconds(note.AcceptWallMs).ToOffset(now.Offset);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"0x{note.Id:x}: [{accepted:dd/MMM/yyyy:HH:mm:ss.ffffff}] id={note.Id} proto={Protocol(note)} ")
            .Append(CultureInfo.InvariantCulture, $"source={Client(note, hidden)}\n  conn_retries={note.Retries}, phase={Phase(note)}\n")
            .Append(CultureInfo.InvariantCulture, $"  frontend={hidden.Name(note.Frontend)} (id={note.FrontendId} ")
            .Append(CultureInfo.InvariantCulture, $"mode={ProxyModeNames.Of(note.FrontendMode)}), ")
            .Append(CultureInfo.InvariantCulture, $"listener={Name(note.ListenerName, hidden, "?")} (id={note.ListenerId}) ")
            .Append(CultureInfo.InvariantCulture, $"addr={hidden.Place(note.Local.ToString())}\n");
        text.Append(note.Backend is null ? "  backend=<NONE> (id=-1 mode=-)\n"
            : $"  backend={hidden.Name(note.Backend)} (id={note.BackendId} mode={ProxyModeNames.Of(note.BackendMode)})\n");
        text.Append(note.Server is null ? "  server=<NONE> (id=-1)\n"
            : $"  server={hidden.Name(note.Server)} (id={note.ServerId}) "
                + $"addr={(note.ServerAddress is { } place ? hidden.Place(Stats.ConfigurationWords.Of(place)) : "<none>")}\n");
        text.Append(CultureInfo.InvariantCulture, $"  task (calls={note.RequestNumber} exp={Expiry(note, "<NEVER>")} ")
            .Append(CultureInfo.InvariantCulture, $"tid={note.WorkerIndex} age={Span(note.AgeMs)})\n");
        if (note.IsHttp) text.Append(CultureInfo.InvariantCulture, $"  txn status={note.Status} uri=\"{hidden.Name(Escaped(note.Uri))}\"\n");
        text.Append(CultureInfo.InvariantCulture, $"  scf state={State(note.ClientDescriptor, note.ClientHasEnded)} fd={note.ClientDescriptor} ")
            .Append(CultureInfo.InvariantCulture, $"in={note.BytesIn} out={note.BytesOut}\n")
            .Append(CultureInfo.InvariantCulture, $"  scb state={State(note.ServerDescriptor, note.ServerHasEnded)} fd={note.ServerDescriptor} ")
            .Append(CultureInfo.InvariantCulture, $"in={note.ServerBytesIn} out={note.ServerBytesOut}\n");
        return text.ToString();
    }

    private static string Client(StreamNote note, Anonymizer hidden) =>
        note.Client.Family == EndpointFamily.Unix ? note.Client.ToString() : hidden.Place(note.Client.ToString());

    private static string Name(string? name, Anonymizer hidden, string none) => name is null ? none : hidden.Name(name);

    private static string Protocol(StreamNote note) => note.Client.Family switch
    {
        EndpointFamily.IPv6 => "tcpv6",
        EndpointFamily.Unix => "unix_stream",
        _ => "tcpv4",
    };

    private static string Phase(StreamNote note) => note.Phase.ToString().ToLowerInvariant();

    private static string State(int descriptor, bool hasEnded) => descriptor < 0 ? "INI" : hasEnded ? "CLO" : "EST";

    private static string Expiry(StreamNote note, string none) => note.ExpiresMs is { } ms ? Span(ms) : none;

    private static string Span(long ms) => Web.StatsPageRow.Span(ms / 1000);

    /// <summary>Requests come from anybody: what would change the look of the answer is written as `\xNN`.</summary>
    private static string Escaped(string text)
    {
        if (text.All(static c => c is >= ' ' and < '\x7f' and not '"' and not '\\')) return text;
        var escaped = new StringBuilder();
        foreach (var c in text)
        {
            if (c is >= ' ' and < '\x7f' and not '"' and not '\\') escaped.Append(c);
            else escaped.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}");
        }
        return escaped.ToString();
    }
}
