using Evenkeel.Control;
using Evenkeel.Control.RuntimeApi;
using Evenkeel.Control.Stats;
using Evenkeel.Daemon.Haproxy;
using Evenkeel.Daemon.Machine;
using Evenkeel.Daemon.Processes;
using Evenkeel.Linux;
using Evenkeel.Linux.Names;
using Evenkeel.Linux.Processes;
using Evenkeel.Linux.Sockets;
using Evenkeel.Model.Process;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy;
using Evenkeel.Proxy.Loop;
using Evenkeel.Proxy.Servers;
using Evenkeel.Proxy.Servers.Health;
using Evenkeel.Proxy.Streams;

namespace Evenkeel.Daemon.Serving;

/// <summary>
/// The proxy of one process, from a checked configuration to its end: model -> <b>ProxyHost</b> -> plane with everything hung on it. Both `haproxy` and the
/// proxy worker of `evenkeel run` stand on it.
/// </summary>
/// <remarks>Owner: the process's main thread, which is none of the workers. Order of life: <see cref="Open"/>, <see cref="DropRights"/>,
/// <see cref="Start"/>, then <see cref="SoftStop"/> or <see cref="HardStop"/>.</remarks>
public sealed partial class ProxyHost
{
    private readonly HaproxyCommandLine _line;
    private ConfigurationModel _model;
    private readonly HaproxyConsole _console;
    private ConnectionLimit _limit;
    private readonly IReadOnlyList<int> _processors;
    private readonly ThreadLayout _layout;
    private readonly List<(BindModel Bind, SocketHandle Socket)> _commandSockets = [];
    private ProxyPlane? _plane;
    private CliServer? _commands;
    private ProcessDoor? _door;
    private HealthChecks? _checks;
    private Equipment? _equipment;
    private readonly LogForwards _forwards = new();
    private bool _gaveUpRoot;

    public ProxyHost(ConfigurationModel model, HaproxyCommandLine line, HaproxyConsole console)
    {
        _model = line.NoSplice ? model with { Global = model.Global with { NoSplice = true } } : model;
        _line = line;
        _console = console;
        _processors = Processors.For(_model.Global.Threads);
        _layout = ThreadLayout.Of(_model.Global.Threads, _processors.Count);
        _limit = ConnectionLimit.Of(_model, _layout, line.MaxConnections, line.MemoryLimitMegabytes);
    }

    public ProxyPlane Plane => _plane!;

    /// <summary>The configuration in force.</summary>
    public ConfigurationModel Model => _model;

    public ProxySet Proxies => Plane.Proxies;

    /// <summary>Builds the plane and opens every socket and log. What could not be opened has been said.</summary>
    /// <param name="sockets">Where they come from: a process before this one, or the kernel.</param>
    public bool Open(ListeningSockets sockets)
    {
        if (_limit.IsComputed) _console.Notice($"Automatically setting global.maxconn to {_limit.MaxConnections}.");
        if (!RaiseDescriptorLimit()) return false;
        var threads = _layout.Count;
        // Those that only a PROXY header names are opened by nobody else.
        foreach (var place in _model.Namespaces) _ = NetworkNamespace.Named(place.Name);
        _plane = new ProxyPlane(_model, new ThisMachine(), threads, _limit.MaxConnections, (ulong)Clocks.RealtimeNs());
        foreach (var problem in _plane.Problems) _console.Alert(problem);
        if (_plane.Problems.Count > 0) return false;
        LoadCounters();
        _door = new ProcessDoor(threads, _console, _limit);
        var control = new ControlPlane(_plane.Proxies, _door)
        {
            Listeners = new ListenerDoor(this, () => Sockets), Sessions = _plane.Sessions, Engine = _plane,
            Names = _plane.Rules.Names,
        };
        _commands = new CliServer(_plane.Workers[0], control, RuntimeCommands.Table);
        _equipment = new Equipment(_plane, control, _door, _console);
        _checks = new HealthChecks(_plane.Proxies, _plane.Workers, _plane.Rules, _model.Global.Node ?? HostNames.Own);
        _plane.Observer = new PlaneObserver(_checks, _equipment);

        var bound = OpenCommandSockets(sockets);
        bound &= _forwards.Open(_model, sockets, SayUnbound);
        bound &= _plane.Bind(sockets, (bind, frontend, problem) => SayUnbound(bind, frontend.Name, problem));
        if (bound) return true;
        _console.Alert("[haproxy.main()] Some protocols failed to start their listeners! Exiting.");
        return false;
    }

    /// <summary>`stats-file`: a start without it is no worse than one before the file was.</summary>
    private void LoadCounters()
    {
        if (_model.Global.StatsFile is not { } path) return;
        if (new ThisMachine().ReadFile(path, out _) is { } bytes) StatsFile.Load(System.Text.Encoding.Latin1.GetString(bytes), _plane!.Proxies);
        else _console.Warning($"config: Can't load stats-file '{path}': cannot open file.");
    }

