using System.Buffers.Text;
using Evenkeel.Linux;
using Evenkeel.Linux.Sockets;
using Evenkeel.Linux.Tls;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Loop;
using Evenkeel.Proxy.Transport.Tls;

namespace Evenkeel.Proxy.Logging;

/// <summary>
/// Sends the lines of a ring to one of its servers over a stream connection that it opens and, when it breaks, opens again (configuration.txt 12.5).
/// Owner: one worker's loop. While the server is away lines stay in the ring for as long as it has room.
/// </summary>
/// <remarks>The timer limits connecting and sending, and is the pause before the next attempt.</remarks>
internal sealed class RingForwarder : LoopTimer, IReadyHandler
{
    private const int RetryDelayMs = 1_000;
    private const int DefaultTimeoutMs = 5_000;

    private readonly LogRing _ring;
    private readonly Func<SocketAddressModel?> _address;
    private readonly ServerModel _server;
    private readonly NetworkNamespace? _namespace;
    private readonly Func<ServerTls?> _speaks;
    private TlsChannel? _spareTls;
    private TlsChannel? _tls;
    private readonly EventLoop _loop;
    private readonly LoopTask _wake;
    private readonly byte[] _line;
    private readonly byte[] _frame;
    private SocketHandle _socket = SocketHandle.None;
    private State _state;
    private long _cursor;
    private int _frameLength;
    private int _sent;

    /// <param name="address">Asked at each connect: commands may change a server's address.</param>
    /// <param name="speaks">Asked at each connect: how to speak TLS; null for lines in the clear.</param>
    public RingForwarder(LogRing ring, Func<SocketAddressModel?> address, ServerModel server, Func<ServerTls?> speaks, EventLoop loop)
    {
        _ring = ring;
        _address = address;
        _server = server;
        _speaks = speaks;
        _namespace = server.Namespace is { } place ? NetworkNamespace.Named(place.Name) : null;
        _loop = loop;
        _wake = new ActionTask(Advance);
        _line = new byte[ring.Model.MaxLength];
        _frame = new byte[ring.Model.MaxLength + 16];
        ring.Subscribe(() => loop.Post(_wake));
        // Lines that were written before the loop ran.
        loop.Post(_wake);
    }

    private enum State { Idle, Connecting, Handshake, Open, Pausing }

    public void OnReady(Readiness events)
    {
        if (_state == State.Connecting)
        {
            if ((events & (Readiness.Writable | Readiness.Error | Readiness.HangUp)) == 0) return;
            if (_socket.TakeError() != Errno.None)
            {
                Break();
                return;
            }
            Connected();
        }
        else if ((events & (Readiness.Readable | Readiness.PeerClosed | Readiness.HangUp | Readiness.Error)) != 0)
            _tls?.NoteReadable((events & (Readiness.PeerClosed | Readiness.HangUp)) != 0);
        if (_state == State.Handshake) ShakeHands();
        if (_state == State.Open && HasHungUp()) Break();
        else Advance();
    }

    public override void OnDeadline(long nowMs)
    {
        if (_state == State.Pausing)
        {
            _state = State.Idle;
            Advance();
        }
        else Break();
    }

    /// <summary>A bug of ours must not end the forwarding for good.</summary>
    public override void OnFault(Exception bug) => Break();

    private void Advance()
    {
        if (_state == State.Idle && (_frameLength > 0 || _cursor < _ring.End)) Connect();
        while (_state == State.Open)
        {
            if (_frameLength == 0 && !TakeLine()) return;
            var sent = Send(_frame.AsSpan(_sent, _frameLength - _sent));
            if (sent.IsError)
            {
                // What the server does not take for the length of its timeout ends the connection.
                if (!sent.Is(Errno.EAGAIN)) Break();
                else if (!IsSet) _loop.Timers.Set(this, _loop.NowMs + (_ring.Model.Timeouts.ServerMs ?? DefaultTimeoutMs));
                return;
            }
            TimerWheel.Cancel(this);
            _sent += sent.Value;
            if (_sent == _frameLength) _frameLength = 0;
        }
    }

