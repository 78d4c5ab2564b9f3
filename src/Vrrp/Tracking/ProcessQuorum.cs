using Evenkeel.Model.Vrrp;
using Evenkeel.Vrrp.Router;

namespace Evenkeel.Vrrp.Tracking;

/// <summary>
/// One `vrrp_track_process`: how many of its processes run -> up or down, after the delays the operator set. Pure but for the time it is told.
/// </summary>
public sealed class ProcessQuorum(TrackProcessModel model)
{
    private long _changeDueUs = long.MaxValue;
    private TrackerStatus _coming;

    public TrackProcessModel Model => model;

    public HashSet<int> Members { get; } = [];

    public TrackerStatus Status { get; private set; }

    /// <summary>When <see cref="Elapsed"/> wants to be called; long.MaxValue for never.</summary>
    public long DueUs => _changeDueUs;

    private TrackerStatus Wanted => Members.Count >= model.Quorum && Members.Count <= (model.QuorumMax ?? int.MaxValue)
        || (model.QuorumMax == 0 && Members.Count == 0) ? TrackerStatus.Up : TrackerStatus.Down;

    /// <summary>The members changed. True when the status did.</summary>
    public bool Counted(long nowUs)
    {
        var wanted = Wanted;
        if (Status == TrackerStatus.Unknown)
        {
            Status = wanted;
            return true;
        }
        if (wanted == Status)
        {
            // Back before the delay was over: nothing happened.
            _changeDueUs = long.MaxValue;
            return false;
        }
        if (_changeDueUs != long.MaxValue && _coming == wanted) return false;
        int delayMs = wanted == TrackerStatus.Up ? model.ForkDelayMs : model.TerminateDelayMs;
        _coming = wanted;
        _changeDueUs = nowUs + delayMs * 1_000L;
        return Elapsed(nowUs);
    }

    /// <summary>Time went by. True when a delayed change took place.</summary>
    public bool Elapsed(long nowUs)
    {
        if (nowUs < _changeDueUs) return false;
        _changeDueUs = long.MaxValue;
        Status = _coming;
        return true;
    }
}
