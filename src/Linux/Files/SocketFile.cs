using System.Runtime.InteropServices;

namespace Evenkeel.Linux.Files;

/// <summary>The file behind a unix socket: rights, place, removal, each answering with the kernel's own word.</summary>
public static partial class SocketFile
{
    private const uint Keep = uint.MaxValue;

    /// <param name="path">The socket's file.</param>
    /// <param name="mode">0 leaves what the mode mask made.</param>
    /// <param name="userId">Null leaves the owner.</param>
    /// <param name="groupId">Null leaves the group.</param>
    public static SysResult SetRights(string path, int mode, uint? userId, uint? groupId)
    {
        if (userId is not null || groupId is not null)
        {
            var owned = SysResult.From(chown(path, userId ?? Keep, groupId ?? Keep), Marshal.GetLastPInvokeError());
            if (owned.IsError) return owned;
        }
        return mode == 0 ? SysResult.Ok() : SysResult.From(chmod(path, (uint)mode), Marshal.GetLastPInvokeError());
    }

    public static SysResult Rename(string from, string to) => SysResult.From(rename(from, to), Marshal.GetLastPInvokeError());

    public static SysResult Remove(string path) => SysResult.From(unlink(path), Marshal.GetLastPInvokeError());

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int chown(string path, uint userId, uint groupId);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int chmod(string path, uint mode);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int rename(string from, string to);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int unlink(string path);
}
