using Evenkeel.Vrrp.Addresses;
using Evenkeel.Vrrp.Router;

namespace Evenkeel.Vrrp.Worker;

/// <summary>`interface_up_down_delays`: a change of an interface counts when it has lasted.</summary>
public sealed partial class VrrpWorker
{
    private readonly Dictionary<NetworkInterface, WorkerTimer> _pendingChanges = [];
    private readonly Dictionary<NetworkInterface, bool> _countedUsable = [];

    /// <summary>Whether the interface counts as usable; the same as whether it is, unless its change has not lasted yet.</summary>
    private bool IsUsable(NetworkInterface candidate) => _countedUsable.TryGetValue(candidate, out var counted) ? counted : candidate.IsUsable;

    /// <returns>True when the change is to be looked at later: a timer will.</returns>
    private bool IsPutOff(NetworkInterface changed, bool wasUsable)
    {
        if (!_started || changed.IsUsable == wasUsable || DelayOf(changed) is not { } delayUs)
            return false;
        if (_pendingChanges.Remove(changed, out var pending))
            pending.Cancel();
        var counted = _countedUsable.TryGetValue(changed, out var earlier) ? earlier : wasUsable;
        if (changed.IsUsable == counted)
        {
            // It is as it was before the change that has not lasted.
            _countedUsable.Remove(changed);
            // What the kernel took away meanwhile is put back.
            return !changed.IsUsable;
        }
        if (delayUs == 0)
        {
            _countedUsable.Remove(changed);
            return false;
        }
        _countedUsable[changed] = counted;
        _pendingChanges[changed] = _loop.StartTimer(delayUs, () =>
        {
            _pendingChanges.Remove(changed);
            _countedUsable.Remove(changed);
            CountInterface(changed, counted);
        });
        return true;
    }

    private long? DelayOf(NetworkInterface changed)
    {
        foreach (var delay in _model.InterfaceDelays)
        {
            if (delay.Interface == changed.Name)
                return changed.IsUsable ? delay.UpDelayUs : delay.DownDelayUs;
        }
        return null;
    }

    private TrackerStatus StatusOf(NetworkInterface tracked) => IsUsable(tracked) ? TrackerStatus.Up : TrackerStatus.Down;
}
