using Evenkeel.Linux.Processes;
using Evenkeel.Model.Vrrp;

namespace Evenkeel.Vrrp.Tracking;

/// <summary>
/// All `vrrp_track_process`es of one configuration: the kernel's process events where there are any, else /proc read every second.
/// </summary>
/// <remarks>
/// Differs from Keepalived: where the kernel has no process events (containers, other namespaces) the original does not notice changes at all; here polling
/// does, within <see cref="PollUs"/>.
/// </remarks>
public sealed class ProcessTrackers(IWorkerLoop loop, ITrackerSink sink, IVrrpLog log)
{
    /// <summary>How often /proc is read without events.</summary>
    public const long PollUs = 1_000_000;

    private readonly List<ProcessQuorum> _quorums = [];
    private ProcessEvents? _events;
    private WorkerTimer? _poll;
    private WorkerTimer? _delay;
    private bool _needsArguments;

    public void Start(IReadOnlyList<TrackProcessModel> processes)
    {
        Stop();
        if (processes.Count == 0) return;
        foreach (var model in processes) _quorums.Add(new ProcessQuorum(model));
        _needsArguments = processes.Any(ProcessMatch.NeedsArguments);
        _events = ProcessEvents.Open(out var opened);
        if (_events != null)
        {
            loop.Watch(_events.Descriptor, ReadEvents);
        }
        else
        {
            log.Write(VrrpLogLevel.Info, $"No process events here ({opened.Errno}): /proc is read every {PollUs / 1_000_000} s for track_process");
            _poll = loop.StartTimer(PollUs, Poll);
        }
        ReadAll();
    }

    public void Stop()
    {
        _quorums.Clear();
        _poll?.Cancel();
        _delay?.Cancel();
        if (_events == null) return;
        loop.Unwatch(_events.Descriptor);
        _events.Dispose();
        _events = null;
    }

    private void Poll()
    {
        _poll = loop.StartTimer(PollUs, Poll);
        ReadAll();
    }

    private void ReadAll()
    {
        foreach (var quorum in _quorums) quorum.Members.Clear();
        foreach (var process in ProcessTable.Read(_needsArguments))
        {
            foreach (var quorum in _quorums)
                if (ProcessMatch.Is(quorum.Model, process)) quorum.Members.Add(process.Pid);
        }
        CountAll();
    }

    private void ReadEvents()
    {
        if (_events != null && !_events.Read(Happened)) ReadAll();
        else CountAll();
    }

    private void Happened(ProcessEvent what, int pid)
    {
        // What forks runs its parent's program until it executes another: it is looked at like any.
        var process = what == ProcessEvent.Exited ? null : ProcessTable.ReadOne(pid, _needsArguments);
        foreach (var quorum in _quorums)
        {
            if (process is { } running && ProcessMatch.Is(quorum.Model, running)) quorum.Members.Add(pid);
            else quorum.Members.Remove(pid);
        }
    }

    private void CountAll()
    {
        foreach (var quorum in _quorums)
            if (quorum.Counted(loop.NowUs)) Say(quorum);
        ArmDelay();
    }

    private void DelayElapsed()
    {
        foreach (var quorum in _quorums)
            if (quorum.Elapsed(loop.NowUs)) Say(quorum);
        ArmDelay();
    }

    private void ArmDelay()
    {
        _delay?.Cancel();
        long due = long.MaxValue;
        foreach (var quorum in _quorums) due = Math.Min(due, quorum.DueUs);
        if (due != long.MaxValue) _delay = loop.StartTimer(Math.Max(0, due - loop.NowUs), DelayElapsed);
    }

    private void Say(ProcessQuorum quorum)
    {
        log.Write(VrrpLogLevel.Info, $"Quorum {(quorum.Status == Router.TrackerStatus.Up ? "gained" : "lost")} for track process {quorum.Model.Name}");
        sink.TrackerChanged(TrackerKind.Process, quorum.Model.Name, quorum.Status);
    }
}
