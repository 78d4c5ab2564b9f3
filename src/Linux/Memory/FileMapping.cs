using System.Runtime.InteropServices;
using Evenkeel.Linux.Processes;

namespace Evenkeel.Linux.Memory;

/// <summary>A sealed memory file of another process, to be read where it lies: nothing of it is copied. Any thread, until it is disposed.</summary>
public sealed unsafe partial class FileMapping : SafeBuffer
{
    private const int PROT_READ = 1;
    private const int MAP_SHARED = 1;
    private const int F_GET_SEALS = 1_034;

    /// <summary>F_SEAL_SHRINK, F_SEAL_WRITE: without them a look at the bytes could end this process, or see them change.</summary>
    private const int NeededSeals = 2 | 8;

    private FileMapping(void* start, long length) : base(ownsHandle: true)
    {
        SetHandle((nint)start);
        Initialize((ulong)length);
    }

    /// <summary>All of a file (<see cref="MemoryFile.Create"/>); the descriptor stays the caller's.</summary>
    /// <returns>Null when it is no such file, is empty, or there is no room for it.</returns>
    public static FileMapping? Of(int descriptor)
    {
        var seals = LibC.fcntl(descriptor, F_GET_SEALS, 0);
        if (seals < 0 || (seals & NeededSeals) != NeededSeals) return null;
        var length = SeekTo(descriptor, 0, SeekEnd);
        if (length <= 0) return null;
        var start = MapPages(null, (nuint)length, PROT_READ, MAP_SHARED, descriptor, 0);
        return start == (void*)-1 ? null : new FileMapping(start, length);
    }

    /// <summary>A part of it, there until this is disposed.</summary>
    public ReadOnlySpan<byte> Part(long offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((ulong)offset + (ulong)length, ByteLength);
        return new ReadOnlySpan<byte>((byte*)handle + offset, length);
    }

    protected override bool ReleaseHandle()
    {
        PageMemory.Unmap((byte*)handle, (nuint)ByteLength);
        return true;
    }

    private const int SeekEnd = 2;

    [LibraryImport("libc", EntryPoint = "lseek")]
    private static partial long SeekTo(int descriptor, long offset, int whence);

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial void* MapPages(void* address, nuint length, int protection, int flags, int descriptor, nint offset);
}
