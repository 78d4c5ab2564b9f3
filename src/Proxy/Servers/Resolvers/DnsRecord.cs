using System.Net;

namespace Evenkeel.Proxy.Servers.Resolvers;

/// <summary>Types of records that are asked for or understood (RFC 1035 §3.2.2, RFC 3596, RFC 2782, RFC 6891).</summary>
internal enum DnsType : ushort { None = 0, A = 1, Cname = 5, Aaaa = 28, Srv = 33, Opt = 41 }

/// <summary>What came of a question.</summary>
internal enum DnsStatus
{
    /// <summary>Not asked yet.</summary>
    None,
    Valid,

    /// <summary>NXDOMAIN: there is no such name.</summary>
    NoSuchName,
    Refused,

    /// <summary>Nobody answered.</summary>
    Timeout,

    /// <summary>The name exists, but not with the type that was asked for.</summary>
    NoData,

    /// <summary>The name stands for another one, of which the answer tells nothing.</summary>
    AliasOnly,

    /// <summary>The names it stands for lead round in a circle, or too far.</summary>
    AliasError,

    /// <summary>The answer was too large for a datagram.</summary>
    Truncated,

    /// <summary>Another error of the nameserver.</summary>
    Other,

    /// <summary>No answer to this question, or not in the form of RFC 1035.</summary>
    Invalid,
}

/// <summary>An address, or where a service is (RFC 2782). Names are lower case, without the last dot.</summary>
internal sealed record DnsRecord(DnsType Type, IPAddress? Address)
{
    public string Target { get; init; } = "";
    public int Port { get; init; }

    /// <summary>0 to 65535.</summary>
    public int Weight { get; init; }
}
