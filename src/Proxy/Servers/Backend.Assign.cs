using Evenkeel.Proxy.Servers.Balance;

namespace Evenkeel.Proxy.Servers;

public enum Assignment
{
    /// <summary>The stream has a slot on the server.</summary>
    Assigned,

    /// <summary>The stream waits; its ticket will be granted, or it leaves at `timeout queue`.</summary>
    Queued,

    /// <summary>No server is up: 503, termination SC.</summary>
    NoServer,

    /// <summary>The server's queue is at its `maxqueue` and no other server may take the stream: 503, termination SQ.</summary>
    QueueFull,
}

public sealed partial class Backend
{
    /// <summary>The server balancing would give this stream, without taking a slot; null when none is usable or all are full.</summary>
    public Server? Select(IBalanceInput input) => _balancer.Pick(input);

    /// <summary>
    /// Finds a server and takes a slot on it, or puts the stream in a queue. Owner: the stream's worker.
    /// </summary>
    /// <param name="wanted">A server chosen beforehand (persistence, use-server, retry on the same one), or null to balance.</param>
    /// <param name="server">Set when <see cref="Assignment.Assigned"/>.</param>
    public Assignment Assign(IBalanceInput input, Server? wanted, out Server? server)
    {
        server = null;
        var picked = wanted ?? _balancer.Pick(input);
        if (picked is null) return EnqueueForAny(input, ref server);
        if (picked.TryTakeSlot())
        {
            server = picked;
            picked.Traffic[input.WorkerIndex].Counters.Selections++;
            Traffic[input.WorkerIndex].Counters.Selections++;
            return Assignment.Assigned;
        }

        if (!picked.Queue.TryAdd(input.Ticket, picked.Model.MaxQueue ?? 0)) return Assignment.QueueFull;
        // A slot may have been freed between our look and our joining; nobody else would wake us then.
        picked.WakeQueue();
        return Assignment.Queued;
    }

    private Assignment EnqueueForAny(IBalanceInput input, ref Server? server)
    {
        var set = _balancer.Set;
        if (set.Servers.Length == 0) return Assignment.NoServer;
        Queue.TryAdd(input.Ticket, 0);
        foreach (var each in set.Servers)
            if (input.Ticket.IsWaiting) each.WakeQueue();
        return Assignment.Queued;
    }
}
