using Evenkeel.Linux;
using Evenkeel.Linux.Sockets;
using Evenkeel.Proxy.Loop;

namespace Evenkeel.Proxy.Transport;

/// <summary>What happens to connections a listener has accepted: they become sessions of a frontend, or of the runtime API.</summary>
public interface IAcceptor
{
    /// <summary>Asked before each accept; false pauses the listener until <see cref="Listener.Resume"/> (a limit has been reached).</summary>
    bool MayAccept(Worker worker);

    /// <summary>Takes over the socket, on the worker's thread.</summary>
    void OnAccepted(Worker worker, SocketHandle socket, in KernelSocketAddress peer);
}

/// <summary>
/// One worker's share of a listening socket: <b>Listener</b> -> Connection. All workers register the same socket exclusively, so that one is woken
/// per connection.
/// </summary>
public sealed class Listener : LoopTimer, IReadyHandler
{
    /// <summary>`tune.maxaccept` when it is not set: enough to empty a burst, few enough that connections already here are not starved.</summary>
    private const int DefaultMaxAccept = 4;

    /// <summary>How long accepting rests when a limit or EMFILE was met, unless <see cref="Resume"/> comes first.</summary>
    private const int PauseMs = 100;

    private readonly Worker _worker;
    private readonly IAcceptor _acceptor;
    private readonly int _maxAccept;
    private bool _registered;
    private bool _closed;

    public Listener(Worker worker, SocketHandle socket, IAcceptor acceptor, int maxAccept)
    {
        _worker = worker;
        Socket = socket;
        _acceptor = acceptor;
        _maxAccept = maxAccept switch { 0 => DefaultMaxAccept, < 0 => int.MaxValue, _ => maxAccept };
    }

    public SocketHandle Socket { get; }

    /// <summary>Times accepting was paused because the process or the machine had no descriptors left.</summary>
    public long DescriptorShortages { get; private set; }

    /// <summary>Begins to accept; on the worker's thread.</summary>
    public SysResult Start() => Register();

    /// <summary>Stops accepting but leaves the socket open: others, or we later, go on.</summary>
    public void Pause()
    {
        if (!_registered) return;
        _registered = false;
        _worker.Loop.Unregister(Socket.Descriptor);
    }

    public void Resume()
    {
        if (_closed || _registered) return;
        _ = Register();
    }

    /// <summary>Stops for good; the socket itself is closed by whoever opened it, once all workers have stopped.</summary>
    public void Stop()
    {
        _closed = true;
        Pause();
        _worker.Loop.Timers.Remove(this);
    }

    public void OnReady(Readiness events)
    {
        for (var taken = 0; taken < _maxAccept; taken++)
        {
            if (!_acceptor.MayAccept(_worker))
            {
                Rest();
                return;
            }

            var accepted = Socket.Accept(out var peer);
            if (accepted.IsError)
            {
                OnAcceptError(accepted.Errno);
                return;
            }

            _acceptor.OnAccepted(_worker, new SocketHandle(accepted.Value), in peer);
        }
    }

    public override void OnDeadline(long nowMs) => Resume();

    /// <summary>The connection that was being taken is lost; the listener itself goes on.</summary>
    public override void OnFault(Exception bug)
    {
    }

    private SysResult Register()
    {
        _registered = true;
        return _worker.Loop.RegisterListener(Socket.Descriptor, this);
    }

    private void Rest()
    {
        Pause();
        _worker.Loop.Timers.Set(this, _worker.Loop.NowMs + PauseMs);
    }

    private void OnAcceptError(Errno error)
    {
        if (error is not (Errno.EMFILE or Errno.ENFILE or Errno.ENOBUFS or Errno.ENOMEM)) return;
        DescriptorShortages++;
        Rest();
    }
}
