using System.Net;
using System.Net.Sockets;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Proxy.Servers.Resolvers;

/// <summary>
/// A server whose address follows a name. It keeps the address it has while that is among the answers; else it takes one that suits it and that no other
/// server of its name in its backend has. Owner: the resolver's worker.
/// </summary>
internal sealed class ResolvedServer(Server server, IReadOnlyList<ResolvedServer> siblings) : INameFollower
{
    private Resolution? _resolution;
    private Resolver? _resolver;

    public Server Server { get; } = server;

    /// <summary>Of an SRV record: the host; empty while none was given.</summary>
    public string Target { get; private set; } = "";

    public int Port { get; private set; } = server.Model.ServicePort;

    private ServerNamingModel Naming => Server.Model.Naming;

    public void Follow(Resolver resolver, string host)
    {
        _resolver = resolver;
        Target = DnsName.Normal(host);
        _resolution = resolver.Find(new NameKey(Target, IsService: false, Naming.PrefersIPv4));
        _resolution?.Follow(this);
    }

    /// <summary>An SRV record gives it a host and a port.</summary>
    public void FollowService(Resolver resolver, DnsRecord service)
    {
        Port = service.Port;
        Server.NameFromService = service.Target;
        Follow(resolver, service.Target);
    }

    /// <summary>It has lost its name; while it waits for another one it gets no traffic.</summary>
    public void Leave(string reason, long nowMs)
    {
        Unfollow();
        (Target, Port, Server.NameFromService) = ("", 0, "");
        TakeDown(reason, nowMs);
    }

    public void Unfollow()
    {
        var resolution = _resolution;
        _resolution = null;
        resolution?.Unfollow(this);
    }

    public void OnResolved(Resolution resolution, string source)
    {
        var now = _resolver!.Loop.NowMs;
        if (resolution.Status != DnsStatus.Valid)
        {
            if (!resolution.IsHeld) TakeDown(ReasonOf(resolution.Status), now);
            return;
        }

        if (Choose(resolution) is { } address) Take(address, source, now);
        else TakeDown("No IP for server ", now);
    }

    public static string ReasonOf(DnsStatus status) => status switch
    {
        DnsStatus.NoSuchName => "DNS NX status",
        DnsStatus.Refused => "DNS refused status",
        DnsStatus.Timeout => "DNS timeout status",
        _ => "unspecified DNS error",
    };

    private IPAddress? Choose(Resolution resolution)
    {
        var present = Server.Address?.Address;
        IPAddress? best = null;
        var bestRank = -1;
        foreach (var record in resolution.Records)
        {
            if (record.Address is not { } address) continue;
            if (address.Equals(present)) return address;
            if (!Naming.AllowsDuplicates && IsTaken(address)) continue;
            var rank = (IsInNetworks(address) ? 2 : 0) + (address.AddressFamily == AddressFamily.InterNetwork == Naming.PrefersIPv4 ? 1 : 0);
            if (rank > bestRank) (best, bestRank) = (address, rank);
        }

        return best;
    }

    private bool IsTaken(IPAddress address)
    {
        foreach (var other in siblings)
        {
            var isSame = other != this && other.Target == Target && other.Port == Port;
            if (isSame && address.Equals(other.Server.Address?.Address)) return true;
        }

        return false;
    }

    private bool IsInNetworks(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        if (!address.TryWriteBytes(bytes, out var length)) return false;
        foreach (var network in Naming.Networks)
        {
            if (network.Bytes.Length != length) continue;
            var holds = true;
            for (var i = 0; i < length; i++) holds &= ((bytes[i] ^ network.Bytes[i]) & network.Mask[i]) == 0;
            if (holds) return true;
        }

        return false;
    }

    private void Take(IPAddress address, string source, long nowMs)
    {
        var before = Server.Address;
        if (!address.Equals(before?.Address) || before.Port != Port)
        {
            var family = address.AddressFamily == AddressFamily.InterNetworkV6 ? SocketFamily.IPv6 : SocketFamily.IPv4;
            Server.Address = new SocketAddressModel(family, address, Port);
            if (!address.Equals(before?.Address)) Server.AnnounceAddress(before?.Address, address, source);
        }

        Server.ChangeAdmin(AdminState.Ready, AdminState.ResolutionMaintenance, nowMs, reason: "");
    }

    private void TakeDown(string reason, long nowMs)
    {
        Server.ChangeAdmin(AdminState.ResolutionMaintenance, AdminState.Ready, nowMs, reason);
        Server.Address = null;
    }
}
