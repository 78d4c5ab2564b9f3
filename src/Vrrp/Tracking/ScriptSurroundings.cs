using Evenkeel.Model.Vrrp;
using Evenkeel.Vrrp.Notify;
using Evenkeel.Vrrp.Router;

namespace Evenkeel.Vrrp.Tracking;

/// <summary>
/// All a worker has around it that runs programs: trackers before its decisions, notifiers after them. Given to a worker both as its trackers and as an
/// observer; dispose it when the worker's loop has ended.
/// </summary>
public sealed class ScriptSurroundings(IVrrpLog log, IProgramStarter? starter = null) : ITrackers, IVrrpObserver, IDisposable
{
    private readonly Trackers _trackers = new(log, starter);
    private readonly Notifier _notifier = new(log, starter);

    public void Start(KeepalivedModel model, IWorkerLoop loop, ITrackerSink sink)
    {
        _notifier.Start(model, loop);
        _trackers.Start(model, loop, sink);
    }

    public void Reload(KeepalivedModel model)
    {
        _notifier.Reload(model);
        _trackers.Reload(model);
    }

    public void Stop()
    {
        _trackers.Stop();
        _notifier.PrepareEnd();
    }

    public void InstanceChanged(VrrpInstanceModel instance, VrrpState state, TransitionReason reason, byte priority) =>
        _notifier.InstanceChanged(instance, state, reason, priority);

    public void GroupChanged(SyncGroupModel group, VrrpState state, TransitionReason reason) => _notifier.GroupChanged(group, state, reason);

    public void PriorityChanged(VrrpInstanceModel instance, VrrpState state, byte priority) => _notifier.PriorityChanged(instance, state, priority);

    public void MasterReceivedLowerPriority(VrrpInstanceModel instance, byte ownPriority) => _notifier.MasterReceivedLowerPriority(instance, ownPriority);

    public void StateRepeated(VrrpInstanceModel instance, VrrpState state, byte priority) => _notifier.StateRepeated(instance, state, priority);

    public void StateRepeated(SyncGroupModel group, VrrpState state) => _notifier.StateRepeated(group, state);

    public void Dispose() => _notifier.End();
}
