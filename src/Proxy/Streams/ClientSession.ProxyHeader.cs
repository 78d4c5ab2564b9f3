using Evenkeel.Linux.Sockets;
using Evenkeel.Proxy.Memory;
using Evenkeel.Proxy.Transport.ProxyProtocol;

namespace Evenkeel.Proxy.Streams;

/// <remarks>
/// `accept-proxy`, `accept-netscaler-cip`: the connection begins with the addresses of the client that the proxy before us serves (proxy-protocol.txt,
/// netscaler-client-ip-insertion-protocol.txt). Where both are asked for the NetScaler's come first.
/// </remarks>
public sealed partial class ClientSession
{
    private bool _expectsProxy;
    private bool _expectsNetscaler;

    private bool ExpectsHeader => _expectsProxy || _expectsNetscaler;

    /// <summary>The client has sent a PROXY header.</summary>
    public bool ReceivedProxy { get; private set; }

    /// <summary>The TLVs of its PROXY header, kept as long as the connection.</summary>
    public ReadOnlySpan<byte> ProxyTlvs => _aside is { Tlvs: { } tlvs } ? tlvs.Filled : default;

    /// <summary>The network namespace it came from: what its PROXY header says, if that one is known here, else that of the bind line. Null is where the
    /// process runs.</summary>
    internal NetworkNamespace? Namespace
    {
        get
        {
            var found = Bind.Namespace;
            var offset = 0;
            while (ProxyHeader.TryFindTlv(ProxyTlvs, ProxyHeader.TypeNamespace, ref offset, out var name)) found = NetworkNamespace.Known(name) ?? found;
            return found;
        }
    }

    /// <summary>`tcp-request connection expect-proxy layer4`.</summary>
    internal void ExpectProxyHeader() => _expectsProxy = true;

    /// <summary>`tcp-request connection expect-netscaler-cip layer4`.</summary>
    internal void ExpectNetscalerHeader() => _expectsNetscaler = true;

    private void AwaitProxyHeader() => Worker.Loop.Timers.Set(this, After(AcceptMs, Timeouts.ClientMs));

    /// <summary>Looks at what is there of the header without taking it.</summary>
    /// <returns>False while nothing is there, and when nothing will come any more.</returns>
    private bool PeekHeader(ReadOnlySpan<byte> closed, out Span<byte> bytes)
    {
        bytes = default;
        if (!Connection.CanRead) return false;
        var space = Worker.Memory.Scratch.Slice(0, Worker.Memory.Regular.BufferSize);
        var peeked = Connection.Socket.Peek(space);
        if (peeked.WouldBlock) return false;
        if (peeked.IsError || peeked.Value == 0)
        {
            if (Frontend.Model.Options.DontLogNull) Close();
            else Refuse(closed, reset: false);
            return false;
        }
        bytes = space[..peeked.Value];
        return true;
    }

    private void ReadHeaders()
    {
        if (_expectsNetscaler) ReadNetscalerHeader();
        if (_isOpen && !_expectsNetscaler && _expectsProxy) ReadProxyHeader();
    }

    private void ReadNetscalerHeader()
    {
        if (!PeekHeader("Connection closed while waiting for NetScaler Client IP header"u8, out var bytes)) return;
        switch (NetscalerHeader.Read(bytes, Bind.Model.NetscalerMagic, out var header))
        {
            case NetscalerStatus.Done:
                ClientAddress = header.Source;
                Aside.Local = header.Destination;
                _ = Connection.Socket.Receive(bytes[..header.Length]);
                _expectsNetscaler = false;
                if (!_expectsProxy) BeginAfterHeaders();
                break;
            case NetscalerStatus.Truncated:
                Refuse("Truncated NetScaler Client IP header received"u8, reset: true);
                break;
            case NetscalerStatus.WrongMagic:
                Refuse("Received an invalid NetScaler Client IP magic number"u8, reset: true);
                break;
            default:
                Refuse("Received an unhandled protocol in the NetScaler Client IP header"u8, reset: true);
                break;
        }
    }

    private void ReadProxyHeader()
    {
        if (!PeekHeader("Connection closed while waiting for PROXY protocol header"u8, out var bytes)) return;
        var status = ProxyHeader.Read(bytes, out var header);
        if (header.HasAddresses)
        {
            ClientAddress = header.Source;
            Aside.Local = header.Destination;
        }

        switch (status)
        {
            case ProxyHeaderStatus.Done:
                TakeProxyHeader(bytes[..header.Length], header.TlvOffset);
                break;
            case ProxyHeaderStatus.Truncated:
                Refuse("Truncated PROXY protocol header received"u8, reset: true);
                break;
            case ProxyHeaderStatus.NotAHeader:
                Refuse("Received something which does not look like a PROXY protocol header"u8, reset: true);
                break;
            case ProxyHeaderStatus.Unhandled:
                Refuse("Received an unhandled protocol in the PROXY protocol header"u8, reset: true);
                break;
            default:
                Refuse("Received an invalid PROXY protocol header"u8, reset: true);
                break;
        }
    }

    private void TakeProxyHeader(Span<byte> header, int tlvOffset)
    {
        // The same bytes once more, this time taken out of the socket: whoever reads next begins behind them.
        _ = Connection.Socket.Receive(header);
        _expectsProxy = false;
        ReceivedProxy = true;
        var tlvs = header[tlvOffset..];
        if (!tlvs.IsEmpty)
        {
            Aside.Tlvs = tlvs.Length <= WorkerMemory.SmallSize ? Worker.Memory.Small.Take() : Worker.Memory.Regular.Take();
            Aside.Tlvs.Append(tlvs);
        }

        BeginAfterHeaders();
    }

    private void BeginAfterHeaders()
    {
        Loop.TimerWheel.Cancel(this);
        BeginTransport();
        if (_isOpen && Stream is null && !_shakesHands) OnReady(Connection);
    }

    /// <summary>Ends a connection that never became a session, with a line in the log.</summary>
    private void Refuse(ReadOnlySpan<byte> reason, bool reset)
    {
        Frontend.Setup.Log?.WriteRefusal(this, reason);
        Close(reset);
    }

    private void ForgetProxyHeader()
    {
        _expectsProxy = _expectsNetscaler = ReceivedProxy = false;
        if (_aside is not null) Worker.Memory.Return(ref _aside.Tlvs);
    }
}
