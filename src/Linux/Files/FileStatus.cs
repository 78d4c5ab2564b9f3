using System.Runtime.InteropServices;

namespace Evenkeel.Linux.Files;

/// <summary>Owner, mode and kind of a file: statx(2), which .NET does not show (it hides the owner).</summary>
public readonly unsafe partial record struct FileStatus(uint UserId, uint GroupId, uint Mode)
{
    private const uint KindMask = 0xF000;
    private const int AT_FDCWD = -100;
    private const int AT_SYMLINK_NOFOLLOW = 0x100;
    private const int AT_EMPTY_PATH = 0x1000;
    private const uint STATX_BASIC_STATS = 0x7ff;

    // struct statx is 256 bytes: stx_uid at 20, stx_gid at 24, stx_mode (16 bit) at 28, stx_mtime at 112 (linux/stat.h; the same on every machine).
    private const int StatxLength = 256;

    /// <summary>With <see cref="Device"/> names a file whatever paths lead to it.</summary>
    public ulong Inode { get; init; }

    public ulong Device { get; init; }

    /// <summary>Bytes.</summary>
    public ulong Size { get; init; }

    /// <summary>When its content was last changed, nanoseconds since 1970.</summary>
    public long ModifiedNs { get; init; }

    public bool IsRegular => (Mode & KindMask) == 0x8000;

    public bool IsDirectory => (Mode & KindMask) == 0x4000;

    public bool IsSymbolicLink => (Mode & KindMask) == 0xA000;

    public bool IsPipe => (Mode & KindMask) == 0x1000;

    public bool IsCharacterDevice => (Mode & KindMask) == 0x2000;

    public bool IsExecutable => (Mode & 0x49) != 0;

    public bool IsWritableByGroup => (Mode & 0x10) != 0;

    public bool IsWritableByEverybody => (Mode & 0x02) != 0;

    /// <summary>A directory in which only a file's owner may rename or remove it.</summary>
    public bool IsSticky => (Mode & 0x200) != 0;

    /// <summary>Reads what a path names.</summary>
    /// <param name="followLink">False looks at a symbolic link itself.</param>
    public static SysResult Of(string path, bool followLink, out FileStatus status) =>
        Read(AT_FDCWD, path, followLink ? 0 : AT_SYMLINK_NOFOLLOW, out status);

    /// <summary>Reads what a descriptor stands for.</summary>
    public static SysResult Of(int descriptor, out FileStatus status) => Read(descriptor, "", AT_EMPTY_PATH, out status);

    private static SysResult Read(int directory, string path, int flags, out FileStatus status)
    {
        var buffer = stackalloc byte[StatxLength];
        var result = SysResult.From(statx(directory, path, flags, STATX_BASIC_STATS, buffer), Marshal.GetLastPInvokeError());
        status = result.IsOk ? new FileStatus(*(uint*)(buffer + 20), *(uint*)(buffer + 24), *(ushort*)(buffer + 28))
        {
            Inode = *(ulong*)(buffer + 32),
            Size = *(ulong*)(buffer + 40),
            ModifiedNs = (*(long*)(buffer + 112) * 1_000_000_000) + *(uint*)(buffer + 120),
            Device = ((ulong)*(uint*)(buffer + 136) << 32) | *(uint*)(buffer + 140),
        } : default;
        return result;
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int directory, string path, int flags, uint mask, byte* buffer);
}
