using Evenkeel.Linux;
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
    private NativeBuffer? _preface;
    private bool _isOpening;
    private bool _isConnected;
    private bool _hasAskedProxy;
    private Socks4Answer _tunnelAnswer;

    /// <summary>Sends a preface, when there is one, and then speaks TLS, when <paramref name="tls"/> says so. Directly after <see cref="Open"/>.</summary>
    /// <param name="preface">Taken over; null for none.</param>
    /// <param name="name">The name to ask the server for, zero-terminated; empty for none.</param>
    internal void BeginOpening(NativeBuffer? preface, ServerTls? tls, ReadOnlySpan<byte> name, TlsResumption? resumption)
    {
        _tunnelAnswer = default;
        _hasAskedProxy = false;
        if (preface is null && tls is null && Tunnel.AddressLength == 0) return;
        _preface = preface;
        _isOpening = true;
        _isConnected = IsEstablished;
        IsEstablished = false;
        if (tls is not null && !ConnectTls(tls, name, resumption)) Break(Errno.ENOMEM);
        else if (_isConnected) ContinueOpening();
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
        if (Tunnel.AddressLength == 0) return true;
        if (!_hasAskedProxy)
        {
            _hasAskedProxy = true;
            Span<byte> request = stackalloc byte[Socks4.RequestLength];
            Socks4.WriteRequest(request, Tunnel);
            if (Socket.Send(request) is { IsError: true } failed) Break(failed.Errno);
            if (IsBroken) return false;
        }
        switch (_tunnelAnswer.Receive(Socket))
        {
            case Socks4Status.Wait:
                return false;
            case Socks4Status.Granted:
                Tunnel = default;
                return true;
            default:
                Break(Errno.ECONNREFUSED);
                return false;
        }
    }

    /// <returns>False while some of it waits, or when the connection has broken.</returns>
    private bool SendPreface()
    {
        if (_preface is null) return true;
        var sent = Socket.Send(_preface.Filled);
        if (sent.IsError)
        {
            if (sent.WouldBlock) _writable = false;
            else Break(sent.Errno);
            return false;
        }

        _preface.Consumed(sent.Value);
        if (!_preface.IsEmpty) return false;
        _worker.Memory.Return(ref _preface);
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
        _isOpening = false;
        _worker.Memory.Return(ref _preface);
    }
}
