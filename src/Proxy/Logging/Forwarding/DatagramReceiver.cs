using Evenkeel.Linux.Sockets;
using Evenkeel.Proxy.Loop;

namespace Evenkeel.Proxy.Logging.Forwarding;

/// <summary>A `dgram-bind` socket: each datagram is one message. Owner: the forwarder's worker.</summary>
internal sealed class DatagramReceiver : LoopTask, IReadyHandler
{
    /// <summary>Datagrams taken before other work of the loop gets its turn.</summary>
    private const int MostInARow = 64;

    /// <summary>The largest UDP datagram there is.</summary>
    private const int BufferLength = 65_536;

    private readonly LogForwarder _forwarder;
    private readonly SocketHandle _socket;
    private readonly byte[] _buffer = new byte[BufferLength];
    private bool _isStopped;

    public DatagramReceiver(LogForwarder forwarder, SocketHandle socket) => (_forwarder, _socket) = (forwarder, socket);

    public void Start()
    {
        _ = _forwarder.Worker.Loop.Register(_socket.Descriptor, this);
        Run();
    }

    public void Stop()
    {
        if (_isStopped) return;
        Run();
        _isStopped = true;
        _forwarder.Worker.Loop.Unregister(_socket.Descriptor);
    }

    public void OnReady(Readiness events) => Run();

    public override void Run()
    {
        if (_isStopped) return;
        for (var taken = 0; taken < MostInARow; taken++)
        {
            var received = _socket.ReceiveFrom(_buffer, out var peer);
            // An ICMP answer to nothing we sent, a signal: there may be more behind it.
            if (received.IsError && received.WouldBlock) return;
            if (received.IsOk) _forwarder.Forward(SyslogFraming.WithoutLineEnd(_buffer.AsSpan(0, received.Value)), IpEndpoint.From(peer));
        }
        _forwarder.Worker.Loop.RunLater(this);
    }

    /// <summary>The message in hand is lost; the socket goes on with the next.</summary>
    public override void OnFault(Exception bug) => _forwarder.Worker.Loop.RunLater(this);
}
