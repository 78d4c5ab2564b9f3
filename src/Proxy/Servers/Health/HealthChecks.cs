using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Loop;
using Evenkeel.Proxy.Rules;
using Evenkeel.Proxy.Samples;

namespace Evenkeel.Proxy.Servers.Health;

/// <summary>All health checks of a configuration: one probe for each server with `check` or `agent-check`, spread over the workers.</summary>
public sealed class HealthChecks
{
    /// <summary>Where somebody waits for them, the first probes of all servers start within this time, so that a node is soon known to be ready.</summary>
    private const int FirstRoundMs = 500;

    private readonly Dictionary<(Server Server, bool IsAgent), HealthProbe> _probes = [];
    private readonly Lock _changing = new();
    private readonly IReadOnlyList<Worker> _workers;
    private readonly WorkerLoad[] _loads;
    private volatile Settings _settings;
    private int _made;
    private int _awaited;
    private volatile bool _isStopped;

    /// <param name="node">The name of this node, for `http-check send-state`.</param>
    public HealthChecks(ProxySet proxies, IReadOnlyList<Worker> workers, RuleBinder binder, string node)
    {
        _workers = workers;
        _settings = new Settings(proxies, binder, node);
        _loads = new WorkerLoad[workers.Count];
        for (var i = 0; i < _loads.Length; i++) _loads[i] = new WorkerLoad();
        foreach (var (purpose, program) in Wanted(proxies)) _probes[KeyOf(purpose)] = NewProbe(purpose, program);
        _awaited = _probes.Values.Count(probe => probe.IsAwaited);
    }

    /// <summary>Every checked server has been probed once, or is in maintenance.</summary>
    public bool FirstRoundDone => Volatile.Read(ref _awaited) <= 0;

    /// <summary>Called once when <see cref="FirstRoundDone"/> becomes true, on the worker that finished last; not called when nothing is checked.</summary>
    public Action? FirstRoundCompleted { get; set; }

    internal string Node => _settings.Node;

    internal int SpreadPercent => _settings.Global.SpreadChecksPercent;

    /// <summary>`external-check preserve-env`.</summary>
    internal bool KeepsEnvironment => _settings.Global.ExternalChecksKeepEnvironment;

    internal int MaxHeaders => _settings.Global.MaxHeaders;

    internal bool IsStopped => _isStopped;

    internal SampleContext Contexts(int worker) => _settings.Binder.Context(worker);

    /// <summary>
    /// Starts the probes on their workers' loops, spread over the shortest interval of all (configuration.txt "max-spread-checks"). Once, from any thread.
    /// </summary>
    /// <param name="isAwaited">Somebody waits for <see cref="FirstRoundDone"/>.</param>
    public void Start(bool isAwaited = false)
    {
        var withinMs = isAwaited ? FirstRoundMs : int.MaxValue;
        foreach (var probe in _probes.Values) withinMs = Math.Min(withinMs, probe.IntervalMs);
        withinMs = Math.Min(withinMs, _settings.Global.MaxSpreadChecksMs ?? withinMs);
        var i = 0;
        foreach (var probe in _probes.Values)
        {
            var delayMs = (int)((long)withinMs * i++ / _probes.Count);
            probe.Worker.Loop.Post(new ActionTask(() => probe.Arm(delayMs)));
        }
    }

    /// <summary>Another configuration is in force: servers that live on keep their rhythm and what is known of them. The thread of <see cref="Start"/>.
    /// </summary>
    public void Adopt(ProxySet proxies, RuleBinder binder, string node)
    {
        _settings = new Settings(proxies, binder, node);
        lock (_changing) Exchange(proxies);
    }

    private void Exchange(ProxySet proxies)
    {
        var unwanted = _probes.Keys.ToHashSet();
        foreach (var (purpose, program) in Wanted(proxies))
        {
            var key = KeyOf(purpose);
            if (unwanted.Remove(key))
            {
                _probes[key].Adopt(purpose, program);
                continue;
            }

            var probe = _probes[key] = NewProbe(purpose, program);
            probe.IsAwaited = false;
            probe.Worker.Loop.Post(new ActionTask(() => probe.Arm(0)));
        }

        foreach (var key in unwanted)
        {
            _probes[key].Retire();
            _probes.Remove(key);
        }
    }

