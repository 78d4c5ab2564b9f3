using Evenkeel.Model.Process;

namespace Evenkeel.Proxy.Loop;

/// <summary>
/// What running the streams of one loop costs, measured while profiling is on (configuration.txt 3.2 "profiling.tasks"). While it is off a run pays for one
/// branch, and a turn for the average that `auto` decides by.
/// </summary>
/// <remarks>Owner: the loop. <see cref="Mode"/> may be set, and everything read, by any thread; the totals are each right by themselves.</remarks>
public sealed class TaskProfile
{
    /// <summary>The average duration of a turn, over about so many of them, from which `auto` measures and below which it stops.</summary>
    private const int AverageTurnsLog2 = 10;
    private const long BeginNs = 1_000_000;
    private const long EndNs = 990_000;

    private volatile TaskProfiling _mode;
    private volatile bool _restarts;
    private long _sumNs;
    private long _runs;
    private long _busyNs;
    private long _waitedNs;
    private long _sinceNs;
    private long _untilNs;

    /// <summary>What the configuration or a command wants; in force with the loop's next turn. `On` begins the totals anew.</summary>
    public TaskProfiling Mode
    {
        get => _mode;
        set
        {
            _restarts |= value == TaskProfiling.On;
            _mode = value;
        }
    }

    /// <summary>Runs are measured now.</summary>
    public bool IsOn { get; private set; }

    /// <summary>Runs that were measured, and the nanoseconds they took and waited.</summary>
    public (long Runs, long BusyNs, long WaitedNs) Totals => (Volatile.Read(ref _runs), Volatile.Read(ref _busyNs), Volatile.Read(ref _waitedNs));

    /// <summary>From when to when was measured, on the loop's clock; 0 is never, and not yet ended.</summary>
    public (long SinceNs, long UntilNs) Span => (Volatile.Read(ref _sinceNs), Volatile.Read(ref _untilNs));

    /// <summary>Between two waits.</summary>
    /// <param name="tookNs">From the end of a wait to the beginning of the next.</param>
    internal void EndTurn(long tookNs, long nowNs)
    {
        _sumNs += tookNs - (_sumNs >> AverageTurnsLog2);
        var averageNs = _sumNs >> AverageTurnsLog2;
        var wanted = _mode switch
        {
            TaskProfiling.On => true,
            TaskProfiling.Off => false,
            _ => averageNs >= (IsOn ? EndNs : BeginNs),
        };
        if (wanted != IsOn || _restarts) Switch(wanted, nowNs);
    }

    private void Switch(bool on, long nowNs)
    {
        if (on)
        {
            if (_restarts || _sinceNs == 0)
            {
                (_runs, _busyNs, _waitedNs) = (0, 0, 0);
                _sinceNs = nowNs;
            }
            _untilNs = 0;
        }
        else if (IsOn) _untilNs = nowNs;
        _restarts = false;
        IsOn = on;
    }

    internal void Add(long tookNs, long waitedNs)
    {
        _runs++;
        _busyNs += tookNs;
        _waitedNs += waitedNs;
    }
}
