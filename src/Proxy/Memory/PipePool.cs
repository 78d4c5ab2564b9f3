using Evenkeel.Linux.Sockets;

namespace Evenkeel.Proxy.Memory;

/// <summary>Pipes for splice(2), kept open between uses. Owner: one worker.</summary>
public sealed class PipePool
{
    /// <summary>256 KiB a pipe made 1 MiB bodies cost half of what copying costs (docs/performance.md).</summary>
    private const int PipeCapacity = 262_144;

    /// <summary>Pipes kept; each holds two descriptors.</summary>
    private const int KeepFree = 64;

    private PipePair? _free;

    public int InUse { get; private set; }

    public int FreeCount { get; private set; }

    /// <returns>Null when the process has no descriptors left; bytes are then copied.</returns>
    public PipePair? Take()
    {
        var pipe = _free;
        if (pipe is null) pipe = PipePair.Create(PipeCapacity, out _);
        else
        {
            _free = pipe.Next;
            pipe.Next = null;
            FreeCount--;
        }

        if (pipe is not null) InUse++;
        return pipe;
    }

    /// <summary>One with bytes left in it is closed: they belong to nobody else.</summary>
    public void Return(ref PipePair? pipe)
    {
        if (pipe is null) return;
        InUse--;
        if (pipe.Length > 0 || FreeCount >= KeepFree) pipe.Close();
        else
        {
            pipe.Next = _free;
            _free = pipe;
            FreeCount++;
        }

        pipe = null;
    }
}
