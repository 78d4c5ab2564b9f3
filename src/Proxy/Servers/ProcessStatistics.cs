using System.Runtime.InteropServices;
using Evenkeel.Proxy.Loop;

namespace Evenkeel.Proxy.Servers;

/// <summary>What one worker counted for the process as a whole; in brackets the line of `show info`. Owner: that worker.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct ProcessCounters
{
    /// <summary>[CumConns], [CumReq], [CumStreams], [CumSslConns]</summary>
    public long Connections, Requests, Streams, TlsConnections;

    /// <summary>Bytes sent to either side [TotalBytesOut], of them moved by splice [TotalSplicedBytesOut].</summary>
    public long BytesOut, SplicedBytesOut;

    /// <summary>Streams open now [CurrStreams]; pipes in use and spare [PipesUsed], [PipesFree].</summary>
    public long CurrentStreams, PipesUsed, PipesFree;

    /// <summary>Name lookups that failed [FailedResolutions]; times the process's maxconn was reached [MaxconnReached].</summary>
    public long FailedResolutions, MaxConnectionsReached;

    /// <summary>Of the last second or so: time spent waiting for events, and running, both in microseconds; they make [Idle_pct].</summary>
    public long IdleMicroseconds, BusyMicroseconds;

    internal void Add(ref ProcessCounters other)
    {
        var mine = MemoryMarshal.Cast<ProcessCounters, long>(new Span<ProcessCounters>(ref this));
        var theirs = MemoryMarshal.Cast<ProcessCounters, long>(new Span<ProcessCounters>(ref other));
        for (var i = 0; i < mine.Length; i++) mine[i] += Volatile.Read(ref theirs[i]);
    }
}

/// <summary>The statistics of the whole process, for `show info`: limits, connections, rates, and a block of counters for each worker.</summary>
public sealed class ProcessStatistics
{
    private sealed class Block
    {
        public ProcessCounters Counters;

#pragma warning disable CA1823, IDE0051, CS0169 // it is there to take room
        private readonly CacheLinePad _pad;
#pragma warning restore CA1823, IDE0051, CS0169
    }

    private readonly Block[] _workers;
    private Worker[] _watched = [];
    private readonly long _startedNs = Linux.Clocks.MonotonicNs();
    private int _maxConnections;
    private long _invalidMessages;
    private int _connectionRateLimit;
    private int _sessionRateLimit;
    private int _tlsRateLimit;

    public ProcessStatistics(int workers, int maxConnections)
    {
        _workers = new Block[workers];
        for (var i = 0; i < workers; i++) _workers[i] = new Block();
        _maxConnections = maxConnections;
        HardMaxConnections = maxConnections;
        ConnectionRate = new RateMeter(workers);
        SessionRate = new RateMeter(workers);
        TlsRate = new RateMeter(workers);
    }

    public int Workers => _workers.Length;

    /// <summary>Messages captured for `show errors` so far.</summary>
    public long InvalidMessages => Interlocked.Read(ref _invalidMessages);

    /// <summary>The number of the next one. Any thread.</summary>
    internal long NextInvalidMessage() => Interlocked.Increment(ref _invalidMessages) - 1;

    /// <summary>`maxconnrate`, `maxsessrate`, `maxsslrate`, or what `set rate-limit` made of them: a second over all frontends; 0 is no limit.</summary>
    public int ConnectionRateLimit
    {
        get => Volatile.Read(ref _connectionRateLimit);
        set => Volatile.Write(ref _connectionRateLimit, value);
    }

    public int SessionRateLimit
    {
        get => Volatile.Read(ref _sessionRateLimit);
        set => Volatile.Write(ref _sessionRateLimit, value);
    }

    public int TlsRateLimit
    {
        get => Volatile.Read(ref _tlsRateLimit);
        set => Volatile.Write(ref _tlsRateLimit, value);
    }

    /// <summary>One of the limits on rates forbids to accept now.</summary>
    /// <param name="speaksTls">Who connects will begin a handshake.</param>
    internal bool IsTooFast(long nowMs, bool speaksTls) => IsReached(ConnectionRateLimit, ConnectionRate, nowMs)
        || IsReached(SessionRateLimit, SessionRate, nowMs) || (speaksTls && IsReached(TlsRateLimit, TlsRate, nowMs));

    private static bool IsReached(int limit, RateMeter rate, long nowMs) => limit > 0 && rate.PerSecond(nowMs) >= limit;

    /// <summary>Since this configuration came to life.</summary>
    public TimeSpan Uptime => TimeSpan.FromMilliseconds((Linux.Clocks.MonotonicNs() - _startedNs) / 1_000_000);

    /// <summary>A soft stop is under way.</summary>
    public bool IsStopping { get; internal set; }

    /// <summary>Client connections open now, exact across workers [CurrConns].</summary>
    public Gauge Connections { get; } = new();

    /// <summary>TLS connections open now [CurrSslConns].</summary>
    public Gauge TlsConnections { get; } = new();

    /// <summary>[Hard_maxconn]</summary>
    public int HardMaxConnections { get; private set; }

    /// <summary>A reload brought another limit; what was set by command is over.</summary>
    internal void ChangeLimit(int maxConnections)
    {
        HardMaxConnections = maxConnections;
        MaxConnections = maxConnections;
    }

    /// <summary>The limit in force [Maxconn]; `set maxconn global` changes it.</summary>
    public int MaxConnections
    {
        get => Volatile.Read(ref _maxConnections);
        set => Volatile.Write(ref _maxConnections, value);
    }

    public RateMeter ConnectionRate { get; }
    public RateMeter SessionRate { get; }
    public RateMeter TlsRate { get; }

    /// <summary>The block of one worker; only that worker writes to it.</summary>
    public ref ProcessCounters this[int worker] => ref _workers[worker].Counters;

    /// <summary>Sum over all workers.</summary>
    public ProcessCounters Counters()
    {
        var sum = new ProcessCounters();
        foreach (var worker in _workers) sum.Add(ref worker.Counters);
        foreach (var worker in _watched) Look(worker, ref sum);
        return sum;
    }

    /// <summary>What the workers hold and how busy they are is looked up when it is asked for.</summary>
    internal void Watch(Worker[] workers) => _watched = workers;

    /// <summary>Share of the last period in which workers ran instead of waiting, percent.</summary>
    /// <param name="group">Whose workers; null for all.</param>
    internal long BusyPercent(int? group)
    {
        long idle = 0, busy = 0;
        foreach (var worker in _watched)
        {
            if (group is { } only && worker.Group != only) continue;
            var (idleNs, busyNs) = worker.Loop.LastPeriod;
            idle += idleNs;
            busy += busyNs;
        }
        return Percent(idle, busy);
    }

    internal static long Percent(long idle, long busy) => idle + busy <= 0 ? 0 : busy * 100 / (idle + busy);

    private static void Look(Worker worker, ref ProcessCounters sum)
    {
        sum.CurrentStreams += worker.Streams.OpenStreams;
        sum.PipesUsed += worker.Pipes.InUse;
        sum.PipesFree += worker.Pipes.FreeCount;
        var (idleNs, busyNs) = worker.Loop.LastPeriod;
        sum.IdleMicroseconds += idleNs / 1_000;
        sum.BusyMicroseconds += busyNs / 1_000;
    }
}
