using System.Runtime.InteropServices;
using System.Text;

namespace Evenkeel.Linux.Files;

/// <summary>
/// Standard output and error without <see cref="Console"/>, which would take over the terminal and the child signals and costs memory in every process.
/// </summary>
public static unsafe partial class StandardStream
{
    public const int Output = 1;
    public const int Error = 2;

    /// <summary>Writes the text, whose characters are bytes as a configuration's are; a reader that has gone or a full disk loses it, since there is nobody
    /// left to tell.</summary>
    public static void Write(int descriptor, string text) => Write(descriptor, Encoding.Latin1.GetBytes(text));

    /// <inheritdoc cref="Write(int, string)"/>
    public static void Write(int descriptor, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            SysResult written;
            // Bound: the span's own length.
            fixed (byte* first = bytes) written = SysResult.From(write(descriptor, first, (nuint)bytes.Length), Marshal.GetLastPInvokeError());
            if (written.Is(Errno.EINTR)) continue;
            if (written.IsError) return;
            bytes = bytes[written.Value..];
        }
    }

    public static bool IsTerminal(int descriptor) => isatty(descriptor) == 1;

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint write(int descriptor, byte* bytes, nuint length);

    [LibraryImport("libc")]
    private static partial int isatty(int descriptor);
}
