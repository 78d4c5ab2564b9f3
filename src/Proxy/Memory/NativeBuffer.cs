using System.Runtime.CompilerServices;

namespace Evenkeel.Proxy.Memory;

/// <summary>
/// A piece of native memory with a window of bytes in flight: <c>[ free | filled | free ]</c>. Comes from a <see cref="BufferPool"/> and goes back there
/// as soon as it is empty. Owner: one worker.
/// </summary>
/// <remarks>Positions are offsets from the start of the memory (<see cref="Start"/>, <see cref="End"/>), never pointers, so that they survive loop
/// turns.</remarks>
public sealed unsafe class NativeBuffer
{
    private readonly byte* _memory;

    internal NativeBuffer(int capacity, BufferSlabs slabs)
    {
        Capacity = capacity;
        _memory = slabs.Cut();
    }

    /// <summary>Next free buffer while it lies in its pool.</summary>
    internal NativeBuffer? Next;

    internal bool IsFree;

    public int Capacity { get; }

    /// <summary>Offsets into bytes that are consumed already are still in use (a header table): nothing is moved or written over until this is false.</summary>
    public bool IsHeld { get; set; }

    /// <summary>First filled byte.</summary>
    public int Start { get; private set; }

    /// <summary>One past the last filled byte.</summary>
    public int End { get; private set; }

    public int Length => End - Start;

    public bool IsEmpty => Start == End;

    /// <summary>The filled bytes.</summary>
    public Span<byte> Filled => new(_memory + Start, End - Start);

    /// <summary>Free room behind the filled bytes.</summary>
    public Span<byte> Free => new(_memory + End, Capacity - End);

    /// <summary>Any piece, filled or not. Bounds are checked: this is the door for offsets kept in header tables.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> Slice(int offset, int length)
    {
        if ((uint)offset > (uint)Capacity || (uint)length > (uint)(Capacity - offset)) ThrowOutside();
        return new Span<byte>(_memory + offset, length);
    }

    /// <summary>Bytes were written to <see cref="Free"/>.</summary>
    public void Produced(int count)
    {
        if ((uint)count > (uint)(Capacity - End)) ThrowOutside();
        End += count;
    }

    /// <summary>Filled bytes were dealt with. An empty buffer starts again at the front.</summary>
    public void Consumed(int count)
    {
        if ((uint)count > (uint)(End - Start)) ThrowOutside();
        Start += count;
        if (Start == End && !IsHeld) Start = End = 0;
    }

    /// <summary>Cuts the end off: the last <paramref name="count"/> filled bytes are given up.</summary>
    public void Truncate(int count)
    {
        if ((uint)count > (uint)(End - Start)) ThrowOutside();
        End -= count;
    }

    /// <summary>Removes bytes in the middle; those behind move up.</summary>
    /// <param name="at">Filled bytes before the cut.</param>
    public void CutOut(int at, int count)
    {
        if ((uint)at > (uint)Length || (uint)count > (uint)(Length - at)) ThrowOutside();
        var behind = Length - at - count;
        Buffer.MemoryCopy(_memory + Start + at + count, _memory + Start + at, behind, behind);
        End -= count;
    }

    public void Clear()
    {
        Start = End = 0;
        IsHeld = false;
    }

    /// <summary>Moves the filled bytes to the front, to have all free room behind them.</summary>
    public void Compact()
    {
        if (Start == 0 || IsHeld) return;
        Buffer.MemoryCopy(_memory + Start, _memory, Capacity, End - Start);
        End -= Start;
        Start = 0;
    }

    /// <summary>Copies as much as fits behind the filled bytes.</summary>
    /// <returns>Bytes copied.</returns>
    public int Append(ReadOnlySpan<byte> bytes)
    {
        var count = Math.Min(bytes.Length, Capacity - End);
        bytes[..count].CopyTo(Free);
        End += count;
        return count;
    }

    internal void Poison(byte value) => new Span<byte>(_memory, Capacity).Fill(value);

    /// <summary>Its bytes are gone; it can be used again.</summary>
    internal void ReleaseMemory(BufferSlabs slabs) => slabs.Release(_memory);

    private static void ThrowOutside() => throw new ArgumentOutOfRangeException(null, "outside of the buffer");
}
