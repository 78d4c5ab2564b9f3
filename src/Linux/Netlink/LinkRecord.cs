using System.Buffers.Binary;
using System.Text;

namespace Evenkeel.Linux.Netlink;

/// <summary>What the kernel says of one network interface (RTM_NEWLINK, RTM_DELLINK).</summary>
public readonly record struct LinkRecord(int Index, string Name, uint Flags, int Mtu, ulong HardwareAddress, int HardwareAddressLength, ushort HardwareType)
{
    public const uint IFF_UP = 0x1;
    public const uint IFF_LOOPBACK = 0x8;
    public const uint IFF_RUNNING = 0x40;
    public const ushort ARPHRD_ETHER = 1;
    private const int HeaderLength = 16;
    private const int MaximumNameLength = 15;
    private const ushort IFLA_ADDRESS = 1;
    private const ushort IFLA_IFNAME = 3;
    private const ushort IFLA_MTU = 4;

    /// <summary>Administratively up and with a carrier: what VRRP asks of an interface.</summary>
    public bool IsUsable => (Flags & (IFF_UP | IFF_RUNNING)) == (IFF_UP | IFF_RUNNING);

    /// <summary>Copies the hardware address, at most 6 bytes.</summary>
    public void WriteHardwareAddress(Span<byte> target)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, HardwareAddress);
        bytes[2..].CopyTo(target);
    }

    public static bool TryParse(ReadOnlySpan<byte> payload, out LinkRecord link)
    {
        link = default;
        if (payload.Length < HeaderLength)
            return false;
        var type = BinaryPrimitives.ReadUInt16LittleEndian(payload[2..]);
        var index = BinaryPrimitives.ReadInt32LittleEndian(payload[4..]);
        var flags = BinaryPrimitives.ReadUInt32LittleEndian(payload[8..]);
        string? name = null;
        var mtu = 0;
        var hardware = 0UL;
        var hardwareLength = 0;
        var attributes = new AttributeReader(payload[HeaderLength..]);
        while (attributes.Next())
        {
            var value = attributes.Value;
            if (attributes.Type == IFLA_IFNAME && value.Length > 1)
                name = Encoding.ASCII.GetString(value[..Math.Min(Math.Max(value.IndexOf((byte)0), 1), MaximumNameLength)]);
            else if (attributes.Type == IFLA_MTU && value.Length == 4)
                mtu = BinaryPrimitives.ReadInt32LittleEndian(value);
            else if (attributes.Type == IFLA_ADDRESS && value.Length == 6)
                (hardware, hardwareLength) = (((ulong)BinaryPrimitives.ReadUInt16BigEndian(value) << 32) | BinaryPrimitives.ReadUInt32BigEndian(value[2..]), 6);
        }
        if (name is null || index <= 0)
            return false;
        link = new LinkRecord(index, name, flags, mtu, hardware, hardwareLength, type);
        return true;
    }
}
