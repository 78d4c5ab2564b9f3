using System.Runtime.InteropServices;
using System.Text;

namespace Evenkeel.Linux.Files;

/// <summary>A descriptor given to us (standard output, `fd@N`) to which lines are written without ever waiting for its reader.</summary>
/// <remarks>
/// Pipes and terminals are opened a second time through /proc, because O_NONBLOCK set on the descriptor itself would also change it for the shell
/// and every process that shares it. Where that fails (no /proc in a chroot) the flag is set after all: a log must not stop the loop.
/// </remarks>
public sealed unsafe partial class OutputDescriptor
{
    private const int O_WRONLY = 1;
    private const int O_NONBLOCK = 0x800;
    private const int O_CLOEXEC = 0x80000;
    private const int F_GETFL = 3;
    private const int F_SETFL = 4;
    private readonly int _descriptor;

    private OutputDescriptor(int descriptor) => _descriptor = descriptor;

    public static OutputDescriptor Open(int descriptor)
    {
        if (StandardStream.IsTerminal(descriptor) || IsPipe(descriptor))
        {
            int reopened;
            // Bound: NUL-terminated by the encoding below.
            fixed (byte* path = Encoding.ASCII.GetBytes($"/proc/self/fd/{descriptor}\0")) reopened = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC, 0);
            if (reopened >= 0) return new OutputDescriptor(reopened);
            var flags = fcntl(descriptor, F_GETFL, 0);
            if (flags >= 0) _ = fcntl(descriptor, F_SETFL, flags | O_NONBLOCK);
        }

        return new OutputDescriptor(descriptor);
    }

    /// <returns>Bytes written; EAGAIN when the reader is behind.</returns>
    public SysResult Write(ReadOnlySpan<byte> line)
    {
        fixed (byte* bytes = line)
            return SysResult.From(write(_descriptor, bytes, (nuint)line.Length), Marshal.GetLastPInvokeError());
    }

    /// <summary>lseek(2) answers ESPIPE for pipes, FIFOs and sockets only.</summary>
    private static bool IsPipe(int descriptor) => lseek(descriptor, 0, SeekCurrent) < 0 && Marshal.GetLastPInvokeError() == (int)Errno.ESPIPE;

    private const int SeekCurrent = 1;

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint write(int descriptor, byte* bytes, nuint length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int open(byte* path, int flags, int mode);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(int descriptor, int command, int argument);

    [LibraryImport("libc", SetLastError = true)]
    private static partial long lseek(int descriptor, long offset, int origin);
}
