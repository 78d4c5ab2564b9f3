using Evenkeel.Linux;
using Evenkeel.Linux.Epoll;

namespace Evenkeel.Proxy.Loop;

/// <summary>
/// One thread's event loop: waits for descriptors, then runs what is due: <b>events -> timers -> tasks -> sends that were collected</b>. Edge-triggered, one
/// registration per descriptor for life.
/// </summary>
/// <remarks>
/// Owner: the thread in <see cref="Run"/>; only <see cref="Post"/> and <see cref="RequestStop"/> may be called from elsewhere. The clock is read once per turn.
/// Nothing here recurses: an event handler never polls, a task queued while tasks run waits for the next turn.
/// </remarks>
public sealed class EventLoop : IDisposable
{
    /// <summary>Events taken in one turn: enough to spread the cost of a turn (measured flat above 100), few enough that timers stay punctual.</summary>
    private const int MaxEventsPerTurn = 256;
    private const long WallClockRefreshMs = 1_000;

    /// <summary>Places reserved at the start; more are made when they are needed.</summary>
    private const int MostPlaces = 65_536;
    private const long PeriodNs = 1_000_000_000;

    private readonly EpollSet _epoll;
    private readonly EventCounter _wake;
    // Pinned, since the kernel holds it all the time this loop waits: among ordinary young objects it would keep what lies around it.
    private readonly epoll_event[] _events = GC.AllocateUninitializedArray<epoll_event>(MaxEventsPerTurn, pinned: true);
    private Registration[] _registrations;
    private LoopTask? _posted;
    private LoopTask? _running;
    private LoopTask? _laterFirst;
    private LoopTask? _laterLast;
    private int _eventCount;
    private int _nextEvent;
    private long _wallOffsetMs;
    private long _wallReadMs;
    private long _turnStartNs;
    private long _periodStartNs;
    private long _idleNs;
    private long _lastPeriod = 1L << 32;
    private volatile bool _stopRequested;

    private EventLoop(EpollSet epoll, EventCounter wake, int descriptors)
    {
        _registrations = new Registration[Math.Clamp(descriptors, 256, MostPlaces)];
        _epoll = epoll;
        _wake = wake;
        ReadClock();
        _wallReadMs = NowMs - WallClockRefreshMs;
        _periodStartNs = _turnStartNs = NowNs;
        Timers = new TimerWheel(NowMs);
        _ = _epoll.Add(wake.Descriptor, EpollEvents.EPOLLIN, WakeData);
    }

    private const ulong WakeData = ulong.MaxValue;

    /// <summary>Monotonic milliseconds, read once per turn. Every "now" of the data plane is this.</summary>
    public long NowMs { get; private set; }

    /// <summary>The same moment in nanoseconds.</summary>
    public long NowNs { get; private set; }

    /// <summary>Milliseconds since 1970-01-01 UTC of <see cref="NowMs"/>, for log lines and dates.</summary>
    public long WallMs => WallOf(NowMs);

    public TimerWheel Timers { get; }

    /// <summary>`profiling.tasks` and what it measures.</summary>
    public TaskProfile Profile { get; } = new();

    /// <summary>The clock behind <see cref="NowNs"/> itself: only for measuring what happens within a turn.</summary>
    internal long ReadNs() => Clocks.MonotonicNs();

    /// <summary>Nanoseconds spent waiting, and running, in the last whole period; they make `Idle_pct`. Any thread: the two are told as one word.</summary>
    public (long IdleNs, long BusyNs) LastPeriod
    {
        get
        {
            var packed = Volatile.Read(ref _lastPeriod);
            return ((packed >> 32) * 1_000, (uint)packed * 1_000L);
        }
    }

    /// <summary>Runs at the end of every turn, behind the tasks.</summary>
    internal LoopTask? TurnEnd { get; set; }

    /// <summary>Exceptions that reached the loop's top; each one is a bug of ours.</summary>
    public long Faults { get; private set; }

    /// <summary>Called with each such exception, on the loop's thread.</summary>
    public Action<Exception>? FaultReporter { get; set; }

