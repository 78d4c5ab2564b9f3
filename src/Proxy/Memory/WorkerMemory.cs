namespace Evenkeel.Proxy.Memory;

/// <summary>All buffer pools of one worker.</summary>
public sealed class WorkerMemory
{
    /// <summary>
    /// Step up for bodies that filled a regular buffer: 128 KiB, which made 64 KiB answers a third cheaper than 16 KiB buffers alone
    /// (docs/performance.md).
    /// </summary>
    public const int BulkSize = 131_072;

    /// <summary>Small pieces that live as long as a request: its first line, captures, variables.</summary>
    public const int SmallSize = 1_024;

    /// <summary>Free memory a pool keeps: 64 buffers of 16 KiB and 8 of 128 KiB are 1 MiB each.</summary>
    private const int KeptBytes = 1 << 20;

    /// <param name="bufferSize">`tune.bufsize`, bytes.</param>
    /// <param name="maxRewrite">`tune.maxrewrite`, bytes of a buffer that only rewrites may use.</param>
    public WorkerMemory(int bufferSize, int maxRewrite)
    {
        MaxRewrite = maxRewrite;
        Regular = new BufferPool(bufferSize, Math.Max(1, KeptBytes / bufferSize));
        Bulk = new BufferPool(Math.Max(BulkSize, bufferSize * 2), KeptBytes / BulkSize);
        Small = new BufferPool(SmallSize, KeptBytes / SmallSize / 4);
        Scratch = new BufferPool(bufferSize * 2, 1).Take();
    }

    /// <summary>`tune.bufsize`: heads and the first bytes of every body.</summary>
    public BufferPool Regular { get; }

    public BufferPool Bulk { get; }

    public BufferPool Small { get; }

    public int MaxRewrite { get; }

    /// <summary>Largest head that is accepted: `tune.bufsize` less `tune.maxrewrite`.</summary>
    public int MaxHeadLength => Regular.BufferSize - MaxRewrite;

    /// <summary>Working room for the one thing being done now; nobody may leave bytes here across a return to the loop.</summary>
    public NativeBuffer Scratch { get; }

    /// <summary>More is held than the pools keep at rest.</summary>
    public bool IsSwollen => Regular.IsSwollen || Bulk.IsSwollen;

    /// <summary>Ends a period of the pools: part of what nobody needed in it goes back to the kernel.</summary>
    public void Trim()
    {
        Regular.Trim();
        Bulk.Trim();
    }

    /// <summary>Returns a buffer to the pool it came from.</summary>
    public void Return(ref NativeBuffer? buffer)
    {
        if (buffer is null) return;
        var pool = buffer.Capacity == Regular.BufferSize ? Regular : buffer.Capacity == Bulk.BufferSize ? Bulk : Small;
        pool.Return(ref buffer);
    }
}
