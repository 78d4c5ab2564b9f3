using System.Text;
using Evenkeel.Linux.Sockets;
using Evenkeel.Model.Rules;
using Evenkeel.Proxy.Rules;

namespace Evenkeel.Proxy.Samples.Formats;

/// <summary>Addresses, proxies, servers, counts (configuration.txt 8.2.6).</summary>
internal static class ProxyAliases
{
    private static readonly byte[] HostName = Encoding.UTF8.GetBytes(Environment.MachineName);

    public static readonly (string Name, LogAliasFunction Function)[] Rows =
    [
        ("ci", (context, ref writer, options) => Address(context.Session?.ClientAddress, ref writer, options)),
        ("cp", (context, ref writer, options) => Port(context.Session?.ClientAddress, ref writer, options)),
        ("fi", (context, ref writer, options) => Address(context.Session?.LocalAddress, ref writer, options)),
        ("fp", (context, ref writer, options) => Port(context.Session?.LocalAddress, ref writer, options)),
        ("bi", (context, ref writer, options) => Address(context.Stream?.ServerLocal, ref writer, options)),
        ("bp", (context, ref writer, options) => Port(context.Stream?.ServerLocal, ref writer, options)),
        ("si", (context, ref writer, options) => Address(Target(context), ref writer, options)),
        ("sp", (context, ref writer, options) => Port(Target(context), ref writer, options)),
        ("f", (context, ref writer, options) => Name(context.Frontend?.Name, ref writer, options)),
        ("ft", Transport),
        ("b", (context, ref writer, options) => Name(context.Backend?.Name ?? context.Frontend?.Name, ref writer, options)),
        ("s", (context, ref writer, options) => Name(ServerName(context), ref writer, options)),
        ("ac", (context, ref writer, options) => writer.Number(ProxyRules.ProcessConnections(context))),
        ("fc", (context, ref writer, options) => writer.Number(context.Frontend?.Connections.Current ?? 0)),
        ("bc", (context, ref writer, options) => writer.Number(context.Backend?.Connections.Current ?? 0)),
        ("sc", (context, ref writer, options) => writer.Number(context.Server?.Slots.Current ?? 0)),
        ("sq", (context, ref writer, options) => writer.Number(context.Stream?.ServerQueuePosition ?? 0)),
        ("bq", (context, ref writer, options) => writer.Number(context.Stream?.BackendQueuePosition ?? 0)),
        ("rc", Retries),
        ("rt", (context, ref writer, options) => Counter(context.Stream?.Id ?? 0, ref writer, options)),
        ("lc", (context, ref writer, options) => Counter(context.Frontend?.LoggedLines ?? 0, ref writer, options)),
        ("pid", (context, ref writer, options) => Counter(Environment.ProcessId, ref writer, options)),
        ("H", (context, ref writer, options) => writer.Text(HostName, options)),
        ("ts", (context, ref writer, options) => Termination(context, withCookies: false, ref writer)),
        ("tsc", (context, ref writer, options) => Termination(context, withCookies: true, ref writer)),
        ("B", (context, ref writer, options) => Bytes(context, BytesRead(context), ref writer)),
        ("U", (context, ref writer, options) => Bytes(context, context.Stream?.RequestBytesIn ?? 0, ref writer)),
        ("ID", UniqueId),
        ("OG", (context, ref writer, options) => writer.Text(LogOrigins.Of(context.LogStep), options)),
        ("sslv", (context, ref writer, options) => writer.Text(context.Session?.Connection.Tls is { } tls ? tls.Version : default, options)),
        ("sslc", (context, ref writer, options) => writer.Text(context.Session?.Connection.Tls is { } tls ? tls.Cipher : default, options)),
    ];

    /// <summary>The frontend's name, with a tilde behind it when the client speaks TLS (configuration.txt 8.2.3 "frontend_name").</summary>
    private static void Transport(SampleContext context, ref LogWriter writer, LogFormatOptions options)
    {
        Name(context.Frontend?.Name, ref writer, options);
        if (context.Session?.Connection.Tls is not null) writer.Literal("~"u8);
    }