    /// <summary>Everything that is listened to and may be handed to another process.</summary>
    public IReadOnlyList<SocketHandle> Sockets =>
        [.. Plane.Sockets, .. _forwards.StreamSockets, .. _commandSockets.Where(IsGivable).Select(static each => each.Socket)];

    private static bool IsGivable((BindModel Bind, SocketHandle Socket) open) => open.Bind.Address.Family != SocketFamily.Descriptor;

    /// <summary>Whether anything was asked to be listened to; without it there is no point in running.</summary>
    public bool HasListeners => Proxies.Frontends.Any(frontend => frontend.Binds.Length > 0) || _commandSockets.Count > 0 || _forwards.Any;

    /// <summary>`chroot`, `group`, `user`, for good. From here on no path of the machine is opened any more.</summary>
    /// <returns>Null, or what could not be done.</returns>
    public string? DropRights()
    {
        var global = _model.Global;
        if (WhyRightsStay(_model) is { } reason) return reason;
        var wasRoot = ProcessRights.IsRoot;
        if (!wasRoot && NeededRights.Missing(_model) is { } missing)
            _console.Warning($"Some options which require full privileges might not work well: {missing.Asker} takes {missing.Capability}.");
        // The C library loads its name service and time zone once; behind the chroot it would not find them.
        _ = LocalTime.Calendar();
        if (global.Chroot is { } root && ProcessRights.ChangeRoot(root) is { IsError: true } rooted)
            return $"Cannot chroot({root}): {ErrnoText.Of(rooted.Errno)}; "
                + (rooted.Is(Errno.EPERM) ? "start as root, or leave out 'chroot'." : "create the directory, empty and owned by root, or correct 'chroot'.");
        if (global.GroupId is { } group && group != ProcessRights.GroupId)
        {
            if (ProcessRights.SetGroups([group]) is { IsError: true } cleared)
                return $"Cannot set supplementary groups: {ErrnoText.Of(cleared.Errno)}; {NeedsRoot}";
            if (ProcessRights.SetGroup(group) is { IsError: true } grouped) return $"Cannot set gid {group}: {ErrnoText.Of(grouped.Errno)}; {NeedsRoot}";
        }
        if (!global.Capabilities.IsEmpty) _ = Capabilities.KeepOverUserChange();
        if (global.UserId is { } user && user != ProcessRights.UserId && ProcessRights.SetUser(user) is { IsError: true } changed)
            return $"Cannot set uid {user}: {ErrnoText.Of(changed.Errno)}; {NeedsRoot}";
        _gaveUpRoot |= global.UserId is > 0 && wasRoot;
        // Threads of the data plane are started by this one, and inherit what it has.
        if (!global.Capabilities.IsEmpty && !ProcessRights.IsRoot && Capabilities.Restrict(global.Capabilities) is { IsError: true } restricted)
            return $"Cannot keep {string.Join(", ", global.Capabilities)} (setcap): {ErrnoText.Of(restricted.Errno)}; start as root, or give the program "
                + "these capabilities (setcap cap_net_raw+p FILE).";
        if (global.IsDumpable) ProcessRights.AllowCoreFiles();
        return null;
    }

    /// <summary>Why root has to stay root, in words that begin as the original's; null when it need not.</summary>
    private string? WhyRightsStay(ConfigurationModel model)
    {
        if (model.Global.UserId is not > 0 || !(ProcessRights.IsRoot || _gaveUpRoot) || NeededRights.Missing(model) is not { } missing) return null;
        return "Some configuration options require full privileges, so global.uid cannot be changed: "
            + $"{missing.Asker} takes {missing.Capability}; keep it by 'setcap {missing.Capability}' in the global section.";
    }

    private const string NeedsRoot = "start as root, or leave out 'user' and 'group'.";

    /// <summary>Accepts from here on.</summary>
    /// <param name="isAwaited">Somebody waits for <see cref="IsChecked"/>.</param>
    public void Start(bool isAwaited = false)
    {
        _door!.Ready();
        var worker = Plane.Workers[0];
        worker.Loop.Post(new ActionTask(() =>
        {
            foreach (var (bind, socket) in _commandSockets) _ = _commands!.Listen(bind, socket);
        }));
        _forwards.Start(Plane.Workers, _equipment!.ForwarderOf);
        // Before the first request, whose rules may ask for a name (`do-resolve`).
        Plane.Rules.Names.Adopt(Plane.Proxies, worker);
        Plane.Start(PutInPlace);
        _checks!.Start(isAwaited);
    }

    private void PutInPlace(Worker worker)
    {
        var processors = _layout.ProcessorsOf(worker.Index, _processors);
        if (processors.IsEmpty || Scheduling.SetThreadProcessors(processors) is not { IsError: true } failed) return;
        _console.Warning($"Cannot bind thread {worker.Index + 1} to processors {string.Join(',', processors)}: {ErrnoText.Of(failed.Errno)}; it runs anywhere. "
            + "See which there are (taskset -p, nproc), and correct 'cpu-map'.");
    }

