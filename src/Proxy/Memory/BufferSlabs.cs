using Evenkeel.Linux.Memory;

namespace Evenkeel.Proxy.Memory;

/// <summary>Cuts buffers of one size out of large pieces of native memory. Owner: one pool.</summary>
/// <remarks>
/// Neighbours start at different places within their page: heads stand at the start of buffers, and buffers that all began at a page's first byte would
/// fight for the same few sets of the processor's caches.
/// </remarks>
internal sealed unsafe class BufferSlabs
{
    private const int SlabLength = 1 << 20;
    private const int CacheLine = 64;

    /// <summary>Odd number of cache lines from one buffer's place in its page to the next one's: all 64 places are used before one comes again.</summary>
    private const int Stagger = 11 * CacheLine;

    private readonly int _stride;
    private byte* _slab;
    private int _left;
    private int _count;

    public BufferSlabs(int bufferSize)
    {
        IsPaged = bufferSize >= PageMemory.PageSize;
        var rounded = (bufferSize + CacheLine - 1) / CacheLine * CacheLine;
        _stride = IsPaged ? (rounded + (2 * PageMemory.PageSize) - 1) / PageMemory.PageSize * PageMemory.PageSize : rounded;
    }

    /// <summary>Buffers have pages of their own, which can be given back one buffer at a time.</summary>
    public bool IsPaged { get; }

    /// <exception cref="InsufficientMemoryException">The process may not have more.</exception>
    public byte* Cut()
    {
        if (_left == 0)
        {
            var count = Math.Max(1, SlabLength / _stride);
            _slab = PageMemory.Map((nuint)count * (nuint)_stride);
            if (_slab is null) throw new InsufficientMemoryException("no memory left for buffers");
            _left = count;
        }

        var start = _slab;
        _slab += _stride;
        _left--;
        return IsPaged ? start + (Stagger * _count++ % PageMemory.PageSize) : start;
    }

    /// <summary>Gives a buffer's pages back to the kernel; the buffer can be used again at any time.</summary>
    public void Release(byte* buffer)
    {
        if (!IsPaged) return;
        var start = (byte*)((nuint)buffer & ~(nuint)(PageMemory.PageSize - 1));
        PageMemory.Release(start, (nuint)_stride);
    }
}
