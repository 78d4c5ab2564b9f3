using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Servers.Health;
using Evenkeel.Proxy.Servers.Queues;
using Evenkeel.Proxy.Transport;
using Evenkeel.Proxy.Transport.ProxyProtocol;
using Evenkeel.Proxy.Transport.Tls;

namespace Evenkeel.Proxy.Servers;

/// <summary>
/// A server as it lives: its state, slots, queue, health and statistics. Server.State.cs holds the changes of state.
/// </summary>
public sealed partial class Server
{
    private volatile ServerSetup _setup;
    private volatile string _name;
    private volatile SocketAddressModel? _address;
    private volatile SocketAddressModel? _checkAddress;
    private volatile int _checkPort;
    private volatile SocketAddressModel? _agentAddress;
    private volatile int _agentPort;
    private volatile string _agentQuestion;
    private int _maxConnections;

    internal Server(Backend backend, ServerModel model, int index, int workers)
    {
        Backend = backend;
        _setup = new ServerSetup(this, model);
        _name = model.Name;
        Index = index;
        NameBytes = System.Text.Encoding.Latin1.GetBytes(model.Name);
        _address = model.Address;
        _checkAddress = model.CheckAddress;
        _checkPort = model.CheckPort ?? 0;
        _agentAddress = model.Agent.Address;
        _agentPort = model.Agent.Port;
        _agentQuestion = model.Agent.Question;
        _maxConnections = model.MaxConnections ?? 0;
        Traffic = new Traffic(workers);
        SessionRate = new RateMeter(workers);
        InitializeState();
        NameForCookies();
    }

    /// <summary>The configuration in force.</summary>
    internal ServerSetup Setup => _setup;

    public ServerModel Model => _setup.Model;

    public Backend Backend { get; }

    public string Name => _name;

    /// <summary>Added by a command while running: it begins in maintenance, and its checks are off.</summary>
    public bool IsDynamic { get; internal init; }

    /// <summary>Its name as `http-send-name-header` sends it.</summary>
    internal byte[] NameBytes { get; }

    /// <summary>`redir`: where GET and HEAD are sent instead; null when they are forwarded.</summary>
    internal byte[]? Redirection => _setup.Redirection;

    /// <summary>Unique inside its backend.</summary>
    public int Id => Model.Id;

    /// <summary>Position in the backend, from 0.</summary>
    public int Index { get; internal set; }

    /// <summary>Where connections go now; `set server ... addr` changes it. Null while unknown.</summary>
    public SocketAddressModel? Address
    {
        get => _address;
        set
        {
            _address = value;
            NameForCookies();
            if (Model.HashKey is not (HashKey.Address or HashKey.AddressAndPort)) return;
            lock (Backend.ChangeLock) Backend.RebuildBalancer();
        }
    }

    private volatile string _nameFromService = "";

    /// <summary>The host an SRV record gave it; empty without one. Set by the resolver's worker.</summary>
    public string NameFromService
    {
        get => _nameFromService;
        internal set
        {
            _nameFromService = value;
            if (value.Length > 0) NoteNameFromService();
        }
    }

    /// <summary>The name its address comes from; empty when it has none.</summary>
    public string HostName => Model.IsService ? NameFromService : CommandedHostName ?? Model.HostName ?? "";

    /// <summary>`set server ... fqdn`: followed instead of the name in the file, until the file says another one; null when nothing was said.</summary>
    internal string? CommandedHostName { get; set; }

    internal void AnnounceAddress(System.Net.IPAddress? before, System.Net.IPAddress after, string source)
    {
        lock (Backend.ChangeLock) Backend.Events?.AddressChanged(this, before, after, source);
    }

    /// <summary>Each worker's connections to this server, by worker; set by the engine before it gets traffic.</summary>
    internal ServerPool[] Pools { get; set; } = [];

    /// <summary>Of a backend in `mode log`: where lines for this server go.</summary>
    internal Logging.ILogSink? LogSink { get; set; }

    /// <summary>Where connections to it come from (`source`); null leaves it to the kernel.</summary>
    public SourceBinder? Source => _setup.Source;

    /// <summary>`ssl`, `check-ssl`; null for a server that is spoken to plainly.</summary>
    internal ServerTls? Tls => _setup.Tls;

    /// <summary>`send-proxy`: written at the start of every connection.</summary>
    internal ServerProxyHeader? ProxyHeader => _setup.ProxyHeader;

