using System.Buffers.Binary;

namespace Evenkeel.Vrrp.Packets;

/// <summary>Builds the advertisements of one virtual router: the body is laid out once, each packet only changes priority and checksum.</summary>
/// <remarks>Layout as in <see cref="Advertisement"/>. The buffer is reused: what <see cref="Build"/> answers is valid until its next call.</remarks>
public sealed class AdvertisementWriter
{
    private readonly byte[] _packet;
    private readonly bool _pseudoHeader;
    private readonly NodeAddress _oldDestination;

    /// <param name="version">2 or 3.</param>
    /// <param name="virtualRouterId">1..255.</param>
    /// <param name="intervalCs">Version 2: whole seconds, 1..255 s; version 3: 1..4095.</param>
    /// <param name="addresses">At most 255, all of one family.</param>
    /// <param name="password">Version 2: null for no authentication, else up to 8 bytes, zero padded.</param>
    /// <param name="form">What a version 3 packet over IPv4 is summed over; IPv6 always has the pseudo-header.</param>
    /// <param name="group">The multicast group, which stands in the sum of <see cref="ChecksumForm.OldUnicast"/>.</param>
    public AdvertisementWriter(
        int version, byte virtualRouterId, int intervalCs, ReadOnlySpan<NodeAddress> addresses, byte[]? password, ChecksumForm form,
        NodeAddress group = default)
    {
        var addressLength = addresses.IsEmpty ? 4 : addresses[0].Length;
        _packet = new byte[Advertisement.HeaderLength + (addresses.Length * addressLength) + (version == 2 ? Advertisement.AuthenticationLength : 0)];
        _packet[0] = (byte)((version << 4) | 1);
        _packet[1] = virtualRouterId;
        _packet[3] = (byte)addresses.Length;
        if (version == 2)
        {
            _packet[4] = (byte)(password is null ? 0 : 1);
            _packet[5] = (byte)(intervalCs / 100);
        }
        else
        {
            BinaryPrimitives.WriteUInt16BigEndian(_packet.AsSpan(4), (ushort)intervalCs);
        }
        for (var i = 0; i < addresses.Length; i++)
            addresses[i].Write(_packet.AsSpan(Advertisement.HeaderLength + (i * addressLength)));
        if (version == 2 && password is not null)
        {
            var length = Math.Min(password.Length, Advertisement.AuthenticationLength);
            password.AsSpan(0, length).CopyTo(_packet.AsSpan(_packet.Length - Advertisement.AuthenticationLength));
        }
        _pseudoHeader = version == 3 && (addressLength == 16 || form != ChecksumForm.Plain);
        _oldDestination = form == ChecksumForm.OldUnicast && addressLength == 4 ? group : NodeAddress.None;
    }

    public int Length => _packet.Length;

    /// <summary>The packet for one destination: the group, or one unicast peer.</summary>
    public ReadOnlySpan<byte> Build(byte priority, in NodeAddress source, in NodeAddress destination)
    {
        _packet[2] = priority;
        BinaryPrimitives.WriteUInt16BigEndian(_packet.AsSpan(6), 0);
        var sum = InternetChecksum.Add(0, _packet);
        if (_pseudoHeader)
            sum = InternetChecksum.AddPseudoHeader(
                sum, source, _oldDestination.IsNone ? destination : _oldDestination, _packet.Length, Advertisement.IpProtocol);
        BinaryPrimitives.WriteUInt16BigEndian(_packet.AsSpan(6), InternetChecksum.Finish(sum));
        return _packet;
    }
}
