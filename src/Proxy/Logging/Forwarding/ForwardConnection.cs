using Evenkeel.Linux.Sockets;
using Evenkeel.Proxy.Loop;
using Evenkeel.Proxy.Transport;

namespace Evenkeel.Proxy.Logging.Forwarding;

/// <summary>A stream that brings messages (RFC 6587). Ends with its peer, with bytes that are no framing, or when it is silent too long.</summary>
/// <remarks>Owner: the forwarder's worker. Memory: one buffer of `tune.bufsize` for as long as it is open.</remarks>
internal sealed class ForwardConnection : LoopTimer, IConnectionUser
{
    /// <summary>Buffers read before other work of the loop gets its turn.</summary>
    private const int MostInARow = 8;

    private readonly LogForwarder _forwarder;
    private readonly IpEndpoint _source;
    private readonly Connection _connection;
    private readonly ActionTask _continue;
    private readonly byte[] _buffer;
    private int _start, _end;
    private bool _isClosed;

    public ForwardConnection(LogForwarder forwarder, IpEndpoint source)
    {
        _forwarder = forwarder;
        _source = source;
        _connection = forwarder.Worker.TakeConnection();
        _continue = new ActionTask(Work);
        _buffer = new byte[forwarder.BufferSize];
    }

    public void Open(SocketHandle socket)
    {
        _connection.User = this;
        if (_connection.Open(socket, established: true).IsError) Close();
        else
        {
            Rest();
            Work();
        }
    }

    public void OnReady(Connection connection) => Work();

    public void OnFault(Connection connection) => Close();

    public override void OnFault(Exception bug) => Close();

    public override void OnDeadline(long nowMs) => Close();

    /// <summary>Takes what has arrived and ends.</summary>
    public void Finish()
    {
        Work();
        Close();
    }

    private void Close()
    {
        if (_isClosed) return;
        _isClosed = true;
        _forwarder.Worker.Loop.Timers.Remove(this);
        _connection.Close();
        _forwarder.Ended(this);
    }

    private void Work()
    {
        if (_isClosed) return;
        for (var reads = 0; reads < MostInARow; reads++)
        {
            if (!_connection.CanRead)
            {
                if (_connection.ReadEnded || _connection.IsBroken) Close();
                return;
            }
            switch (_connection.Read(_buffer.AsSpan(_end), out var count))
            {
                case ReadOutcome.Data:
                    _end += count;
                    Rest();
                    if (TakeMessages()) break;
                    Close();
                    return;
                case ReadOutcome.WouldBlock:
                    return;
                default:
                    Close();
                    return;
            }
        }
        _forwarder.Worker.Loop.RunLater(_continue);
    }

    /// <returns>False when what came is no framing.</returns>
    private bool TakeMessages()
    {
        var (room, assumes) = (_buffer.Length, _forwarder.Model.AssumesLineFeeds);
        FrameStatus status;
        while ((status = SyslogFraming.Next(_buffer.AsSpan(_start, _end - _start), room, assumes, out var message, out var consumed)) == FrameStatus.Message)
        {
            _forwarder.Forward(message, _source);
            _start += consumed;
        }
        if (status == FrameStatus.Invalid) return false;
        // What is left moves to the front, so that a whole message always has room.
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        return _end < _buffer.Length;
    }

    private void Rest()
    {
        if (_forwarder.Model.ClientTimeoutMs is { } ms) _forwarder.Worker.Loop.Timers.Set(this, _forwarder.Worker.Loop.NowMs + ms);
    }
}
