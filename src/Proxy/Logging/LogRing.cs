using System.Buffers.Binary;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Proxy.Logging;

/// <summary>
/// A buffer of the last log lines: any worker writes, readers follow at their own pace by cursors. New lines push out the oldest; nobody waits for a slow
/// reader, which finds on its return that it has missed some.
/// </summary>
/// <remarks>Writing takes a lock for the length of a copy; readers take it line by line.</remarks>
public sealed class LogRing : ILogSink
{
    private const int LengthSize = 4;

    private readonly Lock _lock = new();
    private readonly byte[] _bytes;
    private long _end;
    private long _start;
    private long _dropped;
    private volatile Action[] _listeners = [];

    public LogRing(RingModel model)
    {
        Model = model;
        _bytes = new byte[model.Size];
    }

    public RingModel Model { get; }

    public string Name => Model.Name;

    /// <summary>Lines that were too long for the buffer.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Where the next line will stand.</summary>
    public long End
    {
        get
        {
            lock (_lock) return _end;
        }
    }

    /// <summary>Where the oldest line stands.</summary>
    public long Start
    {
        get
        {
            lock (_lock) return _start;
        }
    }

    /// <param name="line">With its line feed, which is not kept; one that is longer than the buffer is lost.</param>
    public bool TryWrite(ReadOnlySpan<byte> line, int messageOffset = 0)
    {
        if (line.EndsWith("\n"u8)) line = line[..^1];
        var size = LengthSize + line.Length;
        if (size > _bytes.Length)
        {
            Interlocked.Increment(ref _dropped);
            return false;
        }
        lock (_lock)
        {
            while (_end + size - _start > _bytes.Length) _start += LengthSize + LengthAt(_start);
            Span<byte> length = stackalloc byte[LengthSize];
            BinaryPrimitives.WriteInt32LittleEndian(length, line.Length);
            Copy(length, _end);
            Copy(line, _end + LengthSize);
            _end += size;
        }
        foreach (var listener in _listeners) listener();
        return true;
    }

    /// <summary>Reads the line at a cursor and moves the cursor behind it. A cursor that was overtaken goes on with the oldest line there is.</summary>
    /// <returns>The line's length, or -1 when there is none; a line that does not fit is cut.</returns>
    public int Read(ref long cursor, Span<byte> line)
    {
        lock (_lock)
        {
            if (cursor < _start) cursor = _start;
            if (cursor >= _end) return -1;
            var length = LengthAt(cursor);
            var taken = Math.Min(length, line.Length);
            Take(cursor + LengthSize, line[..taken]);
            cursor += LengthSize + length;
            return taken;
        }
    }

    /// <summary>Calls <paramref name="listener"/> after every line, on the writer's thread: it must only wake somebody.</summary>
    public void Subscribe(Action listener)
    {
        lock (_lock) _listeners = [.. _listeners, listener];
    }

    private int LengthAt(long position)
    {
        Span<byte> length = stackalloc byte[LengthSize];
        Take(position, length);
        return BinaryPrimitives.ReadInt32LittleEndian(length);
    }

    private void Copy(ReadOnlySpan<byte> from, long position)
    {
        var at = (int)(position % _bytes.Length);
        var first = Math.Min(from.Length, _bytes.Length - at);
        from[..first].CopyTo(_bytes.AsSpan(at));
        from[first..].CopyTo(_bytes);
    }

    private void Take(long position, Span<byte> into)
    {
        var at = (int)(position % _bytes.Length);
        var first = Math.Min(into.Length, _bytes.Length - at);
        _bytes.AsSpan(at, first).CopyTo(into);
        _bytes.AsSpan(0, into.Length - first).CopyTo(into[first..]);
    }
}
