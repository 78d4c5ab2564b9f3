using Evenkeel.Config.Haproxy.Expressions;
using Evenkeel.Config.Haproxy.HealthChecks;
using Evenkeel.Model;
using Evenkeel.Model.Process;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Config.Haproxy;

/// <summary>What has been read so far: sections write here, and when all files are read it becomes a <see cref="ConfigurationModel"/>.</summary>
internal sealed class ConfigurationDraft
{
    public GlobalModel Global { get; set; } = new();

    /// <summary>`ssl-server-verify none` (or -dV): a TLS server needs no CA file.</summary>
    public bool ServersAreNotVerified { get; set; }

    public bool AllowsExternalCheck { get; set; }

    public Experiments Experiments { get; } = new();

    /// <summary>Bytes of `tune.bufsize.small` and `tune.bufsize.large`, which are only compared with `tune.bufsize`.</summary>
    public (long Small, long Large) OtherBuffers { get; set; } = (1024, 0);

    /// <summary>`dns-accept-family`; the sections may stand before it.</summary>
    public DnsFamilies DnsFamilies { get; set; } = DnsFamilies.IPv4 | DnsFamilies.IPv6;

    public bool AllowsInsecureFork { get; set; }

    /// <summary>In file order; `listen` sections stand once.</summary>
    public List<ProxyDraft> Proxies { get; } = [];

    public List<ProxyDraft> Defaults { get; } = [];

    /// <summary>Keywords of the global section that count once only, and have been said.</summary>
    public HashSet<string> GlobalOnce { get; } = [];

    public List<UserListModel> UserLists { get; } = [];

    public List<HttpErrorsModel> HttpErrors { get; } = [];
    public List<RingModel> Rings { get; } = [];
    public List<ResolversModel> Resolvers { get; } = [];
    public Dictionary<string, (CheckDraft Checks, SourcePosition Position)> HealthChecks { get; } = new(StringComparer.Ordinal);
    public List<LogProfileModel> LogProfiles { get; } = [];
    public List<LogForwardModel> LogForwards { get; } = [];

    /// <summary>Network namespaces that have been named, in the order in which they were.</summary>
    public List<NetworkNamespaceModel> Namespaces { get; } = [];

    /// <summary>A section that is not `global` has been read.</summary>
    public bool HasOtherSections => Proxies.Count + Defaults.Count + UserLists.Count + HttpErrors.Count + Rings.Count + Resolvers.Count + HealthChecks.Count
        + LogProfiles.Count + LogForwards.Count > 0;

    /// <summary>The defaults that a section without `from` starts from.</summary>
    public ProxyDraft? CurrentDefaults { get; set; }

    public GuidTable Guids { get; } = new();

    private readonly Dictionary<string, ProxyDraft> _byName = new(StringComparer.Ordinal);

    /// <summary>Who took an `id`, by id.</summary>
    public Dictionary<int, ProxyDraft> ExplicitIds { get; } = [];

    /// <summary>Makes room for as many proxies as there were before.</summary>
    public void Expect(int proxies)
    {
        Proxies.Capacity = proxies;
        _byName.EnsureCapacity(proxies);
    }

    public ProxyDraft? FindProxy(string name) => _byName.GetValueOrDefault(name);

    public void Add(ProxyDraft proxy)
    {
        Proxies.Add(proxy);
        _byName.TryAdd(proxy.Name, proxy);
    }
}