    /// <param name="descriptors">As many as the process may open: their places are reserved at once, and are memory only when they are used.</param>
    /// <returns>Null with the errno in <paramref name="result"/> when the kernel has no descriptors left.</returns>
    public static EventLoop? Create(out SysResult result, int descriptors = 0)
    {
        var epoll = EpollSet.Create(out result);
        if (epoll is null) return null;
        var wake = EventCounter.Create(out result);
        if (wake is not null) return new EventLoop(epoll, wake, descriptors);
        epoll.Dispose();
        return null;
    }

    /// <summary>A moment of <see cref="NowMs"/>'s clock as milliseconds since 1970-01-01 UTC.</summary>
    public long WallOf(long monotonicMs)
    {
        if (NowMs - _wallReadMs >= WallClockRefreshMs)
        {
            _wallOffsetMs = Clocks.RealtimeNs() / 1_000_000 - NowMs;
            _wallReadMs = NowMs;
        }

        return monotonicMs + _wallOffsetMs;
    }

    /// <summary>Registers a descriptor once for all directions, edge-triggered; it stays registered until <see cref="Forget"/> and close(2).</summary>
    public SysResult Register(int descriptor, IReadyHandler handler) =>
        Register(descriptor, handler, EpollEvents.EPOLLIN | EpollEvents.EPOLLOUT | EpollEvents.EPOLLRDHUP | EpollEvents.EPOLLET);

    /// <summary>Registers a listening socket, level-triggered; of several loops that share it only one is woken for a connection.</summary>
    public SysResult RegisterListener(int descriptor, IReadyHandler handler) => Register(descriptor, handler, EpollEvents.EPOLLIN | EpollEvents.EPOLLEXCLUSIVE);

    /// <summary>Events already fetched for the descriptor are dropped. Call it before close(2), since the number may be given out again at once.</summary>
    public void Forget(int descriptor)
    {
        ref var registration = ref _registrations[descriptor];
        registration.Handler = null;
        registration.Generation++;
    }

    /// <summary>Another handler for a descriptor that stays open; what is possible on it now is told anew.</summary>
    public SysResult Replace(int descriptor, IReadyHandler handler)
    {
        Unregister(descriptor);
        return Register(descriptor, handler);
    }

    /// <summary>For descriptors that stay open: ends the registration in the kernel too.</summary>
    public void Unregister(int descriptor)
    {
        Forget(descriptor);
        _ = _epoll.Remove(descriptor);
    }

    /// <summary>Has the task run on this loop; from any thread. Tasks of one thread run in the order they were posted.</summary>
    public void Post(LoopTask task)
    {
        if (Interlocked.Exchange(ref task.Queued, 1) != 0) return;
        LoopTask? head;
        do
        {
            head = Volatile.Read(ref _posted);
            task.NextInQueue = head;
        }
        while (Interlocked.CompareExchange(ref _posted, task, head) != head);
        if (head is null) _wake.Signal();
    }

    /// <summary>Has the task run at the end of this turn, or of the next one when called from a task. Loop's thread only.</summary>
    public void RunLater(LoopTask task)
    {
        if (Interlocked.Exchange(ref task.Queued, 1) != 0) return;
        task.NextInQueue = null;
        if (_laterLast is null) _laterFirst = task;
        else _laterLast.NextInQueue = task;
        _laterLast = task;
    }

    /// <summary>Makes <see cref="Run"/> return after the turn it is in; from any thread.</summary>
    public void RequestStop()
    {
        _stopRequested = true;
        _wake.Signal();
    }

    public void Run()
    {
        while (!_stopRequested) Turn(int.MaxValue);
    }

    /// <summary>One turn: waits at most <paramref name="maxWaitMs"/>, then runs everything that is due.</summary>
    public void Turn(int maxWaitMs)
    {
        Poll(maxWaitMs);
        var finished = false;
        while (!finished)
        {
            try
            {
                Dispatch();
                Timers.Advance(NowMs);
                RunTasks();
                TurnEnd?.Run();
                finished = true;
            }
            catch (Exception bug)
            {
                OnFault(bug);
            }
        }
    }

    public void Dispose()
    {
        _epoll.Dispose();
        _wake.Dispose();
    }

