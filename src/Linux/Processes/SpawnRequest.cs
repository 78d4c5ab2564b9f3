namespace Evenkeel.Linux.Processes;

/// <summary>One descriptor a new program finds open: <paramref name="From"/> here becomes <paramref name="To"/> there.</summary>
/// <param name="From">A descriptor of this process, or <see cref="Null"/> for /dev/null.</param>
/// <param name="To">Its number in the new program, at least 0.</param>
public readonly record struct DescriptorMapping(int From, int To)
{
    /// <summary>Stands for /dev/null, opened for reading and writing.</summary>
    public const int Null = -1;
}

/// <summary>User, group and supplementary groups a new program runs with.</summary>
public sealed record Identity(uint UserId, uint GroupId, IReadOnlyList<uint> Groups);

/// <summary>
/// What to start and with which surroundings. Whatever is not said here is the calm default: signals as a fresh program expects them, nothing blocked,
/// and of our descriptors only those that are not close-on-exec.
/// </summary>
public sealed record SpawnRequest
{
    /// <summary>The file to execute; no search along PATH.</summary>
    public required string Path { get; init; }

    /// <summary>The argument vector, argv[0] included.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>`NAME=value` words; null passes on this process's own environment.</summary>
    public IReadOnlyList<string>? Environment { get; init; }

    public string? WorkingDirectory { get; init; }

    /// <summary>The new program leads a session of its own, without a controlling terminal.</summary>
    public bool NewSession { get; init; }

    /// <summary>The new program leads a process group of its own, so that it and its children can be signalled together.</summary>
    public bool NewGroup { get; init; }

    public IReadOnlyList<DescriptorMapping> Descriptors { get; init; } = [];

    /// <summary>Closes every descriptor from this number on, after <see cref="Descriptors"/> took their places; null leaves inherited ones open.</summary>
    public int? CloseFrom { get; init; }

    /// <summary>Null keeps this process's own rights.</summary>
    public Identity? RunAs { get; init; }
}
