using System.Buffers.Binary;

namespace Evenkeel.Vrrp.Packets;

/// <summary>
/// A received VRRP advertisement: a checked view on the packet's bytes, valid while the receive buffer is.
/// raw packet -> <b>Advertisement</b> -> VirtualRouter.
/// </summary>
/// <remarks>
/// Layout, version 2 (RFC 3768 5.1; authentication data is always there, RFC 2338 5.3.10):
/// <code>
/// 0: version &lt;&lt; 4 | type 1   1: VRID   2: priority   3: count of addresses   4: authentication type   5: interval, s   6: checksum   8: count
/// x 4   +8 authentication
/// </code>
/// Version 3 (RFC 9568 5.1):
/// <code>
///  0: version &lt;&lt; 4 | type 1   1: VRID   2: priority   3: count of addresses   4: interval, 12 bits of centiseconds   6: checksum   8: count x 4 or 16
/// </code>
/// </remarks>
public readonly ref struct Advertisement
{
    public const int HeaderLength = 8;
    public const int AuthenticationLength = 8;
    public const byte IpProtocol = 112;
    public const byte TimeToLive = 255;
    public const int MaximumIntervalCs = 4_095;
    private const byte TypeAdvertisement = 1;

    private Advertisement(ReadOnlySpan<byte> packet, int addressLength, ChecksumForm form)
    {
        Version = (byte)(packet[0] >> 4);
        VirtualRouterId = packet[1];
        Priority = packet[2];
        AddressCount = packet[3];
        AuthenticationType = Version == 2 ? packet[4] : (byte)0;
        IntervalCs = Version == 2 ? packet[5] * 100 : BinaryPrimitives.ReadUInt16BigEndian(packet[4..]) & 0xfff;
        Addresses = packet.Slice(HeaderLength, AddressCount * addressLength);
        AuthenticationData = packet[(HeaderLength + Addresses.Length)..];
        AddressLength = addressLength;
        Checksum = form;
    }

    public byte Version { get; }
    public byte VirtualRouterId { get; }
    public byte Priority { get; }
    public byte AddressCount { get; }

    /// <summary>Version 2 only: 0 none, 1 password, 2 authentication header.</summary>
    public byte AuthenticationType { get; }

    public int IntervalCs { get; }

    /// <summary>The virtual addresses, <see cref="AddressLength"/> bytes each.</summary>
    public ReadOnlySpan<byte> Addresses { get; }

    /// <summary>Version 2: 8 bytes; version 3: empty.</summary>
    public ReadOnlySpan<byte> AuthenticationData { get; }

    public int AddressLength { get; }
    public ChecksumForm Checksum { get; }

    public long IntervalUs => IntervalCs * 10_000L;

    /// <summary>Checks and opens what came after the IP header. Never throws, whatever the bytes are.</summary>
    /// <param name="packet">The bytes after the IP header, as long as the IP header says.</param>
    /// <param name="source">From the IP header.</param>
    /// <param name="destination">From the IP header: the group or this node's address.</param>
    /// <param name="group">The multicast group of the family, for the checksum of very old unicast senders.</param>
    /// <param name="advertisement">Only meaningful when the answer is <see cref="AdvertisementStatus.Valid"/>.</param>
    public static AdvertisementStatus Parse(
        ReadOnlySpan<byte> packet, in NodeAddress source, in NodeAddress destination, in NodeAddress group, out Advertisement advertisement)
    {
        advertisement = default;
        if (packet.Length < HeaderLength)
            return AdvertisementStatus.TooShort;
        var version = packet[0] >> 4;
        if (version is not (2 or 3) || (version == 2 && source.IsIPv6))
            return AdvertisementStatus.UnknownVersion;
        if ((packet[0] & 0xf) != TypeAdvertisement)
            return AdvertisementStatus.UnknownType;
        if (packet.Length != HeaderLength + (packet[3] * source.Length) + (version == 2 ? AuthenticationLength : 0))
            return AdvertisementStatus.BadLength;
        if (!TryCheckSum(packet, version, source, destination, group, out var form))
            return AdvertisementStatus.BadChecksum;
        if (version == 3 && (BinaryPrimitives.ReadUInt16BigEndian(packet[4..]) & 0xfff) == 0)
            return AdvertisementStatus.ZeroInterval;
        advertisement = new Advertisement(packet, source.Length, form);
        return AdvertisementStatus.Valid;
    }

    private static bool TryCheckSum(
        ReadOnlySpan<byte> packet, int version, in NodeAddress source, in NodeAddress destination, in NodeAddress group, out ChecksumForm form)
    {
        var sum = InternetChecksum.Add(0, packet);
        form = ChecksumForm.PseudoHeader;
        if (version == 3 && InternetChecksum.Finish(InternetChecksum.AddPseudoHeader(sum, source, destination, packet.Length, IpProtocol)) == 0)
            return true;
        if (source.IsIPv6)
            return false;
        form = ChecksumForm.Plain;
        if (InternetChecksum.Finish(sum) == 0)
            return true;
        form = ChecksumForm.OldUnicast;
        return version == 3 && InternetChecksum.Finish(InternetChecksum.AddPseudoHeader(sum, source, group, packet.Length, IpProtocol)) == 0;
    }

    /// <summary>Whether <paramref name="address"/> (network order) is among the announced addresses. Cost: linear in their number, at most 255.</summary>
    public bool Announces(ReadOnlySpan<byte> address)
    {
        for (var rest = Addresses; rest.Length >= AddressLength && AddressLength > 0; rest = rest[AddressLength..])
        {
            if (rest[..AddressLength].SequenceEqual(address))
                return true;
        }
        return false;
    }
}
