namespace Evenkeel.Proxy.Loop;

/// <summary>
/// Work that runs on a loop later: handed in by other threads with <see cref="EventLoop.Post"/> or by the loop itself with <see cref="EventLoop.RunLater"/>.
/// Intrusive: queueing allocates nothing, and a task that is queued already is not queued twice.
/// </summary>
public abstract class LoopTask
{
    /// <summary>1 from the moment it is queued until just before it runs.</summary>
    internal int Queued;

    internal LoopTask? NextInQueue;

    /// <summary>Runs on the loop's thread. It may queue itself again.</summary>
    public abstract void Run();

    /// <summary>An exception left <see cref="Run"/>, which is a bug of ours: drop what this task works for. Must not throw.</summary>
    public virtual void OnFault(Exception bug)
    {
    }
}

/// <summary>A <see cref="LoopTask"/> from a delegate, for start-up and control work where an allocation does not matter.</summary>
public sealed class ActionTask(Action action) : LoopTask
{
    public override void Run() => action();
}
