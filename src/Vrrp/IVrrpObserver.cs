using Evenkeel.Model.Vrrp;
using Evenkeel.Vrrp.Router;

namespace Evenkeel.Vrrp;

/// <summary>Who must be told what the routers did: notify scripts and FIFOs, the daemon. Called on the worker's thread, after addresses and
/// announcements have been seen to.</summary>
public interface IVrrpObserver
{
    /// <param name="instance">The instance as configured now.</param>
    /// <param name="state">The new state; Init means that it was stopped.</param>
    /// <param name="reason">Stopping or Reloaded (the instance was deleted) tell the two ends apart.</param>
    /// <param name="priority">The effective priority.</param>
    void InstanceChanged(VrrpInstanceModel instance, VrrpState state, TransitionReason reason, byte priority);

    void GroupChanged(SyncGroupModel group, VrrpState state, TransitionReason reason);

    void PriorityChanged(VrrpInstanceModel instance, VrrpState state, byte priority);

    void MasterReceivedLowerPriority(VrrpInstanceModel instance, byte ownPriority);

    /// <summary>Nothing changed; the state is said once more after a reload.</summary>
    void StateRepeated(VrrpInstanceModel instance, VrrpState state, byte priority) { }

    void StateRepeated(SyncGroupModel group, VrrpState state) { }
}

/// <summary>What watches scripts, files and processes. Started with the worker, reports to the sink on the worker's thread.</summary>
public interface ITrackers
{
    void Start(KeepalivedModel model, IWorkerLoop loop, ITrackerSink sink);

    /// <summary>Takes the new list; what stays keeps its result and is not run anew.</summary>
    void Reload(KeepalivedModel model);

    void Stop();
}
