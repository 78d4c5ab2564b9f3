using Evenkeel.Proxy;
using Evenkeel.Proxy.Logging;
using Evenkeel.Proxy.Samples.Patterns;
using Evenkeel.Proxy.Servers;
using Evenkeel.Proxy.Servers.Resolvers;
using Evenkeel.Proxy.Streams;

namespace Evenkeel.Control;

/// <summary>Everything commands and pages may look at and change: the living proxies and the process around them.</summary>
public sealed class ControlPlane(ProxySet proxies, IProcessDoor process)
{
    private volatile ProxySet _proxies = proxies;

    /// <summary>The configuration in force; a reload swaps it as a whole.</summary>
    public ProxySet Proxies
    {
        get => _proxies;
        set => _proxies = value;
    }

    private uint? _anonymizingKey;

    /// <summary>`anonkey`, or what `set anon global-key` put in its place: what sessions hash names with; 0 has chance choose. Loop of the commands.</summary>
    public uint AnonymizingKey
    {
        get => _anonymizingKey ?? Proxies.Model.Global.AnonymizingKey;
        set => _anonymizingKey = value;
    }

    public IProcessDoor Process { get; } = process;

    /// <summary>Where servers and backends are added and removed; null where none runs (tests).</summary>
    public ProxyPlane? Engine { get; init; }

    /// <summary>Null where no streams run (tests).</summary>
    public OpenSessions? Sessions { get; init; }

    /// <summary>Patterns of ACLs and entries of maps.</summary>
    public PatternLists Patterns { get; set; } = new();

    /// <summary>Null where nobody asks nameservers (tests).</summary>
    public NameResolution? Names { get; init; }

    /// <summary>The rings in which log lines are kept.</summary>
    public IReadOnlyList<LogRing> Rings { get; set; } = [];

    /// <summary>Null where nobody holds listening sockets (tests).</summary>
    public IListenerDoor? Listeners { get; init; }
}
