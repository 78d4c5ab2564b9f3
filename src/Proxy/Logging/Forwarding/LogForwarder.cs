using Evenkeel.Linux.Sockets;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Loop;
using Evenkeel.Proxy.Transport;

namespace Evenkeel.Proxy.Logging.Forwarding;

/// <summary>
/// A `log-forward` section at work: datagrams and stream connections -> <b>LogForwarder</b> -> its targets. Owner: one worker, which has all its sockets.
/// </summary>
public sealed class LogForwarder : IAcceptor
{
    private readonly LogTargets _targets;
    private readonly LogSender _sender;
    private readonly List<Listener> _listeners = [];
    private readonly List<DatagramReceiver> _receivers = [];
    private readonly HashSet<ForwardConnection> _connections = [];

    /// <param name="bufferSize">`tune.bufsize`: the longest message of a stream with its framing.</param>
    public LogForwarder(LogForwardModel model, LogTargets targets, LogSender sender, Worker worker, int bufferSize)
    {
        Model = model;
        Worker = worker;
        BufferSize = bufferSize;
        _targets = targets;
        _sender = sender;
    }

    public LogForwardModel Model { get; }

    public Worker Worker { get; }

    internal int BufferSize { get; }

    /// <summary>Accepts on these listening sockets and receives on these datagram sockets; on the worker's thread.</summary>
    public void Start(IEnumerable<SocketHandle> streams, IEnumerable<SocketHandle> datagrams)
    {
        foreach (var socket in streams) _listeners.Add(new Listener(Worker, socket, this, maxAccept: 0));
        foreach (var socket in datagrams) _receivers.Add(new DatagramReceiver(this, socket));
        foreach (var listener in _listeners) _ = listener.Start();
        foreach (var receiver in _receivers) receiver.Start();
    }

    /// <summary>Takes what has arrived, and nothing more; on the worker's thread. The sockets are closed by whoever opened them.</summary>
    public void Stop()
    {
        foreach (var listener in _listeners) listener.Stop();
        foreach (var receiver in _receivers) receiver.Stop();
        foreach (var connection in _connections.ToArray()) connection.Finish();
    }

    public bool MayAccept(Worker worker) => _connections.Count < Model.MaxConnections;

    public void OnAccepted(Worker worker, SocketHandle socket, in KernelSocketAddress peer)
    {
        var connection = new ForwardConnection(this, IpEndpoint.From(peer));
        _connections.Add(connection);
        connection.Open(socket);
    }

    internal void Ended(ForwardConnection connection)
    {
        if (!_connections.Remove(connection) || _connections.Count != Model.MaxConnections - 1) return;
        foreach (var listener in _listeners) listener.Resume();
    }

    /// <param name="bytes">One message without framing.</param>
    internal void Forward(ReadOnlySpan<byte> bytes, IpEndpoint source)
    {
        var message = Model.DoesNotParse ? SyslogMessage.Unparsed(bytes) : SyslogMessage.Parse(bytes);
        // As in the original: a header without a text is no message.
        if (!message.Text.IsEmpty) _sender.Forward(_targets, message, Model.Host, source, Worker.Loop.WallMs);
    }
}
