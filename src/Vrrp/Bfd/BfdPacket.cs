using System.Buffers.Binary;

namespace Evenkeel.Vrrp.Bfd;

/// <summary>The states of a BFD session; the numbers stand on the wire (RFC 5880 4.1).</summary>
public enum BfdState : byte { AdminDown, Down, Init, Up }

/// <summary>Why a session fell last (RFC 5880 4.1, Diag); the numbers stand on the wire.</summary>
public enum BfdDiagnostic : byte { None, DetectionTimeExpired, EchoFailed, NeighbourSaidDown, ForwardingReset, PathDown, ConcatenatedPathDown, AdminDown }

/// <summary>What became of a received control packet.</summary>
public enum BfdVerdict : byte
{
    Valid,
    TooShort,
    WrongVersion,
    /// <summary>The length field contradicts the datagram or the format.</summary>
    BadLength,
    ZeroMultiplier,
    MultiPoint,
    NoDiscriminator,
    /// <summary>The authentication bit is set; neither side here uses it.</summary>
    Authenticated,

    // Judged with the session.
    /// <summary>No session is meant by it.</summary>
    UnknownSession,
    WrongTimeToLive,
    /// <summary>It does not know our discriminator although its state says that it should.</summary>
    NoSession,
}

/// <summary>One BFD control packet, 24 bytes (RFC 5880 4.1). A value: neither reading nor writing one makes an object.</summary>
/// <remarks>
/// Layout: version 3 bits, diagnostic 5 · state 2, poll, final, control plane independent, authentication, demand, multipoint · multiplier · length ·
/// my discriminator 4 · your discriminator 4 · desired minimum transmit interval 4 · required minimum receive interval 4 · required minimum echo
/// interval 4; intervals in microseconds.
/// </remarks>
public readonly record struct BfdPacket
{
    public const int Length = 24;
    private const int Version = 1;
    private const byte PollBit = 0x20;
    private const byte FinalBit = 0x10;
    private const byte AuthenticationBit = 0x04;
    private const byte DemandBit = 0x02;
    private const byte MultiPointBit = 0x01;

    public BfdDiagnostic Diagnostic { get; init; }
    public BfdState State { get; init; }
    public bool Poll { get; init; }
    public bool Final { get; init; }
    public bool Demand { get; init; }
    public byte Multiplier { get; init; }
    public uint MyDiscriminator { get; init; }
    public uint YourDiscriminator { get; init; }
    public uint MinimumTransmitUs { get; init; }
    public uint MinimumReceiveUs { get; init; }

    /// <summary>Reads a datagram and applies the checks of RFC 5880 6.8.6 that need no session.</summary>
    public static BfdVerdict Parse(ReadOnlySpan<byte> datagram, out BfdPacket packet)
    {
        packet = default;
        if (datagram.Length < Length)
            return BfdVerdict.TooShort;
        if (datagram[0] >> 5 != Version)
            return BfdVerdict.WrongVersion;
        if (datagram[3] < Length || datagram[3] > datagram.Length)
            return BfdVerdict.BadLength;
        var flags = datagram[1];
        packet = new BfdPacket
        {
            Diagnostic = (BfdDiagnostic)(datagram[0] & 0x1f),
            State = (BfdState)(flags >> 6),
            Poll = (flags & PollBit) != 0,
            Final = (flags & FinalBit) != 0,
            Demand = (flags & DemandBit) != 0,
            Multiplier = datagram[2],
            MyDiscriminator = BinaryPrimitives.ReadUInt32BigEndian(datagram[4..]),
            YourDiscriminator = BinaryPrimitives.ReadUInt32BigEndian(datagram[8..]),
            MinimumTransmitUs = BinaryPrimitives.ReadUInt32BigEndian(datagram[12..]),
            MinimumReceiveUs = BinaryPrimitives.ReadUInt32BigEndian(datagram[16..]),
        };
        return (flags & MultiPointBit) != 0 ? BfdVerdict.MultiPoint
            : packet.Multiplier == 0 ? BfdVerdict.ZeroMultiplier
            : packet.MyDiscriminator == 0 ? BfdVerdict.NoDiscriminator
            : (flags & AuthenticationBit) != 0 ? BfdVerdict.Authenticated
            : packet is { YourDiscriminator: 0, State: BfdState.Init or BfdState.Up } ? BfdVerdict.NoSession
            : BfdVerdict.Valid;
    }

    /// <summary>Writes <see cref="Length"/> bytes.</summary>
    public void Write(Span<byte> datagram)
    {
        datagram[0] = (byte)((Version << 5) | ((int)Diagnostic & 0x1f));
        datagram[1] = (byte)(((int)State << 6) | (Poll ? PollBit : 0) | (Final ? FinalBit : 0) | (Demand ? DemandBit : 0));
        datagram[2] = Multiplier;
        datagram[3] = Length;
        BinaryPrimitives.WriteUInt32BigEndian(datagram[4..], MyDiscriminator);
        BinaryPrimitives.WriteUInt32BigEndian(datagram[8..], YourDiscriminator);
        BinaryPrimitives.WriteUInt32BigEndian(datagram[12..], MinimumTransmitUs);
        BinaryPrimitives.WriteUInt32BigEndian(datagram[16..], MinimumReceiveUs);
        BinaryPrimitives.WriteUInt32BigEndian(datagram[20..], 0);
    }
}
