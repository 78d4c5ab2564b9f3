using System.Runtime.InteropServices;
using System.Text;

namespace Evenkeel.Linux.Files;

/// <summary>inotify(7): tells which names of a watched directory changed. Non-blocking, close-on-exec.</summary>
/// <remarks>Directories are watched, not files, so that a file that is replaced by rename, or made later, is noticed too.</remarks>
public sealed unsafe partial class Inotify : IDisposable
{
    private const int IN_NONBLOCK = 0x800;
    private const int IN_CLOEXEC = 0x80000;
    private const uint IN_CLOSE_WRITE = 0x8;
    private const uint IN_MOVED_TO = 0x80;
    private const uint IN_MOVED_FROM = 0x40;
    private const uint IN_DELETE = 0x200;
    private const uint IN_Q_OVERFLOW = 0x4000;

    /// <summary>struct inotify_event without its name.</summary>
    private const int EventLength = 16;

    /// <summary>Room for at least one event with the longest name (NAME_MAX 255) and usually for many.</summary>
    private readonly byte[] _buffer = new byte[4096];

    private Inotify(int descriptor) => Descriptor = descriptor;

    /// <summary>Readable when something changed; -1 once disposed.</summary>
    public int Descriptor { get; private set; }

    public static Inotify? Open(out SysResult result)
    {
        result = SysResult.From(inotify_init1(IN_NONBLOCK | IN_CLOEXEC), Marshal.GetLastPInvokeError());
        return result.IsOk ? new Inotify(result.Value) : null;
    }

    /// <summary>The watch's number; the same for the same directory.</summary>
    public SysResult WatchDirectory(string path) =>
        SysResult.From(inotify_add_watch(Descriptor, path, IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE), Marshal.GetLastPInvokeError());

    /// <summary>Calls back with (watch, name) for each change that has been reported; name is empty when some were lost and everything must be looked
    /// at.</summary>
    public void Read(Action<int, string> changed)
    {
        while (true)
        {
            nint length;
            fixed (byte* first = _buffer) length = read(Descriptor, first, (nuint)_buffer.Length);
            if (length < EventLength) return;
            var events = _buffer.AsSpan(0, (int)length);
            while (events.Length >= EventLength)
            {
                int watch = MemoryMarshal.Read<int>(events);
                uint mask = MemoryMarshal.Read<uint>(events[4..]);
                int nameLength = (int)Math.Min(MemoryMarshal.Read<uint>(events[12..]), (uint)(events.Length - EventLength));
                var name = events.Slice(EventLength, nameLength);
                int end = name.IndexOf((byte)0);
                changed(watch, (mask & IN_Q_OVERFLOW) != 0 ? "" : Encoding.UTF8.GetString(end < 0 ? name : name[..end]));
                events = events[(EventLength + nameLength)..];
            }
        }
    }

    public void Dispose()
    {
        if (Descriptor >= 0) _ = close(Descriptor);
        Descriptor = -1;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int inotify_init1(int flags);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int inotify_add_watch(int descriptor, string path, uint mask);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint read(int descriptor, void* buffer, nuint length);

    [LibraryImport("libc")]
    private static partial int close(int descriptor);
}
