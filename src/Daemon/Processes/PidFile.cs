using System.Globalization;
using System.Text;
using Evenkeel.Daemon.Machine;
using Evenkeel.Linux.Processes;

namespace Evenkeel.Daemon.Processes;

/// <param name="IsFatal">There is no such place: somebody has to correct it. Else the place is full, for which nobody's service should stop.</param>
public sealed record PidFileProblem(string Text, bool IsFatal);

/// <summary>A file with the pid of a running daemon, for init scripts and people.</summary>
public static class PidFile
{
    /// <summary>Writes the pid, replacing what stood there.</summary>
    /// <param name="option">Of this program, that moves the file.</param>
    /// <returns>Null, or why it could not be written, and what to do.</returns>
    public static PidFileProblem? Write(string path, int pid, string option)
    {
        FileStream? file = null;
        try
        {
            file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            file.Write(Encoding.ASCII.GetBytes(pid.ToString(CultureInfo.InvariantCulture) + "\n"));
            file.Dispose();
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            var problem = FileTrouble.OfWriting(failure, path, option);
            if (file is null) return new PidFileProblem(problem, IsFatal: true);
            // An empty file would tell an init script that something else went wrong.
            file.Dispose();
            Remove(path);
            return new PidFileProblem(problem, IsFatal: false);
        }
    }

    /// <summary>Removes the file; one that is gone already, or whose directory is no longer ours to write, is left as it is.</summary>
    public static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // A stale pid file is found out by its reader; a stop must not fail for it.
        }
    }

    /// <summary>The pid a file names when a process of that number lives and runs a program of that name, else null.</summary>
    public static int? FindRunning(string path, string program)
    {
        try
        {
            if (!int.TryParse(File.ReadAllText(path).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) || pid <= 0) return null;
            if (pid == Environment.ProcessId) return null;
            if (Signal.Send(pid, 0).Is(Linux.Errno.ESRCH)) return null;
            // Numbers are given out again after a reboot: a stranger under the old number does not hold us back.
            var command = File.ReadAllText($"/proc/{pid}/cmdline").Split('\0')[0];
            return Path.GetFileName(command) == program ? pid : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
