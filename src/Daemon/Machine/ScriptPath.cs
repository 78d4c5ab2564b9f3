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
            // Its own way may lead over links of the system (`/usr/bin/pidof` to `/sbin/killall5`, `/sbin` to `/usr/sbin`): where it ends is what counts.
            var target = CheckDirectories(Canonical(Path.GetDirectoryName(File.ResolveLinkTarget(found, returnFinalTarget: true)!.FullName)!));
            if (target != ScriptPathVerdict.Secure) return target;
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

    /// <summary>The directory with every link on its way followed.</summary>
    private static string Canonical(string directory)
    {
        if (Path.GetDirectoryName(directory) is not { } parent) return directory;
        var here = Path.Combine(Canonical(parent), Path.GetFileName(directory));
        return Directory.ResolveLinkTarget(here, returnFinalTarget: true)?.FullName ?? here;
    }

    private static bool IsOpenToOthers(FileStatus status) =>
        status.UserId != 0 || status.IsWritableByEverybody || (status.IsWritableByGroup && status.GroupId != 0);

    private static string? Search(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? DefaultSearchPath).Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(directory => Path.Combine(directory, name))
            .FirstOrDefault(candidate => FileStatus.Of(candidate, followLink: true, out var status).IsOk && status.IsRegular && status.IsExecutable);
}
