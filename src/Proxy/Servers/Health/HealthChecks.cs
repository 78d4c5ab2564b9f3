using Evenkeel.Proxy.Loop;

namespace Evenkeel.Proxy.Servers.Health;

/// <summary>All health checks of a configuration: one probe for each server with `check`, spread over the workers.</summary>
public sealed class HealthChecks
{
    /// <summary>The first probes of all servers start within this time at most, so that a node is soon known to be ready.</summary>
    private const int FirstRoundMs = 500;

    private readonly List<HealthProbe> _probes = [];
    private int _awaited;
    private volatile bool _isStopped;

    /// <param name="node">The name of this node, for `http-check send-state`.</param>
    public HealthChecks(ProxySet proxies, IReadOnlyList<Worker> workers, string node)
    {
        Node = node;
        SpreadPercent = proxies.Model.Global.SpreadChecksPercent;
        foreach (var backend in proxies.Backends)
        {
            if (backend.Model.Disabled) continue;
            CheckProgram? program = null;
            foreach (var server in backend.Servers)
            {
                if (!server.Health.IsConfigured || server.Tracked is not null) continue;
                program ??= CheckProgram.Of(backend.Model.Check);
                _probes.Add(new HealthProbe(server, program, workers[_probes.Count % workers.Count], this));
            }
        }

        _awaited = _probes.Count;
    }

    /// <summary>Every checked server has been probed once, or is in maintenance.</summary>
    public bool FirstRoundDone => Volatile.Read(ref _awaited) <= 0;

    /// <summary>Called once when <see cref="FirstRoundDone"/> becomes true, on the worker that finished last; not called when nothing is checked.</summary>
    public Action? FirstRoundCompleted { get; set; }

    internal string Node { get; }

    internal int SpreadPercent { get; }

    internal bool IsStopped => _isStopped;

    /// <summary>Starts the probes on their workers' loops. Once, from any thread.</summary>
    public void Start()
    {
        for (var i = 0; i < _probes.Count; i++)
        {
            var probe = _probes[i];
            var delayMs = (int)((long)FirstRoundMs * i / _probes.Count);
            probe.Worker.Loop.Post(new ActionTask(() => probe.Arm(delayMs)));
        }
    }

    /// <summary>No probe starts or reports any more: a process that is leaving must not speak about servers. Any thread.</summary>
    public void Stop() => _isStopped = true;

    internal void NoteFirstFinished()
    {
        if (Interlocked.Decrement(ref _awaited) == 0) FirstRoundCompleted?.Invoke();
    }
}