    private SysResult Register(int descriptor, IReadyHandler handler, EpollEvents events)
    {
        if (descriptor >= _registrations.Length) Array.Resize(ref _registrations, Math.Max(descriptor + 1, _registrations.Length * 2));
        ref var registration = ref _registrations[descriptor];
        registration.Handler = handler;
        return _epoll.Add(descriptor, events, ((ulong)registration.Generation << 32) | (uint)descriptor);
    }

    private void ReadClock()
    {
        NowNs = Clocks.MonotonicNs();
        NowMs = NowNs / 1_000_000;
    }

    private void Poll(int maxWaitMs)
    {
        ReadClock();
        var before = NowNs;
        Profile.EndTurn(before - _turnStartNs, before);
        _turnStartNs = before;
        if (before - _periodStartNs >= PeriodNs) EndPeriod();
        var wait = _laterFirst is not null ? 0 : Timers.DelayMs(NowMs);
        if (wait < 0 || wait > maxWaitMs) wait = maxWaitMs == int.MaxValue ? wait : maxWaitMs;
        var polled = _epoll.Wait(_events, wait);
        _eventCount = polled.IsOk ? polled.Value : 0;
        _nextEvent = 0;
        if (wait == 0) return;
        ReadClock();
        _turnStartNs = NowNs;
        _idleNs += NowNs - before;
    }

    private void EndPeriod()
    {
        var allUs = (NowNs - _periodStartNs) / 1_000;
        var idleUs = Math.Min(_idleNs / 1_000, allUs);
        // Scaled down until both halves fit into one word.
        while (allUs > int.MaxValue) (allUs, idleUs) = (allUs >> 1, idleUs >> 1);
        Volatile.Write(ref _lastPeriod, (idleUs << 32) | (allUs - idleUs));
        _periodStartNs = NowNs;
        _idleNs = 0;
    }

    private void Dispatch()
    {
        while (_nextEvent < _eventCount)
        {
            ref var happened = ref _events[_nextEvent++];
            if (happened.Data == WakeData)
            {
                _wake.Clear();
                continue;
            }

            ref var registration = ref _registrations[(int)(uint)happened.Data];
            if (registration.Generation == (uint)(happened.Data >> 32)) registration.Handler?.OnReady((Readiness)happened.Events);
        }

        _eventCount = _nextEvent = 0;
    }

    private void RunTasks()
    {
        if (Volatile.Read(ref _posted) is not null) TakePosted();
        var last = _laterLast;
        while (_laterFirst is { } task)
        {
            _laterFirst = task.NextInQueue;
            if (_laterFirst is null) _laterLast = null;
            task.NextInQueue = null;
            Volatile.Write(ref task.Queued, 0);
            _running = task;
            task.Run();
            _running = null;
            if (ReferenceEquals(task, last)) return;
        }
    }

    /// <summary>Moves what other threads posted behind what the loop queued itself, oldest first.</summary>
    private void TakePosted()
    {
        var task = Interlocked.Exchange(ref _posted, null);
        LoopTask? oldest = null;
        while (task is not null)
        {
            var next = task.NextInQueue;
            task.NextInQueue = oldest;
            oldest = task;
            task = next;
        }

        if (oldest is null) return;
        if (_laterLast is null) _laterFirst = oldest;
        else _laterLast.NextInQueue = oldest;
        while (oldest.NextInQueue is { } next) oldest = next;
        _laterLast = oldest;
    }

    private void OnFault(Exception bug)
    {
        Faults++;
        FaultReporter?.Invoke(bug);
        if (Timers.Firing is { } timer)
        {
            Timers.Firing = null;
            timer.OnFault(bug);
            return;
        }

        if (_running is { } task)
        {
            _running = null;
            task.OnFault(bug);
            return;
        }

        if (_nextEvent == 0) return;
        ref var happened = ref _events[_nextEvent - 1];
        if (happened.Data == WakeData) return;
        ref var registration = ref _registrations[(int)(uint)happened.Data];
        if (registration.Generation == (uint)(happened.Data >> 32)) registration.Handler?.OnFault(bug);
    }

    private struct Registration
    {
        public IReadyHandler? Handler;
        public uint Generation;
    }
}
