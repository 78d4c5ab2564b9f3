using Evenkeel.Linux;
using Evenkeel.Linux.Netlink;
using Evenkeel.Linux.RawPackets;
using Evenkeel.Model.Vrrp;
using Evenkeel.Vrrp.Addresses;
using Evenkeel.Vrrp.Bfd;
using Evenkeel.Vrrp.Packets;
using Evenkeel.Vrrp.Router;
using Evenkeel.Vrrp.Routes;
using Evenkeel.Vrrp.Status;

namespace Evenkeel.Vrrp.Worker;

/// <summary>
/// The address plane of one process: builds the routers of a configuration, feeds them packets, timers, interfaces and trackers, and does what they ask for.
/// KeepalivedModel -> <b>VrrpWorker</b> -> kernel. Owner: the thread that calls <see cref="Run"/>; every member is called on it, from a watched
/// descriptor or a timer.
/// </summary>
public sealed partial class VrrpWorker : IInterfaceObserver, ITrackerSink, IBfdObserver, IDisposable
{
    private readonly VrrpWorkerOptions _options;
    private readonly RouterLog _log;
    private readonly WorkerLoop _loop;
    private readonly RouteNetlink _netlink;
    private readonly LinkLayerSocket _linkLayer;
    private readonly InterfaceTable _interfaces = new();
    private readonly List<RouterHost> _hosts = [];
    private readonly List<RouterHost> _leaving = [];
    private readonly Dictionary<VirtualRouter, RouterHost> _hostOf = [];
    private readonly Dictionary<string, (SyncGroup Group, SyncGroupModel Model)> _groups = [];
    private readonly PriorityQueue<RouterHost, long> _deadlines = new();
    private readonly FlightRecorder _recorder = new();
    private readonly BfdSessions _bfd;
    private readonly StaticEntries _statics;
    private readonly AcceptMode _accept;
    private ProxyReadiness _readiness;
    private KeepalivedModel _model;
    private bool _started;
    private bool _stopping;

    private VrrpWorker(KeepalivedModel model, VrrpWorkerOptions options, WorkerLoop loop, RouteNetlink netlink, LinkLayerSocket linkLayer)
    {
        _model = RouterSettings.WithDefaults(model);
        _options = options;
        _log = new RouterLog(options.Log);
        _loop = loop;
        _netlink = netlink;
        _linkLayer = linkLayer;
        _readiness = options.InitialReadiness;
        _bfd = new BfdSessions(loop, options.Log, this);
        _statics = new StaticEntries(netlink, _interfaces, options.Log);
        _accept = new AcceptMode(options.Log);
        _loop.NextDeadlineUs = NextDeadline;
        _loop.Expired = RunDeadlines;
    }

    /// <summary>Timers and descriptors of the worker's thread, for what the daemon hangs on it: its control socket, its signals.</summary>
    public IWorkerLoop Loop => _loop;

    /// <summary>What runs, completed by what instances leave to the global definitions.</summary>
    public KeepalivedModel Running => _model;

    /// <inheritdoc cref="WorkerLoop.WatchLateness"/>
    public void WatchLateness(long fromUs, Func<long, bool> late) => _loop.WatchLateness(fromUs, late);

    /// <returns>Null with the errno when the kernel refuses its sockets: CAP_NET_ADMIN and CAP_NET_RAW are needed.</returns>
    public static VrrpWorker? Create(KeepalivedModel model, VrrpWorkerOptions options, out SysResult result)
    {
        var loop = WorkerLoop.Create(out result);
        if (loop is null)
            return null;
        var netlink = RouteNetlink.Open(out result);
        var linkLayer = netlink is null ? null : LinkLayerSocket.Open(out result);
        if (netlink is not null && linkLayer is not null)
            return new VrrpWorker(model, options, loop, netlink, linkLayer);
        netlink?.Dispose();
        loop.Dispose();
        return null;
    }

