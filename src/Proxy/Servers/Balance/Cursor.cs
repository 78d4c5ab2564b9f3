namespace Evenkeel.Proxy.Servers.Balance;

/// <summary>A counter all workers advance; on cache lines of its own.</summary>
internal sealed class Cursor
{
    private uint _value = uint.MaxValue;

#pragma warning disable CA1823, IDE0051, CS0169 // it is there to take room
    private readonly CacheLinePad _pad;
#pragma warning restore CA1823, IDE0051, CS0169

    /// <summary>0 on the first call, then one more each time, wrapping at 2^32.</summary>
    public uint Next() => Interlocked.Increment(ref _value);
}
