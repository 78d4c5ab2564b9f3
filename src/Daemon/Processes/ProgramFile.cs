using Evenkeel.Linux.Files;
using Evenkeel.Linux.Processes;

namespace Evenkeel.Daemon.Processes;

/// <summary>The executable of this program on disk: after an upgrade another one than runs here.</summary>
public sealed class ProgramFile
{
    private readonly bool _isKnown;
    private readonly FileStatus _running;

    public ProgramFile(Invocation invocation)
    {
        // Readable even when the file has lost its name.
        _isKnown = FileStatus.Of(Invocation.OwnExecutable, followLink: true, out _running).IsOk;
        // As started, with its links: an upgrade may change one of those. Where that leads nowhere, the kernel's link shows where the file was.
        Path = Names(invocation.File) ? invocation.File
            : File.ResolveLinkTarget(Invocation.OwnExecutable, returnFinalTarget: false)?.FullName ?? Invocation.OwnExecutable;
    }

    /// <summary>Where the program was started from.</summary>
    public string Path { get; }

    /// <summary>Another file stands in its place, and can be executed.</summary>
    public bool IsReplaced =>
        _isKnown && FileStatus.Of(Path, followLink: true, out var now).IsOk && now is { IsRegular: true, IsExecutable: true } && !IsSame(now);

    private bool Names(string path) => _isKnown && FileStatus.Of(path, followLink: true, out var there).IsOk && IsSame(there);

    private bool IsSame(in FileStatus other) =>
        (other.Device, other.Inode, other.Size, other.ModifiedNs) == (_running.Device, _running.Inode, _running.Size, _running.ModifiedNs);
}
