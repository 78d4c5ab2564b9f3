using Evenkeel.Model.Vrrp;

namespace Evenkeel.Vrrp.Tracking;

/// <summary>Scripts, files and processes that instances and groups follow. Only what somebody follows is run or watched, as in the original.</summary>
/// <param name="log">The daemon's log.</param>
/// <param name="starter">Null for the real one.</param>
public sealed class Trackers(IVrrpLog log, IProgramStarter? starter = null) : ITrackers
{
    private readonly List<ScriptTracker> _scripts = [];
    private IWorkerLoop? _loop;
    private ITrackerSink? _sink;
    private FileTrackers? _files;
    private ProcessTrackers? _processes;

    public void Start(KeepalivedModel model, IWorkerLoop loop, ITrackerSink sink)
    {
        (_loop, _sink) = (loop, sink);
        _files = new FileTrackers(loop, sink, log);
        _processes = new ProcessTrackers(loop, sink, log);
        Follow(model);
    }

    public void Reload(KeepalivedModel model) => Follow(model);

    public void Stop()
    {
        foreach (var script in _scripts) script.Stop();
        _scripts.Clear();
        _files?.Stop();
        _processes?.Stop();
    }

    private void Follow(KeepalivedModel model)
    {
        var wanted = Wanted(model, i => i.TrackScripts, g => g.TrackScripts);
        var scripts = model.Scripts.Where(s => wanted.Contains(s.Name)).ToList();
        foreach (var old in _scripts.ToList())
        {
            if (scripts.RemoveAll(s => IsSame(s, old.Model)) > 0) continue;
            old.Stop();
            _scripts.Remove(old);
        }
        var runner = starter ?? new ProgramStarter(model.Global.SetSupplementaryGroups);
        foreach (var script in scripts)
        {
            var tracker = new ScriptTracker(script, _loop!, runner, _sink!, log);
            _scripts.Add(tracker);
            tracker.Start();
        }
        var files = Wanted(model, i => i.TrackFiles, g => g.TrackFiles);
        _files!.Start([.. model.TrackFiles.Where(f => files.Contains(f.Name))]);
        var processes = Wanted(model, i => i.TrackProcesses, g => g.TrackProcesses);
        _processes!.Start([.. model.TrackProcesses.Where(p => processes.Contains(p.Name))]);
    }

    private static HashSet<string> Wanted(KeepalivedModel model, Func<VrrpInstanceModel, IEnumerable<TrackedItemModel>> ofInstance,
        Func<SyncGroupModel, IEnumerable<TrackedItemModel>> ofGroup) =>
        model.Instances.SelectMany(ofInstance).Concat(model.SyncGroups.SelectMany(ofGroup)).Select(t => t.Name).ToHashSet(StringComparer.Ordinal);

    /// <summary>Weight is the followers' matter and may change without a new run.</summary>
    private static bool IsSame(VrrpScriptModel a, VrrpScriptModel b) =>
        a.Name == b.Name && a.Command.Words.SequenceEqual(b.Command.Words) && a.Command.User == b.Command.User && a.IntervalMs == b.IntervalMs
        && a.TimeoutMs == b.TimeoutMs && a.Rise == b.Rise && a.Fall == b.Fall && a.InitFail == b.InitFail;
}
