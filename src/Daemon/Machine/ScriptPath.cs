using Evenkeel.Linux.Files;
using Evenkeel.Model;

namespace Evenkeel.Daemon.Machine;

/// <summary>
/// keepalived's script security: nobody but root may be able to change what root is going to run, so every component of the path must belong to root
/// and be writable by root alone (keepalived.conf(5), enable_script_security; verdicts compared with keepalived 2.4.3).
/// </summary>
internal static class ScriptPath
{
    private const string DefaultSearchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <param name="path">As written in the file: absolute, relative to the working directory, or a bare name to be found along PATH.</param>
    public static ScriptPathVerdict Check(string path)
    {
        var found = path.Contains('/') ? Path.GetFullPath(path) : Search(path);
        if (found is null || !FileStatus.Of(found, followLink: true, out var script).IsOk) return ScriptPathVerdict.NotFound;
        if (!script.IsRegular) return ScriptPathVerdict.Insecure;

        var directories = CheckDirectories(Path.GetDirectoryName(found)!);
        if (directories != ScriptPathVerdict.Secure) return directories;
        if (IsOpenToOthers(script)) return ScriptPathVerdict.Insecure;
        // A link to a file elsewhere is as safe as the way to that file.
        if (FileStatus.Of(found, followLink: false, out var link).IsOk && link.IsSymbolicLink)
        {
            var target = CheckDirectories(Path.GetDirectoryName(File.ResolveLinkTarget(found, returnFinalTarget: true)!.FullName)!);
            // Keepalived refuses a linked directory only in the path as written: /usr/bin/pidof -> /sbin/killall5 runs on a merged /usr.
            if (target is not (ScriptPathVerdict.Secure or ScriptPathVerdict.SymlinkedDirectory)) return target;
        }
        return script.IsExecutable ? ScriptPathVerdict.Secure : ScriptPathVerdict.NotExecutable;
    }

    private static ScriptPathVerdict CheckDirectories(string directory)
    {
        for (var current = directory; !string.IsNullOrEmpty(current); current = Path.GetDirectoryName(current))
        {
            if (!FileStatus.Of(current, followLink: false, out var status).IsOk) return ScriptPathVerdict.NotFound;
            if (status.IsSymbolicLink) return ScriptPathVerdict.SymlinkedDirectory;
            // In a sticky directory only the owner of a file can replace it.
            if (!status.IsSticky && IsOpenToOthers(status)) return ScriptPathVerdict.Insecure;
            if (status.UserId != 0) return ScriptPathVerdict.Insecure;
        }
        return ScriptPathVerdict.Secure;
    }

    private static bool IsOpenToOthers(FileStatus status) =>
        status.UserId != 0 || status.IsWritableByEverybody || (status.IsWritableByGroup && status.GroupId != 0);

    private static string? Search(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? DefaultSearchPath).Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(directory => Path.Combine(directory, name))
            .FirstOrDefault(candidate => FileStatus.Of(candidate, followLink: true, out var status).IsOk && status.IsRegular && status.IsExecutable);
}
