using Evenkeel.Linux;
using Evenkeel.Linux.Sockets;
using Evenkeel.Linux.Tls;
using Evenkeel.Proxy.Memory;
using Evenkeel.Proxy.Transport.Tls;

namespace Evenkeel.Proxy.Transport;

/// <remarks>
/// What a server connection has to do between its connect and its first use: a PROXY header, then a TLS handshake. Its user sees it as not established
/// until then.
/// </remarks>
public sealed partial class Connection
{
    private bool _isOpening;
    private bool _isConnected;
    private bool _goesThroughProxy;

    /// <summary>Sends a preface, when there is one, and then speaks TLS, when <paramref name="tls"/> says so. Directly after <see cref="Open"/>.</summary>
    /// <param name="preface">Taken over; null for none.</param>
    /// <param name="name">The name to ask the server for, zero-terminated; empty for none.</param>
    internal void BeginOpening(NativeBuffer? preface, ServerTls? tls, ReadOnlySpan<byte> name, TlsResumption? resumption)
    {
        if (preface is null && tls is null && !_goesThroughProxy) return;
        if (preface is not null) ForServer.Preface = preface;
        _isOpening = true;
        _isConnected = IsEstablished;
        IsEstablished = false;
        if (tls is not null && !ConnectTls(tls, name, resumption)) Break(Errno.ENOMEM);
        else if (_isConnected) ContinueOpening();
    }

    /// <summary>A SOCKS4 proxy stands at the other end: it will be asked for the server first. Before <see cref="BeginOpening"/>.</summary>
    internal void AskProxyFor(in IpEndpoint target)
    {
        _goesThroughProxy = true;
        ForServer.Tunnel = new Socks4Tunnel { Target = target };
    }

    private void ContinueOpening()
    {
        if (!_isConnected || IsBroken || !OpenTunnel() || !SendPreface() || !FinishHandshake()) return;
        _isOpening = false;
        IsEstablished = true;
    }

    /// <summary>Asks the SOCKS4 proxy for the server; what it answers goes no further.</summary>
    /// <returns>False while the answer is awaited, or when there is no way through.</returns>
    private bool OpenTunnel()
    {
        if (!_goesThroughProxy) return true;
        ref var tunnel = ref _server!.Tunnel;
        if (!tunnel.HasAsked)
        {
            tunnel.HasAsked = true;
            Span<byte> request = stackalloc byte[Socks4.RequestLength];
            Socks4.WriteRequest(request, tunnel.Target);
            if (Socket.Send(request) is { IsError: true } failed) Break(failed.Errno);
            if (IsBroken) return false;
        }
        switch (tunnel.Answer.Receive(Socket))
        {
            case Socks4Status.Wait:
                return false;
            case Socks4Status.Granted:
                _goesThroughProxy = false;
                return true;
            default:
                Break(Errno.ECONNREFUSED);
                return false;
        }
    }

    /// <returns>False while some of it waits, or when the connection has broken.</returns>
    private bool SendPreface()
    {
        if (_server?.Preface is not { } preface) return true;
        var sent = Socket.Send(preface.Filled);
        if (sent.IsError)
        {
            if (sent.WouldBlock) _writable = false;
            else Break(sent.Errno);
            return false;
        }

        preface.Consumed(sent.Value);
        if (!preface.IsEmpty) return false;
        _worker.Memory.Return(ref _server.Preface);
        return true;
    }

    private bool FinishHandshake()
    {
        if (_tls is null) return true;
        switch (ShakeHands())
        {
            case TlsOutcome.Done:
                return true;
            case TlsOutcome.Wait:
                return false;
            default:
                BreakTls();
                return false;
        }
    }

    private void EndOpening()
    {
        _isOpening = _goesThroughProxy = false;
        if (_server is not null) _worker.Memory.Return(ref _server.Preface);
    }
}
