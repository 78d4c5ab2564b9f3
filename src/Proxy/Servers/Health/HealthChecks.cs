using Evenkeel.Proxy.Loop;

namespace Evenkeel.Proxy.Servers.Health;

/// <summary>All health checks of a configuration: one probe for each server with `check`, spread over the workers.</summary>
public sealed class HealthChecks
{
    /// <summary>The first probes of all servers start within this time at most, so that a node is soon known to be ready.</summary>
    private const int FirstRoundMs = 500;

    private readonly Dictionary<Server, HealthProbe> _probes = [];
    private readonly Lock _changing = new();
    private readonly IReadOnlyList<Worker> _workers;
    private int _made;
    private int _awaited;
    private volatile bool _isStopped;

    /// <param name="node">The name of this node, for `http-check send-state`.</param>
    public HealthChecks(ProxySet proxies, IReadOnlyList<Worker> workers, string node)
    {
        _workers = workers;
        Node = node;
        SpreadPercent = proxies.Model.Global.SpreadChecksPercent;
        foreach (var (server, program) in Checked(proxies)) _probes[server] = NewProbe(server, program);
        _awaited = _probes.Count;
    }

    /// <summary>Every checked server has been probed once, or is in maintenance.</summary>
    public bool FirstRoundDone => Volatile.Read(ref _awaited) <= 0;

    /// <summary>Called once when <see cref="FirstRoundDone"/> becomes true, on the worker that finished last; not called when nothing is checked.</summary>
    public Action? FirstRoundCompleted { get; set; }

    internal string Node { get; private set; }

    internal int SpreadPercent { get; private set; }

    internal bool IsStopped => _isStopped;

    /// <summary>Starts the probes on their workers' loops. Once, from any thread.</summary>
    public void Start()
    {
        var i = 0;
        foreach (var probe in _probes.Values)
        {
            var delayMs = (int)((long)FirstRoundMs * i++ / _probes.Count);
            probe.Worker.Loop.Post(new ActionTask(() => probe.Arm(delayMs)));
        }
    }

    /// <summary>Another configuration is in force: servers that live on keep their rhythm and what is known of them. The thread of <see cref="Start"/>.
    /// </summary>
    public void Adopt(ProxySet proxies, string node)
    {
        Node = node;
        SpreadPercent = proxies.Model.Global.SpreadChecksPercent;
        lock (_changing) Exchange(proxies);
    }

    private void Exchange(ProxySet proxies)
    {
        var unwanted = _probes.Keys.ToHashSet();
        foreach (var (server, program) in Checked(proxies))
        {
            if (unwanted.Remove(server))
            {
                _probes[server].Adopt(program);
                continue;
            }

            var probe = _probes[server] = NewProbe(server, program);
            probe.IsAwaited = false;
            probe.Worker.Loop.Post(new ActionTask(() => probe.Arm(0)));
        }

        foreach (var server in unwanted)
        {
            _probes[server].Retire();
            _probes.Remove(server);
        }
    }

    private static IEnumerable<(Server Server, CheckProgram Program)> Checked(ProxySet proxies)
    {
        foreach (var backend in proxies.Backends)
        {
            if (backend.Model.Disabled) continue;
            CheckProgram? program = null;
            foreach (var server in backend.Servers)
                if (server.Health.IsConfigured && server.Tracked is null) yield return (server, program ??= CheckProgram.Of(backend.Model.Check));
        }
    }

    private HealthProbe NewProbe(Server server, CheckProgram program) => new(server, program, _workers[_made++ % _workers.Count], this);

    /// <summary>No probe starts or reports any more: a process that is leaving must not speak about servers. Any thread.</summary>
    public void Stop() => _isStopped = true;

    /// <summary>Probes a server that was added while running; they begin when its check is enabled. Any thread.</summary>
    public void Add(Server server)
    {
        if (!server.Health.IsConfigured || server.Tracked is not null || _isStopped) return;
        lock (_changing)
        {
            var probe = _probes[server] = NewProbe(server, CheckProgram.Of(server.Backend.Model.Check));
            probe.IsAwaited = false;
            probe.Worker.Loop.Post(new ActionTask(() => probe.Arm(0)));
        }
    }

    /// <summary>No probe of this server starts or reports any more. Any thread.</summary>
    public void Remove(Server server)
    {
        lock (_changing)
            if (_probes.Remove(server, out var probe)) probe.Retire();
    }

    internal void NoteFirstFinished()
    {
        if (Interlocked.Decrement(ref _awaited) == 0) FirstRoundCompleted?.Invoke();
    }
}