    /// <summary>Where probes go instead of <see cref="Address"/>: `addr`, or what `set server ... check-addr` made of it.</summary>
    public SocketAddressModel? CheckAddress
    {
        get => _checkAddress;
        set => _checkAddress = value;
    }

    /// <summary>The port probes use: `port`, or what `set server ... check-port` made of it; null follows the address.</summary>
    public int? CheckPort
    {
        get => _checkPort > 0 ? _checkPort : null;
        set => _checkPort = value ?? 0;
    }

    /// <summary>Where the agent answers instead of at <see cref="Address"/>: `agent-addr`, or what `set server ... agent-addr` made of it.</summary>
    public SocketAddressModel? AgentAddress
    {
        get => _agentAddress;
        set => _agentAddress = value;
    }

    /// <summary>`agent-port`, or what `set server ... agent-port` made of it.</summary>
    public int AgentPort
    {
        get => _agentPort;
        set => _agentPort = value;
    }

    /// <summary>What its agent is asked; empty for nothing: `agent-send`, or what `set server ... agent-send` made of it.</summary>
    public string AgentQuestion
    {
        get => _agentQuestion;
        set
        {
            _agentQuestion = value;
            AgentQuestionChanged?.Invoke();
        }
    }

    /// <summary>The probe of the agent asks something else from its next turn on; set by it. Any thread calls it.</summary>
    internal Action? AgentQuestionChanged { get; set; }

    public Traffic Traffic { get; }

    /// <summary>Streams a second [rate].</summary>
    public RateMeter SessionRate { get; }

    /// <summary>Streams that hold a slot now [scur], [smax].</summary>
    public Gauge Slots { get; } = new();

    /// <summary>Streams that wait for this server and no other [qcur], [qmax].</summary>
    public WaitQueue Queue { get; } = new();

    /// <summary>`maxconn`, 0 is no limit; `set maxconn server` changes it.</summary>
    public int MaxConnections
    {
        get => Volatile.Read(ref _maxConnections);
        set => Volatile.Write(ref _maxConnections, value);
    }

    /// <summary>
    /// The limit in force now: between minconn and maxconn in proportion to the backend's load against fullconn (configuration.txt 5.2 "minconn").
    /// int.MaxValue when there is none.
    /// </summary>
    public int CurrentLimit
    {
        get
        {
            var max = MaxConnections;
            if (max == 0) return int.MaxValue;
            var limit = LimitForLoad(max);
            var throttle = ThrottlePercent;
            return throttle == 100 ? limit : Math.Max(1, (int)((long)limit * throttle / 100));
        }
    }

    private int LimitForLoad(int max)
    {
        var min = Model.MinConnections ?? 0;
        if (min == 0 || min >= max) return max;
        var full = Backend.FullConnections;
        var load = Backend.Connections.Current;
        if (full <= 0 || load >= full) return max;
        return Math.Max(min, (int)((long)max * load / full));
    }

    /// <summary>A stream that comes now would get a slot at once.</summary>
    public bool HasRoom => Queue.Length.Current == 0 && (MaxConnections == 0 || Slots.Current < CurrentLimit);

    /// <summary>Takes a slot if one is free and nobody waits in this server's own queue.</summary>
    public bool TryTakeSlot() => Queue.Length.Current == 0 && TryTakeFreeSlot();

    /// <summary>Takes a slot if one is free, whoever waits.</summary>
    internal bool TryTakeFreeSlot()
    {
        var limit = CurrentLimit;
        if (limit != int.MaxValue) return Slots.TryIncrement(limit);
        Slots.Increment();
        return true;
    }

    /// <summary>Gives a slot back and hands it to the first in the queues. Any thread.</summary>
    public void ReleaseSlot()
    {
        Slots.Decrement();
        WakeQueue();
    }

    /// <summary>Gives free slots to waiting streams, of its own queue and the backend's whichever came first. Any thread.</summary>
    public void WakeQueue()
    {
        while (Queue.Length.Current > 0 || (IsUsable && Backend.Queue.Length.Current > 0))
        {
            if (!TryTakeFreeSlot()) return;
            var ownFirst = !IsUsable || Queue.FirstArrival <= Backend.Queue.FirstArrival;
            var ticket = (ownFirst ? Queue : Backend.Queue).TakeFirst(this);
            if (ticket is null)
            {
                // Somebody else was faster; look again, because a stream may have joined before our slot was visible as free.
                Slots.Decrement();
                continue;
            }

            ticket.OnGranted();
        }
    }
}
