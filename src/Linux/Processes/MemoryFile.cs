using Microsoft.Win32.SafeHandles;

namespace Evenkeel.Linux.Processes;

/// <summary>A memfd_create(2) file: bytes handed to another process by descriptor, without a path that could change meanwhile.</summary>
public sealed unsafe class MemoryFile : IDisposable
{
    private const uint MFD_CLOEXEC = 1;
    private const uint MFD_ALLOW_SEALING = 2;
    private const int F_ADD_SEALS = 1_033;

    /// <summary>F_SEAL_SEAL, F_SEAL_SHRINK, F_SEAL_GROW, F_SEAL_WRITE.</summary>
    private const int AllSeals = 15;

    /// <summary>Most bytes that are written at once.</summary>
    private const int Piece = 1 << 18;

    private MemoryFile(int descriptor) => Descriptor = descriptor;

    public int Descriptor { get; }

    /// <summary>The file's path for programs that want one; valid while the descriptor is open, in whichever process holds it under this number.</summary>
    public string Path => $"/proc/self/fd/{Descriptor}";

    /// <summary>Made once: whoever holds the file, nobody can change it any more (fcntl F_ADD_SEALS).</summary>
    public static SysResult Create(string name, ReadOnlySpan<byte> content, out MemoryFile? file)
    {
        file = null;
        var made = LibC.Result(LibC.memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING));
        if (made.IsError) return made;

        var created = new MemoryFile(made.Value);
        while (content.Length > 0)
        {
            // Bound: the span's own length; the kernel copies before the call returns. In pieces, for it may hold the processor until it does.
            SysResult written;
            fixed (byte* first = content) written = LibC.Result(LibC.write(made.Value, first, (nuint)Math.Min(Piece, content.Length)));
            if (written.Is(Errno.EINTR)) continue;
            if (written.IsError)
            {
                created.Dispose();
                return written;
            }
            content = content[written.Value..];
        }
        _ = LibC.fcntl(made.Value, F_ADD_SEALS, AllSeals);
        file = created;
        return made;
    }

    /// <summary>All of a file that another process made; the descriptor stays the caller's. Null when it cannot be read.</summary>
    public static byte[]? ReadAll(int descriptor)
    {
        using var handle = new SafeFileHandle(descriptor, ownsHandle: false);
        try
        {
            var bytes = new byte[RandomAccess.GetLength(handle)];
            for (var got = 0; got < bytes.Length;)
            {
                var count = RandomAccess.Read(handle, bytes.AsSpan(got), got);
                if (count == 0) return null;
                got += count;
            }
            return bytes;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public void Dispose() => _ = LibC.close(Descriptor);
}
