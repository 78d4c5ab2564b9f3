using Evenkeel.Linux.Sockets;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Loop;
using Evenkeel.Proxy.Servers;
using Evenkeel.Proxy.Transport;

namespace Evenkeel.Proxy.Streams;

/// <summary>
/// Turns accepted sockets of one bind line into sessions, within the limits of the process, the frontend and the bind line. Shared by all workers.
/// </summary>
public sealed class FrontendAcceptor : IAcceptor
{
    private readonly Listener?[] _listeners;
    private readonly ResumeTask[] _resume;
    private readonly Worker[] _workers;
    private int _paused;

    /// <param name="maxHeaders">`tune.http.maxhdr`.</param>
    public FrontendAcceptor(Bind bind, ProcessStatistics process, Worker[] workers, int maxHeaders, int loggedUriLength, bool rejectsPrivilegedPorts)
    {
        RejectsPrivilegedPorts = rejectsPrivilegedPorts;
        MaxHeaders = maxHeaders;
        LoggedUriLength = Math.Max(1, loggedUriLength);
        Bind = bind;
        Process = process;
        _workers = workers;
        _listeners = new Listener?[workers.Length];
        _resume = new ResumeTask[workers.Length];
        for (var i = 0; i < workers.Length; i++) _resume[i] = new ResumeTask(this, i);
    }

    public Bind Bind { get; }

    public ProcessStatistics Process { get; }

    /// <summary>`tune.http.maxhdr`.</summary>
    public int MaxHeaders { get; }

    /// <summary>What is kept of a request's first line, and one more; at least 1.</summary>
    public int LoggedUriLength { get; }

    /// <summary>`harden.reject-privileged-ports.tcp`.</summary>
    public bool RejectsPrivilegedPorts { get; }

    internal Listener? ListenerOf(int worker) => _listeners[worker];

    internal void Attach(int worker, Listener listener) => _listeners[worker] = listener;

    public bool MayAccept(Worker worker)
    {
        if (HasRoom(worker)) return true;
        Volatile.Write(ref _paused, 1);
        Bind.Frontend.State = FrontendState.Full;
        // A session may have ended between the look and the note; nobody would resume us then.
        return HasRoom(worker);
    }

    public void OnAccepted(Worker worker, SocketHandle socket, in KernelSocketAddress peer)
    {
        Process.Connections.Increment();
        Bind.Frontend.Connections.Increment();
        Bind.Connections.Increment();
        Prepare(socket, Bind.Frontend.Model);
        worker.Streams.TakeSession().Begin(this, socket, in peer);
    }

    /// <summary>What the frontend's options ask of the kernel.</summary>
    private static void Prepare(SocketHandle socket, FrontendModel model)
    {
        if (model.Options.ClientTcpKeepAlive)
        {
            _ = socket.SetKeepAlive();
            socket.SetKeepAlive(model.ClientKeepAlive.Probes, model.ClientKeepAlive.IdleSeconds, model.ClientKeepAlive.IntervalSeconds);
        }

        if (model.Options.NoLinger) _ = socket.SetLingerZero();
        if (model.Options.TcpSmartAccept) _ = socket.SetQuickAck(false);
    }

    internal void OnSessionEnded(Worker worker)
    {
        Process.Connections.Decrement();
        Bind.Frontend.Connections.Decrement();
        Bind.Connections.Decrement();
        Resume(worker.Loop.NowMs);
    }

    /// <summary>A place has become free: every worker listens again.</summary>
    private void Resume(long nowMs)
    {
        if (Volatile.Read(ref _paused) == 0 || Interlocked.Exchange(ref _paused, 0) == 0) return;
        if (Bind.Frontend.State == FrontendState.Full) Bind.Frontend.State = FrontendState.Open;
        for (var i = 0; i < _workers.Length; i++) _workers[i].Loop.Post(_resume[i]);
    }

    private bool HasRoom(Worker worker)
    {
        if (Process.Connections.Current >= Process.MaxConnections)
        {
            Process[worker.Index].MaxConnectionsReached++;
            return false;
        }

        if (Process.IsTooFast(worker.Loop.NowMs, Bind.Model.Tls is not null)) return false;
        var frontend = Bind.Frontend;
        if (frontend.Connections.Current >= frontend.MaxConnections) return false;
        if (Bind.Model.MaxConnections is { } most && Bind.Connections.Current >= most) return false;
        return frontend.Model.SessionsPerSecond is not { } rate || frontend.SessionRate.PerSecond(worker.Loop.NowMs) < rate;
    }

    private sealed class ResumeTask(FrontendAcceptor acceptor, int worker) : LoopTask
    {
        public override void Run() => acceptor._listeners[worker]?.Resume();
    }
}
