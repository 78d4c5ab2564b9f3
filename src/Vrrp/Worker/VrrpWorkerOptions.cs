using Evenkeel.Vrrp.Router;

namespace Evenkeel.Vrrp.Worker;

/// <summary>What a <see cref="VrrpWorker"/> is given beside its configuration.</summary>
public sealed record VrrpWorkerOptions
{
    public required IVrrpLog Log { get; init; }

    /// <summary>Starting when a proxy runs beside this worker (`evenkeel run`): nothing is claimed before it is ready.</summary>
    public ProxyReadiness InitialReadiness { get; init; } = ProxyReadiness.NotUsed;

    public ITrackers? Trackers { get; init; }
    public IReadOnlyList<IVrrpObserver> Observers { get; init; } = [];

    /// <summary>False: virtual addresses stay when the worker stops (`--dont-release-vrrp`).</summary>
    public bool ReleaseOnStop { get; init; } = true;
}

/// <summary>How a start went.</summary>
public enum VrrpStart : byte
{
    Running,
    /// <summary>The configuration names an interface that does not exist, and `dynamic_interfaces` is not set. The line has been logged.</summary>
    MissingInterface,
    /// <summary>The kernel refused a socket (no CAP_NET_ADMIN or CAP_NET_RAW). The line has been logged.</summary>
    NotPermitted,
}
