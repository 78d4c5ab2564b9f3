using System.Globalization;
using Evenkeel.Linux.Processes;

namespace Evenkeel.Daemon.Processes;

/// <summary>A file with the pid of a running daemon, for init scripts and people.</summary>
public static class PidFile
{
    /// <summary>Writes the pid, replacing what stood there.</summary>
    /// <returns>Null, or why it could not be written.</returns>
    public static string? Write(string path, int pid)
    {
        try
        {
            File.WriteAllText(path, pid.ToString(CultureInfo.InvariantCulture) + "\n");
            return null;
        }
        catch (DirectoryNotFoundException)
        {
            return "its directory does not exist";
        }
        catch (UnauthorizedAccessException)
        {
            return "permission denied";
        }
        catch (IOException failure)
        {
            return failure.Message;
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
