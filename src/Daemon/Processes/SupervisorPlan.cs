namespace Evenkeel.Daemon.Processes;

/// <summary>What a <see cref="Supervisor"/> keeps alive and what it says meanwhile.</summary>
public sealed record SupervisorPlan
{
    /// <summary>Roles in the order in which they are told to stop.</summary>
    public required IReadOnlyList<string> Roles { get; init; }

    /// <summary>What workers find as environment: that of the start, without what a configuration set.</summary>
    public required IReadOnlyList<string> Environment { get; init; }

    /// <summary>False ends with an ended worker (`--dont-respawn`), and with the original's status: 0.</summary>
    public bool Respawns { get; init; } = true;

    /// <summary>SIGINT is none of ours (`--ignore-sigint`).</summary>
    public bool IgnoresInterrupt { get; init; }

    /// <summary>How long a worker may take to stop before it is killed.</summary>
    public int StopGraceMs { get; init; } = 10_000;

    /// <summary>A line for people: the text, and whether it reports trouble.</summary>
    public required Action<string, bool> Say { get; init; }

    /// <summary>A worker's process has begun: role and pid.</summary>
    public Action<string, int> WorkerBegun { get; init; } = (_, _) => { };

    /// <summary>A worker's process has gone: role.</summary>
    public Action<string> WorkerGone { get; init; } = _ => { };

    /// <summary>All workers have started for the first time.</summary>
    public Action AllStarted { get; init; } = () => { };

    /// <summary>Asked once a second: whether all workers are to read their configuration again now; null for never.</summary>
    public Func<bool>? IsReloadDue { get; init; }

    /// <summary>A reload begins with a process that reads the files (role `reader`); else the workers read for themselves.</summary>
    public bool ReadsConfiguration { get; init; }

    /// <summary>Where `evenkeel status` asks; null for nowhere.</summary>
    public string? StatusSocket { get; init; }

    /// <summary>The option of this program that moves it.</summary>
    public string StatusSocketOption { get; init; } = "-s";
}
