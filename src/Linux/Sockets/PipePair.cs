using System.Runtime.InteropServices;

namespace Evenkeel.Linux.Sockets;

/// <summary>A pipe used to move bytes between two sockets inside the kernel with splice(2).</summary>
/// <remarks>SIGPIPE must be ignored in the process: splice has no MSG_NOSIGNAL.</remarks>
public sealed unsafe class PipePair
{
    private const int O_NONBLOCK = 0x800;
    private const int O_CLOEXEC = 0x80000;
    private const int F_SETPIPE_SZ = 1031;
    private const int F_GETPIPE_SZ = 1032;
    private const uint SPLICE_F_MOVE = 1;
    private const uint SPLICE_F_NONBLOCK = 2;
    private readonly int _reader;
    private readonly int _writer;

    private PipePair(int reader, int writer, int capacity)
    {
        _reader = reader;
        _writer = writer;
        Capacity = capacity;
    }

    /// <summary>Bytes the pipe may hold (whole pages; small segments fill it earlier).</summary>
    public int Capacity { get; }

    /// <summary>Bytes in the pipe now.</summary>
    public int Length { get; private set; }

    /// <summary>Next in its pool's free list.</summary>
    public PipePair? Next { get; set; }

    /// <param name="wantedCapacity">Bytes asked for; an unprivileged process may get less (pipe-max-size, pipe-user-pages-soft).</param>
    public static PipePair? Create(int wantedCapacity, out SysResult result)
    {
        var ends = stackalloc int[2];
        result = SysResult.From(SocketCalls.OpenPipe(ends, O_NONBLOCK | O_CLOEXEC));
        if (result.IsError) return null;
        _ = SocketCalls.Control(ends[1], F_SETPIPE_SZ, wantedCapacity);
        var capacity = SocketCalls.Control(ends[1], F_GETPIPE_SZ, 0);
        return new PipePair(ends[0], ends[1], capacity > 0 ? capacity : 65_536);
    }

    /// <returns>Bytes taken from the socket; 0 is its end of data; EAGAIN: nothing there, or the pipe is full.</returns>
    public SysResult Fill(SocketHandle from, int atMost)
    {
        var moved = SocketCalls.Splice(from.Descriptor, null, _writer, null, (nuint)atMost, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
        var result = SysResult.From(moved);
        if (result.IsOk) Length += result.Value;
        return result;
    }

    /// <summary>Without SPLICE_F_MORE: it brought nothing measurable, and the kernel would keep the last piece back for 200 ms when nothing follows.</summary>
    /// <returns>Bytes given to the socket.</returns>
    public SysResult Drain(SocketHandle to)
    {
        var moved = SocketCalls.Splice(_reader, null, to.Descriptor, null, (nuint)Length, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
        var result = SysResult.From(moved);
        if (result.IsOk) Length -= result.Value;
        return result;
    }

    public void Close()
    {
        _ = SocketCalls.Close(_reader);
        _ = SocketCalls.Close(_writer);
    }
}
