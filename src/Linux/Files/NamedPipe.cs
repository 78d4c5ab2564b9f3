using System.Runtime.InteropServices;

namespace Evenkeel.Linux.Files;

/// <summary>A FIFO written to without ever waiting for its reader. Opened for reading too, so that writing works before a reader is there.</summary>
public sealed unsafe partial class NamedPipe : IDisposable
{
    private const int O_RDWR = 2;
    private const int O_NONBLOCK = 0x800;
    private const int O_CLOEXEC = 0x80000;
    private const int O_NOFOLLOW = 0x20000;
    private const uint OwnerOnly = 0x180;

    private int _descriptor;
    private readonly bool _made;

    private NamedPipe(string path, int descriptor, bool made) => (Path, _descriptor, _made) = (path, descriptor, made);

    public string Path { get; }

    /// <summary>Makes the FIFO with mode 0600 when it is not there, and opens it.</summary>
    /// <param name="owner">User and group that get it, or null.</param>
    public static NamedPipe? Open(string path, (uint UserId, uint GroupId)? owner, out SysResult result)
    {
        result = SysResult.From(mkfifo(path, OwnerOnly), Marshal.GetLastPInvokeError());
        bool made = result.IsOk;
        if (result.IsError && !result.Is(Errno.EEXIST)) return null;
        result = SysResult.From(open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW, 0), Marshal.GetLastPInvokeError());
        if (result.IsError) return null;
        var pipe = new NamedPipe(path, result.Value, made);
        if (lseek(pipe._descriptor, 0, 1) != -1)
        {
            // A regular file would grow without end; only something that cannot seek is a pipe.
            result = SysResult.Fail(Errno.ESPIPE);
            pipe.Dispose();
            return null;
        }
        if (owner is { } who) _ = fchown(pipe._descriptor, who.UserId, who.GroupId);
        return pipe;
    }

    /// <summary>EAGAIN when the reader is too far behind; lines up to PIPE_BUF (4096 bytes) are written whole or not at all.</summary>
    public SysResult Write(ReadOnlySpan<byte> line)
    {
        fixed (byte* first = line) return SysResult.From(write(_descriptor, first, (nuint)line.Length), Marshal.GetLastPInvokeError());
    }

    /// <summary>Closes it, and removes it when it was made here.</summary>
    public void Dispose()
    {
        if (_descriptor < 0) return;
        _ = close(_descriptor);
        _descriptor = -1;
        if (_made) _ = unlink(Path);
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int mkfifo(string path, uint mode);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint write(int descriptor, void* buffer, nuint length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial long lseek(int descriptor, long offset, int whence);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fchown(int descriptor, uint userId, uint groupId);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int unlink(string path);

    [LibraryImport("libc")]
    private static partial int close(int descriptor);
}
