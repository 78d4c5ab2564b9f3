using System.Runtime.InteropServices;

namespace Evenkeel.Linux.Memory;

/// <summary>Memory straight from the kernel, in whole pages: what was never written to costs nothing, and pages can be given back without giving up their
/// place.</summary>
/// <remarks>Any thread.</remarks>
public static unsafe partial class PageMemory
{
    /// <summary>Bytes of a page on the architecture that is published.</summary>
    public const int PageSize = 4_096;

    private const int PROT_READ = 1;
    private const int PROT_WRITE = 2;
    private const int MAP_PRIVATE = 2;
    private const int MAP_ANONYMOUS = 0x20;
    private const int MADV_DONTNEED = 4;
    private const int MADV_NOHUGEPAGE = 15;

    /// <param name="length">Bytes, rounded up to pages.</param>
    /// <returns>Null when the process may not have more.</returns>
    public static byte* Map(nuint length)
    {
        var start = MapPages(null, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (start == (void*)-1) return null;
        // A huge page would make whole slabs resident for the few pages that are in use.
        _ = Advise(start, length, MADV_NOHUGEPAGE);
        return (byte*)start;
    }

    /// <summary>Gives the pages back; the addresses stay valid and read as zero.</summary>
    public static void Release(byte* start, nuint length) => _ = Advise(start, length, MADV_DONTNEED);

    /// <summary>Gives pages and addresses back: the whole length that was mapped.</summary>
    public static void Unmap(byte* start, nuint length) => _ = UnmapPages(start, length);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int UnmapPages(void* address, nuint length);

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial void* MapPages(void* address, nuint length, int protection, int flags, int descriptor, nint offset);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* address, nuint length, int advice);
}
