namespace Evenkeel.Control;

/// <summary>What operators ask about the process around the proxies; implemented in Daemon, which owns clocks, environment and start-up.</summary>
public interface IProcessDoor
{
    ProcessFacts Facts { get; }

    /// <summary>Wall clock, local time.</summary>
    DateTimeOffset Now { get; }

    /// <summary>Time since the process was ready.</summary>
    TimeSpan Uptime { get; }

    /// <summary>The environment as `NAME=value`, in its own order.</summary>
    IEnumerable<string> Environment { get; }

    /// <summary>What was said while starting, line by line (`show startup-logs`).</summary>
    string StartupLogs { get; }

    /// <summary>No new connections are taken any more.</summary>
    bool IsStopping { get; }

    /// <summary>Sends a message to the `log` targets of the global section, at level info.</summary>
    void Log(string text);

    /// <summary>Log lines that could not be sent.</summary>
    long DroppedLogs { get; }
}

/// <summary>What does not change while the process lives.</summary>
public sealed record ProcessFacts
{
    /// <summary>Version as `-v` says it, for example "3.5.0".</summary>
    public required string Version { get; init; }

    /// <summary>Date of the release, `YYYY/MM/DD`.</summary>
    public required string ReleaseDate { get; init; }
    public required int ProcessId { get; init; }
    public int Threads { get; init; } = 1;

    /// <summary>Limit on open descriptors (`ulimit -n`).</summary>
    public int DescriptorLimit { get; init; }

    /// <summary>Descriptors that connections, listeners and checks may need, `Maxsock`.</summary>
    public int SocketLimit { get; init; }

    /// <summary>Pipes for splice, `Maxpipes`.</summary>
    public int PipeLimit { get; init; }

    /// <summary>Seconds since 1970 at which the process started.</summary>
    public long StartTimeSec { get; init; }

    /// <summary>Microseconds of that second.</summary>
    public int StartTimeMicroseconds { get; init; }

    /// <summary>From the start to being ready, milliseconds.</summary>
    public long BootTimeMs { get; init; }

    /// <summary>Warnings said while starting.</summary>
    public int Warnings { get; init; }

    public string HostName { get; init; } = "";
}