    /// <summary>Every checked server has been probed once: what is said of the servers is known, not assumed.</summary>
    public bool IsChecked => _checks is { FirstRoundDone: true };

    /// <summary>The process says that it stops (`stopping`), but accepts as before: `grace`.</summary>
    public void AnnounceStop() => _door!.Stopping();

    /// <param name="hasSuccessor">Idle connections wait for their next request, unless the configuration says what becomes of them.</param>
    public void SoftStop(bool hasSuccessor)
    {
        AnnounceStop();
        SayStopped();
        _checks!.Stop();
        _forwards.Stop();
        StopCommands();
        Plane.SoftStop(new DrainPolicy(_model.Global.CloseSpreadMs, AwaitsRequests: hasSuccessor && _model.Global.CloseSpreadMs == 0));
    }

    /// <summary>Commands that come over a process above this one instead of a socket of its own.</summary>
    public void AdoptCommands(SocketHandle socket, CommandSeat seat)
    {
        Plane.Workers[0].Loop.Post(new ActionTask(() =>
        {
            var session = _commands!.NewSession(seat.Level);
            (session.Mode, session.PromptMode, session.IsPromptTimed) = (seat.Mode, seat.Prompt, seat.IsPromptTimed);
            _commands.Adopt(socket, session);
        }));
    }

    /// <summary>People on the sockets may finish; who comes now is for the next process.</summary>
    private void StopCommands()
    {
        Plane.Workers[0].Loop.Post(new ActionTask(() =>
        {
            _commands!.StopListening();
            foreach (var (_, socket) in _commandSockets) _ = socket.Close();
            _commandSockets.Clear();
        }));
    }

    public void HardStop()
    {
        _door!.Stopping();
        _checks!.Stop();
        _forwards.Stop();
        Plane.HardStop();
    }

    /// <returns>False when the limit cannot be had and `strict-limits` says that this matters.</returns>
    private bool RaiseDescriptorLimit()
    {
        var (soft, hard) = ProcessRights.DescriptorLimit();
        var most = (ulong)(_model.Global.DescriptorHardLimit ?? int.MaxValue);
        if (_limit.Descriptors > most) (soft, hard) = (Math.Min(soft, most), Math.Min(hard, most));
        else if (soft >= _limit.Descriptors || ProcessRights.SetDescriptorLimit(_limit.Descriptors, Math.Max(hard, _limit.Descriptors)).IsOk)
        {
            var obtained = Math.Max(soft, _limit.Descriptors);
            return obtained >= _limit.Sockets || IsTolerable($"[haproxy.main()] FD limit ({obtained}) too low for maxconn={_limit.MaxConnections}"
                + $"/maxsock={_limit.Sockets}. Please raise 'ulimit-n' to {_limit.Sockets} or more to avoid any trouble.");
        }
        _ = ProcessRights.SetDescriptorLimit(hard, hard);
        return IsTolerable($"[haproxy.main()] Cannot raise FD limit to {_limit.Descriptors}, current limit is {soft} and hard limit is {hard}. Leave 'maxconn' "
            + "and 'ulimit-n' out of the global section to have them follow the limit, or raise it (ulimit -Hn, LimitNOFILE= of the unit).");
    }

    /// <summary>Says what is wrong with a limit; only without `strict-limits` the start goes on.</summary>
    private bool IsTolerable(string problem)
    {
        if (_model.Global.StrictLimits) _console.Alert(problem);
        else _console.Warning(problem);
        return !_model.Global.StrictLimits;
    }

    private bool OpenCommandSockets(ListeningSockets sockets)
    {
        var all = true;
        foreach (var bind in _model.Global.StatsSockets)
        {
            var opened = sockets.Open(bind, _model.Global.StatsMaxConnections, out var socket, out var problem);
            if (opened.IsOk) _commandSockets.Add((bind, socket));
            else SayUnbound(bind, "GLOBAL", problem);
            all &= opened.IsOk;
        }
        return all;
    }

    private void SayUnbound(BindModel bind, string frontend, string problem) => _console.Alert(UnboundText(bind, frontend, problem));

    /// <summary>In the original's words.</summary>
    internal static string UnboundText(BindModel bind, string frontend, string problem) =>
        $"Binding [{bind.Position}] for frontend {frontend}: protocol {ProtocolOf(bind.Address.Family)}: {problem}.";

    private static string ProtocolOf(SocketFamily family) => family switch
    {
        SocketFamily.IPv6 => "tcpv6",
        SocketFamily.AbstractUnix => "abns_stream",
        SocketFamily.Unix => "unix_stream",
        _ => "tcpv4",
    };
}
