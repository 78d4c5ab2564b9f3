namespace Evenkeel.Vrrp.Packets;

/// <summary>What became of a received packet. Everything but <see cref="Valid"/> is counted, and said in the log at a bounded rate.</summary>
public enum AdvertisementStatus : byte
{
    Valid,

    // Seen by the parser.
    TooShort,
    BadIpHeader,
    UnknownVersion,
    UnknownType,
    /// <summary>The length does not follow from version and number of addresses.</summary>
    BadLength,
    BadChecksum,
    /// <summary>A version 3 advertisement that announces no interval.</summary>
    ZeroInterval,

    // Seen by the virtual router it was meant for.
    WrongVersion,
    WrongTimeToLive,
    WrongAuthenticationType,
    WrongPassword,
    /// <summary>Version 2 only: the sender's interval is not ours (RFC 3768 7.1).</summary>
    WrongInterval,
    /// <summary>Unicast where multicast was configured, or the other way round.</summary>
    WrongDestination,
    UnknownSender,
    /// <summary>Sent by ourselves.</summary>
    Own,

    /// <summary>No virtual router here has this number.</summary>
    UnknownRouter,
}

/// <summary>Which of the forms in use a version 3 checksum had (spec of the field: RFC 9568 5.2.8; keepalived.conf(5) v3_checksum_as_v2,
/// old_unicast_checksum).</summary>
public enum ChecksumForm : byte
{
    /// <summary>Plain sum over the VRRP bytes: version 2 always, version 3 over IPv4 per RFC 9568.</summary>
    Plain,
    /// <summary>With the pseudo-header of the packet's own addresses: IPv6 always, version 3 over IPv4 as Keepalived sends it.</summary>
    PseudoHeader,
    /// <summary>Unicast, but computed with the multicast group as destination: Keepalived up to 1.3.6.</summary>
    OldUnicast,
}