    /// <summary>Learns the interfaces, builds the routers and starts them. What goes wrong has been logged.</summary>
    public VrrpStart Start()
    {
        var dumped = _netlink.Dump(_interfaces);
        if (dumped.IsError)
        {
            _log.Error($"Unable to read the interfaces: {ErrnoText.Of(dumped.Errno)}");
            return VrrpStart.NotPermitted;
        }
        if (!_model.Global.DynamicInterfaces && SayMissingInterfaces())
            return VrrpStart.MissingInterface;
        _interfaces.Observer = this;
        _loop.Watch(_netlink.EventDescriptor, ReadInterfaceEvents);
        BuildGroups();
        SetStatics();
        _accept.Prepare(_model);
        foreach (var instance in _model.Instances)
            AddHost(instance);
        foreach (var host in _hosts)
        {
            var result = OpenSocket(host);
            if (result.Is(Errno.EPERM) || result.Is(Errno.EACCES))
                return VrrpStart.NotPermitted;
        }
        _options.Trackers?.Start(_model, _loop, this);
        _bfd.Apply(_model.BfdInstances);
        if (StartDelayUs is > 0 and var delayUs)
            _loop.StartTimer(delayUs, StartRouters);
        else
            StartRouters();
        return VrrpStart.Running;
    }

    /// <summary>Runs until a requested stop is complete.</summary>
    public void Run() => _loop.Run();

    /// <summary>A router of this node is master, or has addresses here for another reason.</summary>
    public bool HoldsAddresses => _hosts.Exists(static host => host.Router.HoldsAddresses || host.Router.State == VrrpState.Master);

    /// <summary>Says goodbye for every master, waits for the successors, takes the addresses away and ends <see cref="Run"/>.</summary>
    public void RequestStop()
    {
        if (_stopping)
            return;
        _stopping = true;
        _options.Trackers?.Stop();
        _bfd.Stop();
        _effects.Clear();
        foreach (var host in _hosts)
        {
            host.IsLeaving = true;
            host.Router.Stop(_loop.NowUs, _effects);
        }
        RunEffects();
        RescheduleAll();
        EndWhenAllHaveLeft();
    }

    /// <summary>The proxy beside this worker became ready, or is not any more. Routers weigh it like a tracker that needs no script.</summary>
    public void SetProxyReadiness(ProxyReadiness readiness)
    {
        if (readiness == _readiness || _stopping)
            return;
        _readiness = readiness;
        _effects.Clear();
        foreach (var host in _hosts)
            host.Router.SetProxyReadiness(readiness, _loop.NowUs, _effects);
        RunEffects();
        RescheduleAll();
    }

    void IBfdObserver.BfdChanged(BfdSession session, bool wasUp)
    {
        var name = session.Settings.Name;
        var isUp = session.State == BfdState.Up;
        if (isUp || wasUp)
            SayTrackedBfd(name, isUp);
        if (_stopping)
            return;
        _effects.Clear();
        foreach (var host in _hosts)
        {
            host.Router.TrackerChanged(TrackerKind.Bfd, name, isUp ? TrackerStatus.Up : TrackerStatus.Down, 0, _loop.NowUs, _effects);
            if (wasUp && host.Model.DownTimerBfd == name)
                host.Router.PeerLost(session.Settings.Neighbour, _loop.NowUs, _effects);
        }
        RunEffects();
        RescheduleAll();
    }

    private void SayTrackedBfd(string name, bool isUp)
    {
        foreach (var host in _hosts)
        {
            foreach (ref readonly var tracker in host.Router.Trackers)
            {
                if (tracker.Kind == TrackerKind.Bfd && tracker.Name == name)
                    _log.Detail($"VRRP_Instance({host.Name}) Tracked BFD instance {name} is {(isUp ? "UP" : "DOWN")}");
            }
        }
    }

