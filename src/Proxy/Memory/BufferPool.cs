namespace Evenkeel.Proxy.Memory;

/// <summary>
/// Buffers of one size, last in first out, so that the one still in the processor's cache is handed out next. Owner: one worker.
/// </summary>
/// <param name="bufferSize">Bytes of each buffer.</param>
/// <param name="keepFree">Free buffers kept for the next burst; more are given back to the system.</param>
public sealed class BufferPool(int bufferSize, int keepFree)
{
    /// <summary>What freed memory is filled with while <see cref="PoisonFreed"/> is on.</summary>
    private const byte Poison = 0xDB;

    private NativeBuffer? _free;

    /// <summary>Fills buffers with a pattern when they come back, so that tests see a use after that.</summary>
    public static bool PoisonFreed { get; set; }

    public int BufferSize => bufferSize;

    /// <summary>Buffers handed out and not yet back.</summary>
    public int InUse { get; private set; }

    public int FreeCount { get; private set; }

    public NativeBuffer Take()
    {
        InUse++;
        var buffer = _free;
        if (buffer is null) return new NativeBuffer(bufferSize);
        _free = buffer.Next;
        buffer.Next = null;
        buffer.IsFree = false;
        FreeCount--;
        return buffer;
    }

    /// <summary>Gives a buffer back; whoever held it must forget it.</summary>
    public void Return(NativeBuffer buffer)
    {
        if (buffer.IsFree || buffer.Capacity != bufferSize) throw new InvalidOperationException("buffer returned twice or to the wrong pool");
        InUse--;
        buffer.IsFree = true;
        buffer.Clear();
        if (FreeCount >= keepFree)
        {
            buffer.FreeMemory();
            return;
        }

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

    /// <summary>Frees every unused buffer.</summary>
    public void Trim()
    {
        while (_free is { } buffer)
        {
            _free = buffer.Next;
            FreeCount--;
            buffer.FreeMemory();
        }
    }
}
