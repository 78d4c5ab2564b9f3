using Evenkeel.Linux;
using Evenkeel.Linux.Files;
using Evenkeel.Linux.Processes;

namespace Evenkeel.Daemon.Machine;

/// <summary>Why a file cannot be had, in the kernel's words, and what the operator can do about it.</summary>
internal static class FileTrouble
{
    private const Errno EDQUOT = (Errno)122;

    /// <summary>Of what .NET throws for files: it replaces the common errors by exceptions of their own and keeps the number of the others.</summary>
    public static Errno ErrnoOf(Exception failure, string path) => failure switch
    {
        UnauthorizedAccessException => IsDirectory(path) ? Errno.EISDIR : Errno.EACCES,
        FileNotFoundException or DirectoryNotFoundException => Errno.ENOENT,
        PathTooLongException => Errno.ENAMETOOLONG,
        IOException { HResult: > 0 } => (Errno)failure.HResult,
        _ => Errno.EIO,
    };

    /// <summary>`WORDS; REMEDY` for a file that cannot be written.</summary>
    /// <param name="option">How the operator names another place (`-p`), if there is a way.</param>
    public static string OfWriting(Exception failure, string path, string option = "") => OfWriting(ErrnoOf(failure, path), option);

    public static string OfWriting(Errno errno, string option = "")
    {
        var elsewhere = option.Length == 0 ? "choose another place" : $"choose another place ({option})";
        return ErrnoText.Of(errno) + "; " + errno switch
        {
            Errno.ENOENT or Errno.ENOTDIR => $"create its directory, or {elsewhere}",
            Errno.EACCES or Errno.EPERM => $"let user {ProcessRights.UserId} write to its directory, or {elsewhere}",
            Errno.ENOSPC or EDQUOT => $"make room on that file system (df, df -i), or {elsewhere}",
            Errno.EROFS => $"make that file system writable, or {elsewhere}",
            Errno.EMFILE or Errno.ENFILE => RaiseDescriptors,
            _ => elsewhere,
        };
    }

    /// <summary>What is said where nothing more is known than that there are no descriptors.</summary>
    public static string OfDescriptors => $"{ErrnoText.Of(Errno.EMFILE)}; {RaiseDescriptors}";

    /// <summary>Whether the reason of a failure, or the reason of its reason, is that this process or the machine has no descriptors left.</summary>
    public static bool IsLackOfDescriptors(Exception failure)
    {
        for (var reason = failure; reason is not null; reason = reason.InnerException)
            if (reason is IOException { HResult: (int)Errno.EMFILE or (int)Errno.ENFILE }) return true;
        return false;
    }

    private const string RaiseDescriptors = "raise the limit on descriptors (ulimit -n, LimitNOFILE= of the unit)";

    private const string GiveRight = "give it the right to (chmod, chown), or start as root.";

    /// <summary>A sentence for each path of a text that is not there or may not be read; what can be read is passed over.</summary>
    /// <param name="text">Lines of alerts. Only those about files are looked at: others may quote the paths of requests.</param>
    public static IEnumerable<string> RemediesIn(string text)
    {
        const string Ends = "'\"<>()[], ";
        if (text.Contains(ErrnoText.Of(Errno.EMFILE), StringComparison.Ordinal)) return [$"{OfDescriptors}."];
        return from line in text.Split('\n')
               where line.Contains("file", StringComparison.Ordinal) || line.Contains("open", StringComparison.Ordinal)
               from word in line.Split(Ends.ToCharArray(), StringSplitOptions.RemoveEmptyEntries)
               where word.StartsWith('/') && !IsPosition(word)
               group word by word.TrimEnd('.', ':') into path
               let remedy = RemedyForReading(path.Key)
               where remedy is not null
               select remedy;
    }

    /// <summary>`FILE:LINE`.</summary>
    private static bool IsPosition(string word) =>
        word.LastIndexOf(':') is > 0 and var colon && colon + 1 < word.Length && word.AsSpan(colon + 1).IndexOfAnyExceptInRange('0', '9') < 0;

    private static string? RemedyForReading(string path)
    {
        var looked = FileStatus.Of(path, followLink: true, out var status);
        if (looked.Is(Errno.ENOENT) || looked.Is(Errno.ENOTDIR))
        {
            var missing = FirstMissing(path);
            return missing == path ? $"{path} does not exist: create it, or correct the path."
                : $"{path} is not there, for {missing} does not exist: create that first, or correct the path.";
        }
        if (looked.Is(Errno.EACCES)) return $"User {ProcessRights.UserId} may not look into the directory of {path}: {GiveRight}";
        if (looked.IsError || status.IsDirectory || !IsForbidden(path)) return null;
        return $"User {ProcessRights.UserId} may not read {path}: {GiveRight}";
    }

    private static bool IsForbidden(string path)
    {
        try
        {
            using var file = File.OpenHandle(path);
            return false;
        }
        catch (UnauthorizedAccessException)
        {
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static string FirstMissing(string path)
    {
        while (Path.GetDirectoryName(path) is { Length: > 1 } parent && FileStatus.Of(parent, followLink: true, out _).IsError) path = parent;
        return path;
    }

    private static bool IsDirectory(string path) => FileStatus.Of(path, followLink: true, out var status).IsOk && status.IsDirectory;
}