    /// <summary>No probe starts or reports any more: a process that is leaving must not speak about servers. Any thread.</summary>
    public void Stop() => _isStopped = true;

    /// <summary>Probes a server that was added while running; they begin when its check is enabled. Any thread.</summary>
    public void Add(Server server)
    {
        if (_isStopped) return;
        lock (_changing)
        {
            foreach (var (purpose, program) in WantedFor(server, [], _settings.Binder.Samples))
            {
                var probe = _probes[KeyOf(purpose)] = NewProbe(purpose, program);
                probe.IsAwaited = false;
                probe.Worker.Loop.Post(new ActionTask(() => probe.Arm(0)));
            }
        }
    }

    /// <summary>No probe of this server starts or reports any more. Any thread.</summary>
    public void Remove(Server server)
    {
        lock (_changing)
        {
            if (_probes.Remove((server, false), out var check)) check.Retire();
            if (_probes.Remove((server, true), out var agent)) agent.Retire();
        }
    }

    /// <summary>Counts a probe that begins; false has it wait until others of its worker have finished (`tune.max-checks-per-thread`).</summary>
    internal bool MayStart(HealthProbe probe)
    {
        var (load, most) = (_loads[probe.Worker.Index], _settings.Global.MaxChecksPerThread);
        if (most > 0 && load.Running >= most)
        {
            load.Waiting.Enqueue(probe);
            return false;
        }
        load.Running++;
        return true;
    }

    internal void NoteFinished(Worker worker)
    {
        var load = _loads[worker.Index];
        load.Running--;
        if (load.Waiting.TryDequeue(out var next)) next.BeginAfterWait();
    }

    internal void NoteFirstFinished()
    {
        if (Interlocked.Decrement(ref _awaited) == 0) FirstRoundCompleted?.Invoke();
    }

    private static (Server, bool) KeyOf(ProbePurpose purpose) => (purpose.Server, purpose is AgentPurpose);

    private IEnumerable<(ProbePurpose Purpose, CheckProgram Program)> Wanted(ProxySet proxies)
    {
        var binder = _settings.Binder.Samples;
        var programs = new Dictionary<HealthCheckModel, CheckProgram>(ReferenceEqualityComparer.Instance);
        foreach (var backend in proxies.Backends)
        {
            if (backend.Model.Disabled) continue;
            foreach (var server in backend.Servers)
            {
                if (server is { Health.IsConfigured: false, Agent.IsConfigured: false }) continue;
                foreach (var wanted in WantedFor(server, programs, binder)) yield return wanted;
            }
        }
    }

    private static IEnumerable<(ProbePurpose Purpose, CheckProgram Program)> WantedFor(Server server, Dictionary<HealthCheckModel, CheckProgram> programs,
        Binder binder)
    {
        if (server.Health.IsConfigured && server.Tracked is null) yield return (new CheckPurpose(server), ProgramOf(server, programs, binder));
        if (!server.Agent.IsConfigured) yield break;
        var agent = new AgentPurpose(server);
        yield return (agent, CheckProgram.OfAgent(server.AgentQuestion, agent.Read));
    }

    /// <summary>One program serves all servers that are checked alike.</summary>
    private static CheckProgram ProgramOf(Server server, Dictionary<HealthCheckModel, CheckProgram> programs, Binder binder)
    {
        if ((server.Model.HealthCheck ?? server.Backend.Model.Check) is not { } model) return CheckProgram.Of(null, binder);
        if (programs.TryGetValue(model, out var known)) return known;
        return programs[model] = CheckProgram.Of(model, binder);
    }

    private HealthProbe NewProbe(ProbePurpose purpose, CheckProgram program) => new(purpose, program, _workers[_made++ % _workers.Count], this);

    /// <summary>What a configuration says of all checks; replaced as a whole.</summary>
    private sealed class Settings(ProxySet proxies, RuleBinder binder, string node)
    {
        public Model.Process.GlobalModel Global { get; } = proxies.Model.Global;

        public RuleBinder Binder { get; } = binder;

        public string Node { get; } = node;
    }

    /// <summary>Probes of one worker that run, and those that wait for them. Owner: the worker.</summary>
    private sealed class WorkerLoad
    {
        public int Running;

        public Queue<HealthProbe> Waiting { get; } = [];
    }
}