    private static string ServerName(SampleContext context) => context.Stream switch
    {
        { Server: { } server } => server.Name,
        { IsDenied: true, Backend: not null, WantedServer: { } wanted } => wanted.Name,
        { Service: not null } => "<STATS>",
        _ => "<NOSRV>",
    };

    private static void Name(string? name, ref LogWriter writer, LogFormatOptions options)
    {
        Span<byte> bytes = stackalloc byte[512];
        writer.Text(name is not null && Encoding.UTF8.TryGetBytes(name, bytes, out var length) ? bytes[..length] : default, options);
    }

    /// <summary>Where the stream was connected to; its connection may be another's by now.</summary>
    private static IpEndpoint? Target(SampleContext context)
    {
        if (context.Stream is not { } stream) return null;
        if (stream.ServerPeer is { } peer) return peer;
        return stream.Times.ConnectedMs != 0 && stream.Server?.Address is { Address: { } address } place
            ? IpEndpoint.From(KernelSocketAddress.FromIp(address, place.Port))
            : null;
    }

    private static void Address(IpEndpoint? endpoint, ref LogWriter writer, LogFormatOptions options)
    {
        Span<byte> text = stackalloc byte[64];
        if (endpoint is not { } found)
        {
            writer.Text(default, options);
            return;
        }
        if ((options & LogFormatOptions.Hexadecimal) == 0 || found.AddressLength == 0)
        {
            writer.Text(text[..found.FormatAddress(text)], options);
            return;
        }
        Span<byte> bytes = stackalloc byte[16];
        foreach (var b in bytes[..found.CopyAddressTo(bytes)])
        {
            writer.Byte(HexDigit.Upper(b >> 4));
            writer.Byte(HexDigit.Upper(b & 15));
        }
    }

    private static void Port(IpEndpoint? endpoint, ref LogWriter writer, LogFormatOptions options)
    {
        if (endpoint is not { } found) writer.Text(default, options);
        else TimeAliases.Number(found.Port, ref writer, options);
    }

    /// <summary>In hexadecimal at least four digits wide.</summary>
    private static void Counter(long value, ref LogWriter writer, LogFormatOptions options)
    {
        if ((options & LogFormatOptions.Hexadecimal) == 0) writer.Number(value);
        else writer.Hexadecimal(value, digits: 4);
    }

    private static void Retries(SampleContext context, ref LogWriter writer, LogFormatOptions options)
    {
        if (context.Stream is { Redispatched: true }) writer.Byte((byte)'+');
        writer.Number(context.Stream?.Retries ?? 0);
    }

    private static void Termination(SampleContext context, bool withCookies, ref LogWriter writer)
    {
        if (context.Stream is not { } stream)
        {
            writer.Literal(withCookies ? "----"u8 : "--"u8);
            return;
        }
        writer.Byte((byte)stream.Termination.Cause);
        writer.Byte((byte)stream.Termination.Stage);
        if (!withCookies) return;
        // Where cookies are set, none is an answer too; what never became a request has no answer.
        var plays = (stream.Back ?? stream.Frontend.Twin?.Setup)?.Cookie is { IsPassive: false } && stream.Times.RequestMs != 0;
        var (request, response) = (stream.Termination.RequestCookie, stream.Termination.ResponseCookie);
        writer.Byte(!plays ? (byte)'-' : request == '-' ? (byte)'N' : request);
        writer.Byte(!plays ? (byte)'-' : response == '-' ? (byte)'N' : response);
    }

    private static long BytesRead(SampleContext context) =>
        context.Stream is not { } stream ? 0 : TimeAliases.IsEarly(context) ? stream.ResponseBytesToSend : stream.ResponseBytesIn;

    private static void Bytes(SampleContext context, long count, ref LogWriter writer)
    {
        if (TimeAliases.IsEarly(context)) writer.Byte((byte)'+');
        writer.Number(count);
    }

    private static void UniqueId(SampleContext context, ref LogWriter writer, LogFormatOptions options)
    {
        ReadOnlySpan<byte> id = default;
        if (!context.LacksRequest) _ = UniqueIds.TryGet(context, out id);
        writer.Text(id, options);
    }
}
