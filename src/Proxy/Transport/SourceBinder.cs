using System.Text;
using Evenkeel.Linux;
using Evenkeel.Linux.Sockets;
using Evenkeel.Model.Proxy;
using Evenkeel.Model.Samples;
using Evenkeel.Proxy.Message;
using Evenkeel.Proxy.Samples;

namespace Evenkeel.Proxy.Transport;

/// <summary>Gives the sockets towards one server the source the configuration asks for (`source`). One per server; any worker may ask.</summary>
public sealed class SourceBinder(SourceModel model)
{
    private readonly KernelSocketAddress _own = model.Address.Address is { } address ? KernelSocketAddress.FromIp(address, model.Address.Port) : default;

    private readonly KernelSocketAddress _fixed = model.SpoofedAddress?.Address is { } spoofed
        ? KernelSocketAddress.FromIp(spoofed, model.SpoofedAddress.Port)
        : default;

    private readonly byte[] _header = Encoding.ASCII.GetBytes(model.HeaderName);
    private int _turn = -1;

    /// <summary>`usesrc`: the address the server is to see for a stream; none for ours or a fixed one.</summary>
    /// <param name="request">Null where there is no HTTP.</param>
    public IpEndpoint Presented(in IpEndpoint client, HttpMessage? request) => model.Spoofed switch
    {
        SpoofedSource.Client => client,
        SpoofedSource.ClientAddress => client.WithPort(0),
        SpoofedSource.Header when request is not null && model.HeaderOccurrence != 0 => FromHeader(request),
        _ => default,
    };

    private IpEndpoint FromHeader(HttpMessage request)
    {
        var sample = default(Sample);
        if (!new HeaderValues(request, _header, splitsAtCommas: true).TryFind(model.HeaderOccurrence, out var text)) return default;
        if (!SampleCast.TryParseAddress(text, ref sample)) return default;
        var family = sample.Type == SampleType.IPv6 ? EndpointFamily.IPv6 : EndpointFamily.IPv4;
        return new IpEndpoint(family, (ulong)(sample.Address >> 64), (ulong)sample.Address, port: 0);
    }

    /// <summary>Binds a socket that is about to connect.</summary>
    /// <param name="presented">The address to show instead of ours, for a source that depends on the stream; none shows ours.</param>
    /// <returns>
    /// EPERM without the right to show other addresses, EADDRNOTAVAIL or EADDRINUSE when the address or every port of the range cannot be had.
    /// </returns>
    public SysResult Bind(SocketHandle socket, in IpEndpoint presented)
    {
        if (model.Interface is { } device && socket.SetDevice(device) is { IsError: true } refused) return refused;
        var shown = model.Spoofed == SpoofedSource.Address ? _fixed : KernelSocketAddress.From(presented);
        return shown.Length > 0 ? BindForeign(socket, shown) : BindOwn(socket);
    }

    /// <summary>As <see cref="Bind"/> for health checks, which always come from our own address.</summary>
    public SysResult BindOwn(SocketHandle socket)
    {
        if (_own.Length == 0) return SysResult.Ok();
        if (_own.Port == 0)
        {
            _ = socket.SetBindAddressNoPort();
            return socket.Bind(_own);
        }
        _ = socket.SetReuseAddress();
        var ports = model.LastPort - _own.Port + 1;
        var result = SysResult.Fail(Errno.EADDRNOTAVAIL);
        for (var i = 0; i < ports; i++)
        {
            result = socket.Bind(_own.WithPort(_own.Port + (Interlocked.Increment(ref _turn) & int.MaxValue) % ports));
            if (!result.Is(Errno.EADDRINUSE)) return result;
        }
        return result;
    }

    private static SysResult BindForeign(SocketHandle socket, KernelSocketAddress shown)
    {
        var allowed = socket.SetTransparent(shown.Family == KernelSocketAddress.AF_INET6);
        if (allowed.IsError) return allowed;
        if (shown.Port == 0) _ = socket.SetBindAddressNoPort();
        else _ = socket.SetReuseAddress();
        return socket.Bind(shown);
    }
}
