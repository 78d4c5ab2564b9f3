using System.Collections.Immutable;
using System.Net;
using Evenkeel.Model.Process;

namespace Evenkeel.Model.Proxy;

public enum SocketFamily { IPv4, IPv6, Unix, AbstractUnix, Descriptor }

/// <summary>One address of a `bind`, `server`, `log` or `stats socket` line, after names and ranges are resolved.</summary>
/// <param name="Path">Unix and AbstractUnix: the path; Descriptor: empty.</param>
/// <param name="Descriptor">`fd@N` (already bound and listening, inherited over exec), else -1.</param>
public sealed record SocketAddressModel(SocketFamily Family, IPAddress? Address, int Port, string Path = "", int Descriptor = -1)
{
    /// <summary>`mptcp@`, `mptcp4@`, `mptcp6@`: multipath TCP.</summary>
    public bool IsMultipath { get; init; }

    /// <summary>0.0.0.0 or `::`: for a server, wherever the client wanted to go.</summary>
    public bool IsAny => Address is not null && (Address.Equals(IPAddress.Any) || Address.Equals(IPAddress.IPv6Any));

    public override string ToString() => Family switch
    {
        SocketFamily.Unix => "unix@" + Path,
        SocketFamily.AbstractUnix => "abns@" + Path,
        SocketFamily.Descriptor => "fd@" + Descriptor,
        SocketFamily.IPv6 => $"[{Address}]:{Port}",
        _ => $"{Address}:{Port}",
    };
}

/// <summary>A network namespace of the machine, as ip-netns(8) names it.</summary>
/// <param name="Inode">Of its file: another one for a namespace that was made anew under the same name.</param>
public sealed record NetworkNamespaceModel(string Name, ulong Inode);

public enum CommandLevel { User, Operator, Admin }

/// <summary>One listening address; a `bind` line with several addresses or a port range makes several (configuration.txt 5.1).</summary>
public sealed record BindModel
{
    public required SocketAddressModel Address { get; init; }
    public required SourcePosition Position { get; init; }

    /// <summary>The address as the line has it, which messages repeat: `*:80,:81`.</summary>
    public string Text { get; init; } = "";
    public string? Name { get; init; }
    public int Id { get; init; }
    public int? MaxConnections { get; init; }
    public int? Backlog { get; init; }
    public string? Interface { get; init; }

    /// <summary>`namespace`: where the socket is made; null is where the process runs.</summary>
    public NetworkNamespaceModel? Namespace { get; init; }
    public bool Transparent { get; init; }
    public bool V6Only { get; init; }
    public bool V4V6 { get; init; }
    public bool DeferAccept { get; init; }
    public bool TcpFastOpen { get; init; }
    public int? TcpUserTimeoutMs { get; init; }
    public int? MaximumSegmentSize { get; init; }

    /// <summary>`tcp-md5sig`: the password that segments are signed with; null leaves them unsigned.</summary>
    public string? SignaturePassword { get; init; }

    /// <summary>`cc`: the TCP congestion control of what is accepted; where the kernel refuses it the usual one stays.</summary>
    public string? CongestionControl { get; init; }

    /// <summary>`proto`, as written.</summary>
    public string? Protocol { get; init; }

    /// <summary>`tcp-ss`: 0 keeps no SYN, 1 keeps it from its IP header on, 2 from its link header on.</summary>
    public int SaveSyn { get; init; }
    public int Nice { get; init; }

    /// <summary>`thread`: which threads accept; empty is all of them.</summary>
    public ImmutableArray<ThreadRange> Threads { get; init; } = [];

    /// <summary>`shards`; null is what `tune.listener.default-shards` says.</summary>
    public ShardsModel? Shards { get; init; }

    /// <summary>File mode of a unix socket (0 leaves it to the umask), its owner and group.</summary>
    public int Mode { get; init; }

    /// <summary>`guid-prefix` and the position of this address in its line; null without the option.</summary>
    public string? Guid { get; init; }

    /// <summary>`severity-output` of a stats socket: "none", "number" or "string".</summary>
    public string SeverityOutput { get; init; } = "none";
    public uint? UserId { get; init; }
    public uint? GroupId { get; init; }
    public CommandLevel Level { get; init; } = CommandLevel.Operator;
    public bool ExposeListeners { get; init; }

    /// <summary>`accept-proxy`: every connection begins with a PROXY header.</summary>
    public bool AcceptProxy { get; init; }

    /// <summary>`accept-netscaler-cip`: the number with which every connection's NetScaler header begins; 0 for none.</summary>
    public uint NetscalerMagic { get; init; }

    /// <summary>Non-null when the line asks for TLS; certificates and options inside.</summary>
    public TlsBindModel? Tls { get; init; }
}
