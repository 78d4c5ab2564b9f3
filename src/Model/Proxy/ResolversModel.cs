using System.Collections.Immutable;
using Evenkeel.Model.Rules;

namespace Evenkeel.Model.Proxy;

/// <summary>A `resolvers` section: whom to ask for addresses while the process runs (configuration.txt 5.3.2). Times are milliseconds.</summary>
public sealed record ResolversModel(string Name, SourcePosition Position)
{
    /// <summary>What exists when nobody declared it, made from /etc/resolv.conf.</summary>
    public const string DefaultName = "default";

    public ImmutableArray<NameserverModel> Nameservers { get; init; } = [];

    /// <summary>`accepted_payload_size`: bytes of the largest answer by datagram.</summary>
    public int PayloadSize { get; init; } = 512;

    /// <summary>`resolve_retries`.</summary>
    public int Retries { get; init; } = 3;
    public int ResolveMs { get; init; } = 1_000;
    public int RetryMs { get; init; } = 1_000;
    public int HoldNxMs { get; init; } = 30_000;
    public int HoldRefusedMs { get; init; } = 30_000;
    public int HoldTimeoutMs { get; init; } = 30_000;
    public int HoldOtherMs { get; init; } = 30_000;
    public int HoldValidMs { get; init; } = 10_000;
    public int HoldObsoleteMs { get; init; }

    /// <summary>`dns-accept-family` of the process.</summary>
    public DnsFamilies Families { get; init; } = DnsFamilies.IPv4 | DnsFamilies.IPv6;
}

/// <summary>Kinds of addresses that are asked for and taken.</summary>
[Flags]
public enum DnsFamilies
{
    None = 0,
    IPv4 = 1,
    IPv6 = 2,

    /// <summary>IPv4, and IPv6 while there is a route for it.</summary>
    Auto = 4,
}

/// <param name="IsStream">Spoken to over TCP (RFC 7766), not by datagrams.</param>
public sealed record NameserverModel(string Name, SocketAddressModel Address, bool IsStream, SourcePosition Position);

/// <summary>How a server gets its address while the process runs: `resolvers`, `resolve-prefer`, `resolve-net`, `resolve-opts`.</summary>
public sealed record ServerNamingModel
{
    /// <summary>The section that is asked; null leaves the server with the address it got at the start.</summary>
    public string? Resolvers { get; init; }
    public bool PrefersIPv4 { get; init; }

    /// <summary>Addresses in these networks are taken rather than others.</summary>
    public ImmutableArray<NetworkModel> Networks { get; init; } = [];

    /// <summary>`allow-dup-ip`: servers of one name may have the same address.</summary>
    public bool AllowsDuplicates { get; init; }

    /// <summary>`ignore-weight`: of an SRV record.</summary>
    public bool IgnoresWeight { get; init; }
}
