using Evenkeel.Linux.Sockets;
using Evenkeel.Model.Samples;

namespace Evenkeel.Proxy.Samples.Fetches;

/// <summary>The client's and the server's connection: addresses, ports, transport (configuration.txt 7.3.3, 7.3.4).</summary>
internal static class ConnectionFetches
{
    public static readonly FetchRow[] Rows =
    [
        Address("src", SampleSource.ClientAddress, context => context.Session?.ClientAddress),
        Address("fc_src", SampleSource.ClientAddress, context => context.Session?.ConnectionSource),
        Address("dst", SampleSource.ClientAddress, context => context.Session?.LocalAddress),
        Address("fc_dst", SampleSource.ClientAddress, context => context.Session?.ConnectionDestination),
        Port("src_port", SampleSource.ClientAddress, context => context.Session?.ClientAddress),
        Port("fc_src_port", SampleSource.ClientAddress, context => context.Session?.ConnectionSource),
        Port("dst_port", SampleSource.ClientAddress, context => context.Session?.LocalAddress),
        Port("fc_dst_port", SampleSource.ClientAddress, context => context.Session?.ConnectionDestination),
        Fetch.Boolean("src_is_local", SampleSource.ClientAddress, context => IsLoopback(context.Session?.ClientAddress)),
        Fetch.Boolean("fc_src_is_local", SampleSource.ClientAddress, context => IsLoopback(context.Session?.ConnectionSource)),
        Fetch.Boolean("dst_is_local", SampleSource.ClientAddress, context => IsLoopback(context.Session?.LocalAddress)),
        Fetch.Boolean("fc_dst_is_local", SampleSource.ClientAddress, context => IsLoopback(context.Session?.ConnectionDestination)),
        Fetch.Boolean("fc_rcvd_proxy", SampleSource.ClientAddress, context => context.Session?.ReceivedProxy),
        .. ProxyTlvFetches.Rows,
        Fetch.Integer("fc_http_major", SampleSource.ClientAddress, context => SpeaksHttp(context) ? 1 : null),
        Fetch.Integer("fc_err", SampleSource.ClientAddress, _ => 0),
        Fetch.Text("fc_err_str", SampleSource.ClientAddress, _ => "Success"),
        Fetch.Text("fc_err_name", SampleSource.ClientAddress, _ => null),
        Fetch.Integer("fc_glitches", SampleSource.ClientAddress, _ => 0),
        Fetch.Integer("fc_nb_streams", SampleSource.ClientAddress, context => context.Stream is null ? 0 : 1),
        .. TlsFetches.Rows,
        Address("bc_dst", SampleSource.ServerAddress, ServerAddress),
        Port("bc_dst_port", SampleSource.ServerAddress, ServerAddress),
        Address("bc_src", SampleSource.ServerAddress, ProxyAddress),
        Port("bc_src_port", SampleSource.ServerAddress, ProxyAddress),
        Fetch.Integer("bc_http_major", SampleSource.ServerAddress, context => HasServer(context) && SpeaksHttp(context) ? 1 : null),
        Fetch.Boolean("bc_reused", SampleSource.ServerAddress, context => context.Stream?.ReusesServerConnection),
        Fetch.Integer("bc_glitches", SampleSource.ServerAddress, context => HasServer(context) ? 0 : null),
        Fetch.Integer("bc_err", SampleSource.ServerAddress, context => HasServer(context) ? 0 : null),
        Fetch.Text("bc_err_name", SampleSource.ServerAddress, _ => null),
        Fetch.Integer("fc_settings_streams_limit", SampleSource.ClientAddress, context => context.Session is null ? null : 1),
        Fetch.Integer("bc_settings_streams_limit", SampleSource.ServerAddress, context => context.Stream?.ServerConnection is null ? null : 1),
        Fetch.Text("bc_err_str", SampleSource.ServerAddress, _ => "Success"),
        Fetch.Integer("bc_srv_queue", SampleSource.ServerAddress, context => context.Stream?.ServerQueuePosition),
        Fetch.Integer("bc_be_queue", SampleSource.ServerAddress, context => context.Stream?.BackendQueuePosition),
        Fetch.Boolean("req.proto_http", SampleSource.HttpRequest, IsHttp),
        Fetch.Boolean("req_proto_http", SampleSource.HttpRequest, IsHttp),
    ];

    /// <summary>HTTP begins behind the rules on connections, and a relay has none.</summary>
    private static bool SpeaksHttp(SampleContext context) =>
        context.Stream is { } stream ? stream.IsHttp : context is { LacksRequest: true, Session.SpeaksHttp: true };

    /// <summary>Asks about the request that is being looked at: there is none any more once a response is, and none for a line of the log.</summary>
    private static bool? IsHttp(SampleContext context)
    {
        if (context.IsResponse || context.IsOfLine || context.Stream is not { Status: <= 0 } stream) return null;
        if (stream.IsHttp || context.Request is not null) return true;
        return context.MayChange ? null : false;
    }

    /// <summary>Sets an address sample; unix sockets have none.</summary>
    public static bool TrySet(in IpEndpoint endpoint, ref Sample sample)
    {
        if (endpoint.Family == EndpointFamily.IPv4)
        {
            sample.SetIPv4(endpoint.IPv4);
            return true;
        }
        if (endpoint.Family != EndpointFamily.IPv6) return false;
        Span<byte> bytes = stackalloc byte[16];
        endpoint.CopyAddressTo(bytes);
        sample.SetIPv6(System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes));
        return true;
    }

    private static FetchRow Address(string name, SampleSource source, Func<SampleContext, IpEndpoint?> endpoint) =>
        Fetch.Of(name, SampleType.Address, source, (context, _, ref sample) => endpoint(context) is { } found && TrySet(found, ref sample));

    private static FetchRow Port(string name, SampleSource source, Func<SampleContext, IpEndpoint?> endpoint) =>
        Fetch.Integer(name, source, context => endpoint(context) is { Family: not EndpointFamily.None } found ? found.Port : null);

    private static bool? IsLoopback(IpEndpoint? endpoint)
    {
        if (endpoint is not { } found) return null;
        if (found.Family == EndpointFamily.IPv4) return found.IPv4 == 0 || found.IPv4 >> 24 == 127;
        var sample = default(Sample);
        return TrySet(found, ref sample) && sample.Address <= 1;
    }

    private static bool HasServer(SampleContext context) => context.Stream is { HasServerConnection: true };

    private static IpEndpoint? ServerAddress(SampleContext context) => context.Stream?.ServerPeer;

    private static IpEndpoint? ProxyAddress(SampleContext context) => context.Stream?.ServerLocal;
}
