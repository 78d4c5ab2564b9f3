using Evenkeel.Linux.Sockets;

namespace Evenkeel.Proxy.Memory;

/// <summary>Pipes for splice(2), kept open between uses. Owner: one worker.</summary>
/// <param name="mostPipes">`maxpipes`, this worker's share of it; beyond it bytes are copied.</param>
public sealed class PipePool(int mostPipes)
{
    /// <summary>256 KiB a pipe made 1 MiB bodies cost half of what copying costs (docs/performance.md).</summary>
    private const int PipeCapacity = 262_144;

    /// <summary>Pipes kept at rest; each holds two descriptors.</summary>
    private const int KeepFree = 8;

    private PipePair? _free;
    private Surplus _surplus;

    public int InUse { get; private set; }

    public int FreeCount { get; private set; }

    public bool IsSwollen => InUse + FreeCount > KeepFree;

    /// <returns>Null when there may be no more, or the process has no descriptors left; bytes are then copied.</returns>
    public PipePair? Take()
    {
        var pipe = _free;
        if (pipe is null)
        {
            if (InUse >= mostPipes) return null;
            _surplus.NoteTaken(0);
            pipe = PipePair.Create(PipeCapacity, out _);
        }
        else
        {
            _free = pipe.Next;
            pipe.Next = null;
            _surplus.NoteTaken(--FreeCount);
        }

        if (pipe is not null) InUse++;
        return pipe;
    }

    /// <summary>One with bytes left in it is closed: they belong to nobody else.</summary>
    public void Return(ref PipePair? pipe)
    {
        if (pipe is null) return;
        InUse--;
        if (pipe.Length > 0) pipe.Close();
        else
        {
            pipe.Next = _free;
            _free = pipe;
            FreeCount++;
        }

        pipe = null;
    }

    /// <summary>Ends a period: half of what nobody needed in it is closed.</summary>
    public void Trim() => Close(_surplus.EndPeriod(FreeCount, KeepFree));

    /// <summary>Closes every pipe not in use: the worker ends.</summary>
    public void CloseFree() => Close(FreeCount);

    private void Close(int count)
    {
        for (; count > 0 && _free is { } pipe; count--)
        {
            _free = pipe.Next;
            FreeCount--;
            pipe.Close();
        }
    }
}
