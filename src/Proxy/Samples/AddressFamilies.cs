namespace Evenkeel.Proxy.Samples;

/// <summary>How IPv4 addresses stand inside IPv6 ones (configuration.txt 7.1.6).</summary>
public static class AddressFamilies
{
    private static readonly UInt128 MappedPrefix = (UInt128)0xFFFF << 32;

    /// <summary>`::ffff:a.b.c.d`.</summary>
    public static UInt128 Mapped(uint address) => MappedPrefix | address;

    /// <summary>The IPv4 address in `::ffff:a.b.c.d`, `::a.b.c.d` or 6to4's `2002:AABB:CCDD::`.</summary>
    public static bool TryEmbeddedIPv4(UInt128 address, out uint embedded)
    {
        embedded = (uint)address;
        var high = address >> 32;
        if (high == 0 || high == 0xFFFF) return true;
        embedded = (uint)(address >> 80);
        return address >> 112 == 0x2002;
    }
}
