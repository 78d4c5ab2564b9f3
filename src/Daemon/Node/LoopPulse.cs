using Evenkeel.Proxy.Loop;

namespace Evenkeel.Daemon.Node;

/// <summary>Asks an event loop for a sign of life: a task that only a loop which turns will run.</summary>
internal sealed class LoopPulse(EventLoop loop) : LoopTask
{
    /// <summary>A loop that has not run a task for so long is stuck; the supervisor's own limit for silence is of the same size.</summary>
    private const int LateMs = 400;

    private long _askedMs;
    private long _answeredMs = Environment.TickCount64;

    public void Ask()
    {
        Volatile.Write(ref _askedMs, Environment.TickCount64);
        loop.Post(this);
    }

    public bool IsLate(long nowMs) => Volatile.Read(ref _askedMs) > Volatile.Read(ref _answeredMs) && nowMs - Volatile.Read(ref _answeredMs) > LateMs;

    public override void Run() => Volatile.Write(ref _answeredMs, Environment.TickCount64);
}
