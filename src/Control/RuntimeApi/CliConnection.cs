using Evenkeel.Linux.Sockets;
using Evenkeel.Proxy.Loop;
using Evenkeel.Proxy.Transport;

namespace Evenkeel.Control.RuntimeApi;

/// <summary>
/// A <see cref="CliSession"/> on a socket: reads when the session has room, sends as fast as the client takes it, closes idle clients.
/// Owner: the worker of its <see cref="CliServer"/>.
/// </summary>
internal sealed class CliConnection : LoopTimer, IConnectionUser
{
    /// <summary>What is sent in one go: a page of the answer.</summary>
    private const int OutputLength = 16_384;

    /// <summary>Pages sent before other work of the loop gets its turn: 64 KiB take well under a millisecond.</summary>
    private const int PagesInARow = 4;

    private const int InputLength = 4_096;

    private readonly CliServer _server;
    private readonly Worker _worker;
    private readonly CliSession _session;
    private readonly Connection _connection;
    private readonly ActionTask _continue;
    private readonly byte[] _output = new byte[OutputLength];
    private readonly byte[] _input = new byte[InputLength];
    private int _outputStart, _outputEnd;
    private long _lastActivityMs;
    private bool _closed;

    public CliConnection(CliServer server, Worker worker, CliSession session)
    {
        _server = server;
        _worker = worker;
        _session = session;
        _connection = worker.TakeConnection();
        _continue = new ActionTask(Work);
    }

    public void Open(SocketHandle socket)
    {
        _connection.User = this;
        if (_connection.Open(socket, established: true).IsError)
        {
            Close();
            return;
        }

        _lastActivityMs = _worker.Loop.NowMs;
        Work();
    }

    public void OnReady(Connection connection) => Work();

    public void OnFault(Connection connection) => Close();

    public override void OnDeadline(long nowMs)
    {
        if (nowMs >= _lastActivityMs + _session.TimeoutMs && _session.WakeAtMs is null) Close();
        else Work();
    }

    public void Close()
    {
        if (_closed) return;
        _closed = true;
        _worker.Loop.Timers.Remove(this);
        _connection.Close();
        _server.Ended(this);
    }

    private void Work()
    {
        if (_closed) return;
        var nowMs = _worker.Loop.NowMs;
        for (var pages = 0; pages < PagesInARow;)
        {
            if (_outputStart == _outputEnd)
            {
                (_outputStart, _outputEnd) = (0, _session.Produce(_output, nowMs));
                if (_outputEnd == 0 && !Read()) break;
                continue;
            }

            var sent = _connection.Write(_output.AsSpan(_outputStart, _outputEnd - _outputStart));
            if (sent > 0) _lastActivityMs = nowMs;
            _outputStart += sent;
            if (_outputStart < _outputEnd) break;
            pages++;
        }

        if (_session.HandsSocketsOver && _outputStart == _outputEnd && _session.Plane.Listeners is { } door)
            _ = SocketHandover.Send(_connection.Socket, door.Sockets);
        if (_connection.IsBroken || (_session.IsFinished && _outputStart == _outputEnd)) Close();
        else Rest(nowMs);
    }

    /// <returns>True when the session may have something to do now.</returns>
    private bool Read()
    {
        if (_session.IsFinished || !_session.WantsInput) return false;
        var room = Math.Min(_session.InputRoom, InputLength);
        switch (_connection.Read(_input.AsSpan(0, room), out var count))
        {
            case ReadOutcome.Data:
                _session.Receive(_input.AsSpan(0, count));
                _lastActivityMs = _worker.Loop.NowMs;
                return true;
            case ReadOutcome.End:
                _session.EndInput();
                return true;
            default:
                return false;
        }
    }

    /// <summary>
    /// Comes back when the client does something, when a waiting command is due, when the client has been idle too long, or at once for more pages.
    /// </summary>
    private void Rest(long nowMs)
    {
        if (_outputStart == _outputEnd && _session.HasMore)
        {
            _worker.Loop.RunLater(_continue);
            return;
        }

        var deadlineMs = _session.WakeAtMs ?? _lastActivityMs + _session.TimeoutMs;
        _worker.Loop.Timers.Set(this, Math.Max(deadlineMs, nowMs + 1));
    }
}
