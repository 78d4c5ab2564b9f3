using Evenkeel.Model.Vrrp;
using Evenkeel.Vrrp.Router;
using Evenkeel.Vrrp.Tracking;

namespace Evenkeel.Vrrp.Notify;

/// <summary>
/// Tells scripts and FIFOs what the routers did: router -> effects -> <b>Notifier</b> -> the event's own script, the generic `notify`, FIFOs, in this order
/// (as the original's). Owner: the worker's thread.
/// </summary>
/// <param name="log">The daemon's log.</param>
/// <param name="starter">Null for the real one.</param>
public sealed class Notifier(IVrrpLog log, IProgramStarter? starter = null) : IVrrpObserver
{
    private readonly Dictionary<(bool IsGroup, string Name), ScriptQueue> _queues = [];
    private readonly List<NotifyFifo> _fifos = [];
    private IWorkerLoop? _loop;
    private IProgramStarter? _starter;
    private GlobalDefinitionsModel _global = new();
    private bool _ending;

    public void Start(KeepalivedModel model, IWorkerLoop loop)
    {
        _loop = loop;
        Reload(model);
    }

    /// <summary>FIFOs whose paths stay are kept open: their reader would lose its place.</summary>
    public void Reload(KeepalivedModel model)
    {
        var previous = _global;
        _global = model.Global;
        _starter = starter ?? new ProgramStarter(model.Global.SetSupplementaryGroups);
        if (_fifos.Count > 0 && previous.NotifyFifo == _global.NotifyFifo && previous.VrrpNotifyFifo == _global.VrrpNotifyFifo) return;
        CloseFifos();
        OpenFifo(_global.NotifyFifo, _global.NotifyFifoOwner, _global.NotifyFifoScript);
        OpenFifo(_global.VrrpNotifyFifo, _global.VrrpNotifyFifoOwner, _global.VrrpNotifyFifoScript);
    }

    /// <summary>The routers are about to stop: what they still say is started at once, without waiting for older scripts.</summary>
    public void PrepareEnd()
    {
        _ending = true;
        foreach (var queue in _queues.Values) queue.Flush();
    }

    /// <summary>After the last word: FIFOs are closed, and removed when they were made here. Scripts that still run are left to end by themselves.</summary>
    public void End() => CloseFifos();

    public void InstanceChanged(VrrpInstanceModel instance, VrrpState state, TransitionReason reason, byte priority)
    {
        if (NotifyEvent.WordFor(state, reason, instance.Notify.SaysDeleted) is { } word)
            Tell(new NotifyEvent(false, instance.Name, word, priority), instance.Notify, generic: true);
    }

    public void GroupChanged(SyncGroupModel group, VrrpState state, TransitionReason reason)
    {
        if (NotifyEvent.WordFor(state, reason, saysDeleted: false) is { } word) Tell(new NotifyEvent(true, group.Name, word, 0), group.Notify, generic: true);
    }

    public void PriorityChanged(VrrpInstanceModel instance, VrrpState state, byte priority)
    {
        if (!instance.NotifyPriorityChanges && !_global.NotifyPriorityChanges) return;
        string? word = state switch { VrrpState.Master => "MASTER_PRIORITY", VrrpState.Backup => "BACKUP_PRIORITY", _ => null };
        if (word != null) WriteFifos(new NotifyEvent(false, instance.Name, word, priority));
    }

    /// <summary>Told to its own script and the FIFOs; the generic script only hears of states.</summary>
    public void MasterReceivedLowerPriority(VrrpInstanceModel instance, byte ownPriority) =>
        Tell(new NotifyEvent(false, instance.Name, "MASTER_RX_LOWER_PRI", ownPriority), instance.Notify, generic: false);

    public void StateRepeated(VrrpInstanceModel instance, VrrpState state, byte priority)
    {
        if (NotifyEvent.WordFor(state, TransitionReason.Started, saysDeleted: false) is { } word)
            WriteFifos(new NotifyEvent(false, instance.Name, word, priority));
    }

    public void StateRepeated(SyncGroupModel group, VrrpState state)
    {
        if (NotifyEvent.WordFor(state, TransitionReason.Started, saysDeleted: false) is { } word)
            WriteFifos(new NotifyEvent(true, group.Name, word, 0));
    }

    private void Tell(NotifyEvent what, NotifyModel notify, bool generic)
    {
        var scripts = new List<(CommandModel, IReadOnlyList<string>)>(2);
        if (NotifyEvent.SpecificScript(notify, what.State) is { } own) scripts.Add((own, []));
        if (generic && notify.Any is { } any) scripts.Add((any, what.Arguments));
        if (scripts.Count > 0 && _loop != null)
        {
            var queue = QueueFor(what.IsGroup, what.Name);
            queue.Add(new ScriptJob(scripts));
            if (_ending) queue.Flush();
        }
        WriteFifos(what);
    }

    private ScriptQueue QueueFor(bool isGroup, string name)
    {
        if (_queues.TryGetValue((isGroup, name), out var queue)) return queue;
        return _queues[(isGroup, name)] = new ScriptQueue(name, _loop!, _starter!, log);
    }

    private void WriteFifos(NotifyEvent what)
    {
        foreach (var fifo in _fifos) fifo.Write(what.FifoLine);
    }

    private void OpenFifo(string? path, ScriptUser? owner, CommandModel? script)
    {
        if (path == null || NotifyFifo.Open(path, owner, _loop!, log) is not { } fifo) return;
        _fifos.Add(fifo);
        if (script != null) fifo.StartReader(script, _starter!);
    }

    private void CloseFifos()
    {
        foreach (var fifo in _fifos) fifo.Dispose();
        _fifos.Clear();
    }
}
