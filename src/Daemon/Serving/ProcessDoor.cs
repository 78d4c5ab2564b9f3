using Evenkeel.Control;
using Evenkeel.Daemon.Haproxy;
using Evenkeel.Linux.Names;
using Evenkeel.Linux.Processes;
using Evenkeel.Model.Process;

namespace Evenkeel.Daemon.Serving;

/// <summary>What commands may ask of the process: who it is, since when, and what it said while it started.</summary>
internal sealed class ProcessDoor : IProcessDoor
{
    private readonly HaproxyConsole _console;
    private readonly long _startedMs = System.Environment.TickCount64;
    private readonly DateTimeOffset _startedAt = DateTimeOffset.Now;
    private readonly int _threads;
    private readonly ConnectionLimit _limit;
    private ProcessFacts? _facts;
    private long _readyMs;

    public ProcessDoor(int threads, HaproxyConsole console, ConnectionLimit limit)
    {
        _threads = threads;
        _console = console;
        _limit = limit;
        _readyMs = _startedMs;
    }

    public ProcessFacts Facts => _facts ??= new ProcessFacts
    {
        Version = ProductVersion.Haproxy,
        ReleaseDate = ProductVersion.ReleaseDate,
        ProcessId = System.Environment.ProcessId,
        Threads = _threads,
        DescriptorLimit = (int)Math.Min(_limit.Descriptors, int.MaxValue),
        SocketLimit = (int)Math.Min(_limit.Sockets, int.MaxValue),
        PipeLimit = _limit.Pipes,
        StartTimeSec = _startedAt.ToUnixTimeSeconds(),
        StartTimeMicroseconds = (int)(_startedAt.Ticks / TimeSpan.TicksPerMicrosecond % 1_000_000),
        BootTimeMs = _readyMs - _startedMs,
        Warnings = _console.Warnings,
        HostName = HostNames.Own,
    };

    public DateTimeOffset Now => DateTimeOffset.Now;

    public TimeSpan Uptime => TimeSpan.FromMilliseconds(System.Environment.TickCount64 - _readyMs);

    public IEnumerable<string> Environment => Spawner.OwnEnvironment();

    public string StartupLogs => _console.Said;

    public bool IsStopping { get; private set; }

    public long DroppedLogs => Dropped?.Invoke() ?? 0;

    /// <summary>Counts lost log lines; set by whoever opens the logs.</summary>
    public Func<long>? Dropped { get; set; }

    /// <summary>Writes to the global log; set by whoever opens the logs.</summary>
    public Action<string>? Logs { get; set; }

    public void Log(string text) => Logs?.Invoke(text);

    public void Ready() => _readyMs = System.Environment.TickCount64;

    public void Stopping() => IsStopping = true;
}