    /// <summary>Frames the next line as RFC 6587 has it: by its length or by a line feed.</summary>
    private bool TakeLine()
    {
        var length = _ring.Read(ref _cursor, _line);
        if (length < 0) return false;
        var at = 0;
        if (_server.CountsOctets)
        {
            Utf8Formatter.TryFormat(length, _frame, out at);
            _frame[at++] = (byte)' ';
        }
        _line.AsSpan(0, length).CopyTo(_frame.AsSpan(at));
        at += length;
        if (!_server.CountsOctets) _frame[at++] = (byte)'\n';
        (_frameLength, _sent) = (at, 0);
        return true;
    }

    private void Connect()
    {
        if (!LogSinks.TryAddress(_address(), out var address)
            || (_namespace?.Open(address.Family, SocketKind.Stream) ?? SocketHandle.Open(address.Family, SocketKind.Stream)) is not { IsOk: true } opened)
        {
            Break();
            return;
        }
        _socket = new SocketHandle(opened.Value);
        if (_loop.Register(_socket.Descriptor, this).IsError)
        {
            Break();
            return;
        }
        var connected = _socket.Connect(address);
        if (connected.Is(Errno.EINPROGRESS))
        {
            _state = State.Connecting;
            _loop.Timers.Set(this, _loop.NowMs + (_ring.Model.Timeouts.ConnectMs ?? DefaultTimeoutMs));
        }
        else if (connected.IsError) Break();
        else Connected();
    }

    /// <summary>The timer that limits the connect limits a handshake too.</summary>
    private void Connected()
    {
        if (_speaks() is not { IsForTraffic: true } speech)
        {
            Opened();
            return;
        }
        Span<byte> space = stackalloc byte[ServerTls.MaxName];
        var name = space[..speech.WriteOwnName(_loop.NowMs, space)];
        _spareTls ??= new TlsChannel();
        if (!_spareTls.Connect(speech.Context, _socket.Descriptor, name, speech.Expected(name), null))
        {
            Break();
            return;
        }
        _tls = _spareTls;
        _state = State.Handshake;
        if (!IsSet) _loop.Timers.Set(this, _loop.NowMs + (_ring.Model.Timeouts.ConnectMs ?? DefaultTimeoutMs));
        ShakeHands();
    }

    private void ShakeHands()
    {
        switch (_tls!.Flush() ? _tls.Handshake() : TlsOutcome.Failed)
        {
            case TlsOutcome.Wait:
                break;
            case TlsOutcome.Done:
                Opened();
                break;
            default:
                Break();
                break;
        }
    }

    /// <returns>EAGAIN while the server does not take what it was given.</returns>
    private SysResult Send(ReadOnlySpan<byte> bytes)
    {
        if (_tls is null) return _socket.Send(bytes);
        if (!_tls.Flush()) return SysResult.Fail(_tls.SocketError);
        if (_tls.Write(bytes, more: false, out var count) == TlsOutcome.Failed) return SysResult.Fail(Errno.EPROTO);
        return count == 0 && bytes.Length > 0 ? SysResult.Fail(Errno.EAGAIN) : SysResult.Ok(count);
    }

    private SysResult Receive(Span<byte> buffer)
    {
        if (_tls is null) return _socket.Receive(buffer);
        return _tls.Read(buffer, out var count) switch
        {
            TlsOutcome.Done => SysResult.Ok(count),
            TlsOutcome.Wait => SysResult.Fail(Errno.EAGAIN),
            TlsOutcome.End => SysResult.Ok(),
            _ => SysResult.Fail(Errno.EPROTO),
        };
    }

    private void Opened()
    {
        TimerWheel.Cancel(this);
        _state = State.Open;
        // A line of which only a part arrived is sent again as a whole.
        _sent = 0;
    }

    /// <summary>Nothing is expected from a log server: whatever it says is dropped, its end of the connection is the end.</summary>
    private bool HasHungUp()
    {
        Span<byte> dropped = stackalloc byte[512];
        while (true)
        {
            var received = Receive(dropped);
            if (received.IsError) return !received.Is(Errno.EAGAIN);
            if (received.Value == 0) return true;
        }
    }

    private void Break()
    {
        if (_socket.IsOpen)
        {
            _tls?.Close();
            _tls = null;
            _loop.Forget(_socket.Descriptor);
            _ = _socket.Close();
            _socket = SocketHandle.None;
        }
        _state = State.Pausing;
        _loop.Timers.Set(this, _loop.NowMs + RetryDelayMs);
    }
}
