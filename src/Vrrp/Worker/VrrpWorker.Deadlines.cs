using Evenkeel.Vrrp.Addresses;

namespace Evenkeel.Vrrp.Worker;

/// <summary>When which router and which announcement queue is due. A router waits in the queue at most once too early, never too late.</summary>
public sealed partial class VrrpWorker
{
    private readonly Dictionary<NetworkInterface, AnnouncementQueue> _announcements = [];

    private long NextDeadline()
    {
        var next = _deadlines.TryPeek(out _, out var due) ? due : long.MaxValue;
        foreach (var queue in _announcements.Values)
            next = Math.Min(next, queue.NextDueUs);
        return Math.Min(next, _bfd.NextDueUs);
    }

    private void RunDeadlines()
    {
        var nowUs = _loop.NowUs;
        while (_deadlines.TryPeek(out var host, out var due) && due <= nowUs)
        {
            _deadlines.Dequeue();
            // A host that meanwhile asked for an earlier time left this entry behind.
            if (host.QueuedUs != due)
                continue;
            host.QueuedUs = long.MaxValue;
            if (host.Router.NextDeadlineUs <= nowUs)
            {
                _effects.Clear();
                host.Router.OnTimer(nowUs, _effects);
                var movedGroup = host.Router.Group is not null && _effects.Count > 1;
                RunEffects();
                if (movedGroup)
                    RescheduleAll();
            }
            Reschedule(host);
        }
        _bfd.Run(nowUs);
        foreach (var queue in _announcements.Values)
        {
            if (queue.NextDueUs <= nowUs)
                queue.Send(nowUs);
        }
        if (_stopping)
            EndWhenAllHaveLeft();
    }

    /// <summary>Cost: nothing when the deadline moved to later, which is what every advertisement heard does to a backup.</summary>
    private void Reschedule(RouterHost host)
    {
        var next = host.Router.NextDeadlineUs;
        if (next >= host.QueuedUs)
            return;
        host.QueuedUs = next;
        _deadlines.Enqueue(host, next);
    }

    private void RescheduleAll()
    {
        foreach (var host in _hosts)
            Reschedule(host);
        foreach (var host in _leaving)
            Reschedule(host);
    }
}