    /// <summary>Tells a router that is new, or follows something new, of what this worker watches itself.</summary>
    private void TellWhatIsKnown(RouterHost host)
    {
        foreach (var tracked in host.Router.Trackers.ToArray())
        {
            if (tracked.Kind == TrackerKind.Interface)
                host.Router.TrackerChanged(TrackerKind.Interface, tracked.Name, StatusOf(_interfaces[tracked.Name]), 0, _loop.NowUs, _effects);
            else if (tracked.Kind == TrackerKind.Bfd && _bfd.StateOf(tracked.Name) is { } state)
                host.Router.TrackerChanged(
                    TrackerKind.Bfd, tracked.Name, state == BfdState.Up ? TrackerStatus.Up : TrackerStatus.Down, 0, _loop.NowUs, _effects);
        }
    }

    public void TrackerChanged(TrackerKind kind, string name, TrackerStatus status, int value = 0)
    {
        if (_stopping)
            return;
        _effects.Clear();
        foreach (var host in _hosts)
            host.Router.TrackerChanged(kind, name, status, value, _loop.NowUs, _effects);
        RunEffects();
        RescheduleAll();
    }

    /// <summary>The longer of `vrrp_startup_delay` and what is left of `vrrp_delay_after_boot`; the loop's clock began with the machine.</summary>
    private long StartDelayUs => Math.Max(_model.Global.StartupDelayMs * 1_000L, (_model.Global.DelayAfterBootMs * 1_000L) - _loop.NowUs);

    private void StartRouters()
    {
        if (_stopping)
            return;
        _started = true;
        SetInterfaceFlags();
        _effects.Clear();
        foreach (var host in _hosts)
            StartRouter(host);
        RunEffects();
        RescheduleAll();
    }

    private void StartRouter(RouterHost host)
    {
        host.Router.SetProxyReadiness(_readiness, _loop.NowUs, _effects);
        var adopts = host.Model.AdoptAddresses && host.Addresses.Length > 0 && host.Addresses.All(a => a.IsPresent);
        if (!adopts)
            RemoveLeftovers(host);
        foreach (var address in host.Addresses)
            address.IsSet = adopts;
        if (adopts)
            SetFirewall(host, drop: true);
        host.Router.Start(_loop.NowUs, _effects, adopts);
    }

    private void BuildGroups()
    {
        foreach (var group in _model.SyncGroups)
            _groups[group.Name] = (new SyncGroup(group.Name), group);
    }

    private RouterHost AddHost(VrrpInstanceModel instance)
    {
        var group = TrackerList.GroupOf(_model, instance);
        var host = new RouterHost(instance, _interfaces[instance.Interface], group is null ? null : _groups[group.Name].Group, _interfaces);
        host.Router.Follow(TrackerList.Of(_model, instance));
        host.Router.HearsAnnouncements = !instance.IsIPv6;
        _hosts.Add(host);
        _hostOf[host.Router] = host;
        _effects.Clear();
        JudgeInterface(host);
        host.Router.SetFault(FaultCauses.StaticEntryLost, _statics.IsLostFor(host.Name), _loop.NowUs, _effects);
        TellWhatIsKnown(host);
        RunEffects();
        return host;
    }

    private bool SayMissingInterfaces()
    {
        var missing = false;
        foreach (var instance in _model.Instances)
        {
            if (_interfaces[instance.Interface].Exists)
                continue;
            missing = true;
            var at = instance.Position;
            _log.Error($"({at.File}: Line {at.Line}) WARNING - interface {instance.Interface} for vrrp_instance {instance.Name} doesn't exist");
        }
        if (missing)
            _log.Error("Non-existent interface specified in configuration");
        return missing;
    }

    private void EndWhenAllHaveLeft()
    {
        if (_stopping && _leaving.Count == 0 && _hosts.TrueForAll(h => !h.IsLeaving))
        {
            _statics.Remove();
            ResetInterfaceFlags();
            _loop.Stop();
        }
    }

    public void Dispose()
    {
        _bfd.Dispose();
        if (_options.ReleaseOnStop)
            _accept.Dispose();
        foreach (var socket in _sockets.Values)
            socket.Dispose();
        foreach (var listener in _listeners.Values)
            listener.Socket.Dispose();
        _linkLayer.Dispose();
        _netlink.Dispose();
        _loop.Dispose();
    }
}
