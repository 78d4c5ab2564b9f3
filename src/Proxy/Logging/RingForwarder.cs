using System.Buffers.Text;
using Evenkeel.Linux;
using Evenkeel.Linux.Sockets;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Loop;

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
    public RingForwarder(LogRing ring, Func<SocketAddressModel?> address, ServerModel server, EventLoop loop)
    {
        _ring = ring;
        _address = address;
        _server = server;
        _namespace = server.Namespace is { } place ? NetworkNamespace.Named(place.Name) : null;
        _loop = loop;
        _wake = new ActionTask(Advance);
        _line = new byte[ring.Model.MaxLength];
        _frame = new byte[ring.Model.MaxLength + 16];
        ring.Subscribe(() => loop.Post(_wake));
        // Lines that were written before the loop ran.
        loop.Post(_wake);
    }

    private enum State { Idle, Connecting, Open, Pausing }

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
            Opened();
        }
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
            var sent = _socket.Send(_frame.AsSpan(_sent, _frameLength - _sent));
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
        else Opened();
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
            var received = _socket.Receive(dropped);
            if (received.IsError) return !received.Is(Errno.EAGAIN);
            if (received.Value == 0) return true;
        }
    }

    private void Break()
    {
        if (_socket.IsOpen)
        {
            _loop.Forget(_socket.Descriptor);
            _ = _socket.Close();
            _socket = SocketHandle.None;
        }
        _state = State.Pausing;
        _loop.Timers.Set(this, _loop.NowMs + RetryDelayMs);
    }
}
