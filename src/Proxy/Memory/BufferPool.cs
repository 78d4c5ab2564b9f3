namespace Evenkeel.Proxy.Memory;

/// <summary>
/// Buffers of one size, last in first out, so that the one still in the processor's cache is handed out next. Owner: one worker.
/// </summary>
/// <remarks>
/// A buffer once made stays for good, so that no load makes garbage; <see cref="Trim"/> gives the memory behind those nobody needs back to the kernel.
/// </remarks>
/// <param name="bufferSize">Bytes of each buffer.</param>
/// <param name="keepFree">Free buffers whose memory is kept for the next burst.</param>
public sealed class BufferPool(int bufferSize, int keepFree)
{
    /// <summary>What freed memory is filled with while <see cref="PoisonFreed"/> is on.</summary>
    private const byte Poison = 0xDB;

    private readonly BufferSlabs _slabs = new(bufferSize);
    private NativeBuffer? _free;
    private NativeBuffer? _bare;
    private Surplus _surplus;

    /// <summary>Fills buffers with a pattern when they come back, so that tests see a use after that.</summary>
    public static bool PoisonFreed { get; set; }

    public int BufferSize => bufferSize;

    /// <summary>Buffers handed out and not yet back.</summary>
    public int InUse { get; private set; }

    /// <summary>Free buffers with memory behind them.</summary>
    public int FreeCount { get; private set; }

    /// <summary>Buffers ever made: the most that were in use at a time.</summary>
    public int Made { get; private set; }

    /// <summary>More memory is held than the pool keeps at rest.</summary>
    public bool IsSwollen => _slabs.IsPaged && InUse + FreeCount > keepFree;

    public NativeBuffer Take()
    {
        InUse++;
        var buffer = _free;
        if (buffer is null) return TakeBare();
        _free = buffer.Next;
        buffer.Next = null;
        buffer.IsFree = false;
        _surplus.NoteTaken(--FreeCount);
        return buffer;
    }

    /// <summary>Gives a buffer back; whoever held it must forget it.</summary>
    public void Return(NativeBuffer buffer)
    {
        if (buffer.IsFree || buffer.Capacity != bufferSize) throw new InvalidOperationException("buffer returned twice or to the wrong pool");
        InUse--;
        buffer.IsFree = true;
        buffer.Clear();
        if (PoisonFreed) buffer.Poison(Poison);
        buffer.Next = _free;
        _free = buffer;
        FreeCount++;
    }

    /// <summary>Gives a buffer back and clears the variable that held it; null is fine.</summary>
    public void Return(ref NativeBuffer? buffer)
    {
        if (buffer is null) return;
        Return(buffer);
        buffer = null;
    }

    /// <summary>Ends a period: half of what nobody needed in it, the longest unused, gives its memory back.</summary>
    public void Trim()
    {
        var surplus = _slabs.IsPaged ? _surplus.EndPeriod(FreeCount, keepFree) : 0;
        if (surplus == 0) return;
        FreeCount -= surplus;
        NativeBuffer? last = null;
        var buffer = _free;
        for (var kept = 0; kept < FreeCount; kept++)
        {
            last = buffer;
            buffer = buffer!.Next;
        }

        if (last is null) _free = null;
        else last.Next = null;
        while (buffer is not null)
        {
            var next = buffer.Next;
            buffer.ReleaseMemory(_slabs);
            buffer.Next = _bare;
            _bare = buffer;
            buffer = next;
        }
    }

    private NativeBuffer TakeBare()
    {
        _surplus.NoteTaken(0);
        if (_bare is not { } buffer)
        {
            Made++;
            return new NativeBuffer(bufferSize, _slabs);
        }

        _bare = buffer.Next;
        buffer.Next = null;
        buffer.IsFree = false;
        return buffer;
    }
}
