using Evenkeel.Linux.Files;
using Evenkeel.Linux.Processes;

namespace Evenkeel.Daemon.Processes;

/// <summary>The executable of this program on disk: after an upgrade another one than runs here.</summary>
public sealed class ProgramFile
{
    private readonly string _path;
    private readonly bool _isKnown;
    private readonly FileStatus _running;

    public ProgramFile()
    {
        // The link shows where the file was when it was executed; the path may lead to another file by now.
        _path = File.ResolveLinkTarget(Invocation.OwnExecutable, returnFinalTarget: false)?.FullName ?? Invocation.OwnExecutable;
        _isKnown = FileStatus.Of(_path, followLink: true, out _running).IsOk;
    }

    /// <summary>Another file stands in its place, and can be executed.</summary>
    public bool IsReplaced => _isKnown && FileStatus.Of(_path, followLink: true, out var now).IsOk && now.IsRegular && now.IsExecutable
        && (now.Device, now.Inode) != (_running.Device, _running.Inode);

    /// <summary>What to start for the next process: the file on disk when it is a new one, else the one that runs, even where its file is gone.</summary>
    public string Path => IsReplaced ? _path : Invocation.OwnExecutable;
}
