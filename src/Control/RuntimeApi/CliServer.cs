using Evenkeel.Linux;
using Evenkeel.Linux.Sockets;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Loop;
using Evenkeel.Proxy.Transport;

namespace Evenkeel.Control.RuntimeApi;

/// <summary>
/// Listens on the `stats socket` lines and holds the sessions on them: Listener -> <b>CliServer</b> -> CliConnection -> CliSession.
/// </summary>
/// <remarks>
/// Owner: the one worker it was started on. All sockets together hold at most `stats maxconn` sessions; further clients wait in the kernel's queue.
/// </remarks>
public sealed class CliServer
{
    private readonly Worker _worker;
    private readonly ControlPlane _plane;
    private readonly CommandTable _table;
    private readonly List<Listener> _listeners = [];
    private readonly HashSet<CliConnection> _sessions = [];

    public CliServer(Worker worker, ControlPlane plane, CommandTable table)
    {
        _worker = worker;
        _plane = plane;
        _table = table;
    }

    public int SessionCount => _sessions.Count;

    private int Limit => _plane.Proxies.Model.Global.StatsMaxConnections;

    /// <summary>Accepts on an open, listening socket; on the worker's thread.</summary>
    public SysResult Listen(BindModel bind, SocketHandle socket)
    {
        var listener = new Listener(_worker, socket, new Acceptor(this, bind), maxAccept: 0);
        _listeners.Add(listener);
        return listener.Start();
    }

    /// <summary>Goes on with a conversation that somebody else has accepted and checked; on the worker's thread.</summary>
    public void Adopt(SocketHandle socket, CliSession session)
    {
        var connection = new CliConnection(this, _worker, session);
        _sessions.Add(connection);
        connection.Open(socket);
    }

    /// <summary>A session on these proxies for <see cref="Adopt"/>, with the time-out of stats sockets.</summary>
    /// <param name="exposesListeners">It may ask for the listening sockets.</param>
    public CliSession NewSession(CommandLevel level, bool exposesListeners = false) =>
        new(_table, _plane, level, _plane.Proxies.Model.Global.StatsTimeoutMs) { MayTakeSockets = exposesListeners };

    /// <summary>Accepts nothing more on one socket, which its owner then may close. On the worker's thread.</summary>
    public void StopListening(SocketHandle socket)
    {
        foreach (var listener in _listeners.FindAll(each => each.Socket.Descriptor == socket.Descriptor))
        {
            listener.Stop();
            _listeners.Remove(listener);
        }
    }

    /// <summary>Accepts nothing more; sessions go on until they end. On the worker's thread.</summary>
    public void StopListening()
    {
        foreach (var listener in _listeners) listener.Stop();
    }

    /// <summary>Ends everything at once. On the worker's thread.</summary>
    public void Stop()
    {
        StopListening();
        foreach (var session in _sessions.ToArray()) session.Close();
    }

    internal void Ended(CliConnection session)
    {
        _sessions.Remove(session);
        if (_sessions.Count != Limit - 1) return;
        foreach (var listener in _listeners) listener.Resume();
    }

    private sealed class Acceptor(CliServer server, BindModel bind) : IAcceptor
    {
        public bool MayAccept(Worker worker) => server._sessions.Count < server.Limit;

        public void OnAccepted(Worker worker, SocketHandle socket, in KernelSocketAddress peer)
        {
            var session = server.NewSession(bind.Level, bind.ExposeListeners);
            session.SeverityOutput = bind.SeverityOutput switch
            {
                "number" => SeverityOutput.Number,
                "string" => SeverityOutput.Text,
                _ => SeverityOutput.None,
            };
            server.Adopt(socket, session);
        }
    }
}
