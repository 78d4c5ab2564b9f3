namespace Evenkeel.Vrrp;

/// <summary>The timers of the address plane's one thread. Callbacks run on that thread, never earlier than asked.</summary>
public interface ITimerSource
{
    /// <summary>Monotonic microseconds, read once per turn of the loop.</summary>
    long NowUs { get; }

    WorkerTimer StartTimer(long delayUs, Action callback);
}

/// <summary>Timers and readable descriptors of the address plane's one thread: what trackers and notifiers build on.</summary>
public interface IWorkerLoop : ITimerSource
{
    /// <summary>Calls <paramref name="onReadable"/> whenever the descriptor is readable or hung up (level triggered) until <see cref="Unwatch"/>. The
    /// caller keeps and closes it.</summary>
    void Watch(int descriptor, Action onReadable);

    void Unwatch(int descriptor);
}

/// <summary>One timer that has not run yet; cancelling twice, or after it ran, does nothing.</summary>
public sealed class WorkerTimer(long dueUs, Action callback)
{
    public long DueUs { get; } = dueUs;

    public bool IsDone { get; private set; }

    public void Cancel() => IsDone = true;

    internal void Run()
    {
        if (IsDone)
            return;
        IsDone = true;
        callback();
    }
}
