using Evenkeel.Linux;
using Evenkeel.Model.Vrrp;
using Evenkeel.Vrrp.Tracking;

namespace Evenkeel.Vrrp.Notify;

/// <summary>The scripts of one event, started together in this order.</summary>
internal readonly record struct ScriptJob(IReadOnlyList<(CommandModel Command, IReadOnlyList<string> Arguments)> Scripts);

/// <summary>
/// The notify scripts of one instance or group, one event after the other: the scripts of the next event start when those of the last have ended.
/// </summary>
/// <remarks>
/// Differs from Keepalived: there all scripts run side by side, and the one of an older state may have the last word. A script that takes longer than
/// <see cref="PatienceUs"/> no longer holds the next event up. Limit: <see cref="MostWaiting"/> events wait; the oldest is dropped then.
/// </remarks>
internal sealed class ScriptQueue(string name, IWorkerLoop loop, IProgramStarter starter, IVrrpLog log)
{
    public const long PatienceUs = 10_000_000;
    public const int MostWaiting = 100;

    private readonly Queue<ScriptJob> _waiting = new();
    private readonly HashSet<IRunningProgram> _holding = [];
    private WorkerTimer? _patience;

    public void Add(ScriptJob job)
    {
        if (_waiting.Count >= MostWaiting)
        {
            _waiting.Dequeue();
            log.Write(VrrpLogLevel.Warning, $"({name}) more than {MostWaiting} events wait for their notify scripts; the oldest is dropped");
        }
        _waiting.Enqueue(job);
        StartNext();
    }

    /// <summary>Starts all that waits at once, in order: the daemon is about to end and the last word must get out.</summary>
    public void Flush()
    {
        _patience?.Cancel();
        while (_waiting.TryDequeue(out var job)) Start(job);
    }

    private void StartNext()
    {
        while (_holding.Count == 0 && _waiting.TryDequeue(out var job))
        {
            Start(job);
            if (_holding.Count == 0) continue;
            _patience?.Cancel();
            _patience = loop.StartTimer(PatienceUs, GiveUpWaiting);
        }
    }

    private void Start(ScriptJob job)
    {
        foreach (var (command, arguments) in job.Scripts)
        {
            var started = starter.Start(command, arguments, out var program);
            if (program == null)
            {
                log.Write(VrrpLogLevel.Warning, $"({name}) couldn't run notify script {command.Words[0]}: {ErrnoText.Of(started.Errno)}");
                continue;
            }
            _holding.Add(program);
            loop.Watch(program.Descriptor, () => Ended(program));
        }
    }

    private void Ended(IRunningProgram program)
    {
        if (!program.TryReap(out _)) return;
        loop.Unwatch(program.Descriptor);
        program.Dispose();
        if (!_holding.Remove(program) || _holding.Count > 0) return;
        _patience?.Cancel();
        StartNext();
    }

    /// <summary>Those that still run are reaped when they end, but nothing waits for them any more.</summary>
    private void GiveUpWaiting()
    {
        log.Write(VrrpLogLevel.Warning, $"({name}) a notify script has been running for {PatienceUs / 1_000_000} s; the next event does not wait for it");
        _holding.Clear();
        StartNext();
    }
}
