using Evenkeel.Linux;
using Evenkeel.Linux.Epoll;
using Evenkeel.Linux.Timers;

namespace Evenkeel.Vrrp.Worker;

/// <summary>
/// The one loop of the address plane: waits for descriptors and timers, handles every readable descriptor first and timers after, so that a process
/// that was frozen
/// hears what others said meanwhile before it acts on its own clock. Owner: the thread that calls <see cref="Run"/>.
/// </summary>
public sealed class WorkerLoop : IWorkerLoop, IDisposable
{
    /// <summary>Descriptors handled before the kernel is asked again; timers wait until a pass was not full.</summary>
    private const int EventsPerPass = 64;

    /// <summary>Full passes in a row before timers get their turn all the same: a flood must not silence the master.</summary>
    private const int PassesBeforeTimers = 16;

    private readonly EpollSet _epoll;
    private readonly TimerDescriptor _timer;
    private readonly Dictionary<int, Action> _watched = [];
    private readonly PriorityQueue<WorkerTimer, long> _timers = new();
    private readonly epoll_event[] _events = new epoll_event[EventsPerPass];
    private bool _stopping;

    private WorkerLoop(EpollSet epoll, TimerDescriptor timer)
    {
        _epoll = epoll;
        _timer = timer;
        ReadClock();
        Watch(timer.Descriptor, timer.Clear);
    }

    public long NowUs { get; private set; }

    /// <summary>Asked before each wait: when <see cref="Expired"/> wants to be called, long.MaxValue for never.</summary>
    public Func<long>? NextDeadlineUs { get; set; }

    /// <summary>Called once a turn after the descriptors.</summary>
    public Action? Expired { get; set; }

    private long _lateFromUs = long.MaxValue;
    private Func<long, bool>? _late;

    /// <summary>Tells when the kernel let this thread run later than asked for.</summary>
    /// <param name="fromUs">What counts, microseconds.</param>
    /// <param name="late">Gets the microseconds; true to be told of the next time too.</param>
    public void WatchLateness(long fromUs, Func<long, bool> late) => (_lateFromUs, _late) = (fromUs, late);

    public static WorkerLoop? Create(out SysResult result)
    {
        var epoll = EpollSet.Create(out result);
        if (epoll is null)
            return null;
        var timer = TimerDescriptor.Open(out result);
        return timer is null ? null : new WorkerLoop(epoll, timer);
    }

    public void Watch(int descriptor, Action onReadable)
    {
        var isNew = !_watched.ContainsKey(descriptor);
        _watched[descriptor] = onReadable;
        if (isNew)
            _ = _epoll.Add(descriptor, EpollEvents.EPOLLIN, (ulong)descriptor);
    }

    public void Unwatch(int descriptor)
    {
        if (_watched.Remove(descriptor))
            _ = _epoll.Remove(descriptor);
    }

    public WorkerTimer StartTimer(long delayUs, Action callback)
    {
        var timer = new WorkerTimer(NowUs + Math.Max(delayUs, 0), callback);
        _timers.Enqueue(timer, timer.DueUs);
        return timer;
    }

    public void Stop() => _stopping = true;

    /// <summary>Turns until <see cref="Stop"/>.</summary>
    public void Run()
    {
        while (!_stopping)
            Turn();
    }

    private void Turn()
    {
        var next = NextDeadlineUs?.Invoke() ?? long.MaxValue;
        while (_timers.TryPeek(out var first, out _) && first.IsDone)
            _timers.Dequeue();
        if (_timers.TryPeek(out _, out var due))
            next = Math.Min(next, due);
        _timer.ArmFor(next);
        DrainDescriptors(Math.Max(next, NowUs));
        RunTimers();
        Expired?.Invoke();
    }

    private void DrainDescriptors(long dueUs)
    {
        var timeoutMs = -1;
        for (var pass = 0; pass < PassesBeforeTimers && !_stopping; pass++)
        {
            var ready = _epoll.Wait(_events, timeoutMs);
            ReadClock();
            if (timeoutMs < 0 && NowUs - dueUs >= _lateFromUs && !_late!(NowUs - dueUs))
                _lateFromUs = long.MaxValue;
            if (ready.IsError)
                return;
            for (var i = 0; i < ready.Value; i++)
            {
                // A handler may have removed a descriptor that is still in this batch.
                if (_watched.TryGetValue((int)_events[i].Data, out var handler))
                    handler();
            }
            if (ready.Value < EventsPerPass)
                return;
            timeoutMs = 0;
        }
    }

    private void RunTimers()
    {
        while (_timers.TryPeek(out var timer, out var due) && due <= NowUs && !_stopping)
        {
            _timers.Dequeue();
            timer.Run();
        }
    }

    private void ReadClock() => NowUs = Clocks.MonotonicNs() / 1_000;

    public void Dispose()
    {
        _timer.Dispose();
        _epoll.Dispose();
    }
}
