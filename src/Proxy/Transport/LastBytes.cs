using Evenkeel.Linux;
using Evenkeel.Linux.Sockets;
using Evenkeel.Proxy.Loop;
using Evenkeel.Proxy.Memory;

namespace Evenkeel.Proxy.Transport;

/// <summary>
/// A socket whose connection was closed while the peer's window was full: the bytes that were accepted for it go out as there is room, then it closes.
/// At most <see cref="PatienceMs"/>. Owner: one worker; rare, so it is not pooled.
/// </summary>
internal sealed class LastBytes : LoopTimer, IReadyHandler
{
    /// <summary>How long a peer may take to read the end of what it asked for.</summary>
    private const int PatienceMs = 30_000;

    private readonly Worker _worker;
    private readonly SocketHandle _socket;
    private NativeBuffer? _bytes;

    private LastBytes(Worker worker, SocketHandle socket, NativeBuffer bytes)
    {
        _worker = worker;
        _socket = socket;
        _bytes = bytes;
    }

    /// <summary>Takes over a socket that is registered and forgotten, and the buffer.</summary>
    public static void Send(Worker worker, SocketHandle socket, NativeBuffer bytes)
    {
        var last = new LastBytes(worker, socket, bytes);
        if (worker.Loop.Replace(socket.Descriptor, last).IsError)
        {
            last.Close();
            return;
        }

        worker.Loop.Timers.Set(last, worker.Loop.NowMs + PatienceMs);
    }

    public void OnReady(Readiness events)
    {
        if (_bytes is not { } bytes) return;
        var sent = _socket.Send(bytes.Filled);
        if (sent.IsOk) bytes.Consumed(sent.Value);
        if (bytes.IsEmpty || (sent.IsError && sent.Errno is not (Errno.EAGAIN or Errno.EINTR))) Close();
    }

    public override void OnDeadline(long nowMs) => Close();

    public override void OnFault(Exception bug) => Close();

    private void Close()
    {
        if (_bytes is null) return;
        TimerWheel.Cancel(this);
        _worker.Memory.Return(ref _bytes);
        _worker.Loop.Forget(_socket.Descriptor);
        _ = _socket.Close();
    }
}
