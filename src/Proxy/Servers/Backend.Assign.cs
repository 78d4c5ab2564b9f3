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
    /// <summary>Picks that may be lost to other workers before the stream queues with everyone else.</summary>
    private const int MaxPicks = 4;

    private long _arrivals;

    /// <summary>The server balancing would give this stream, without taking a slot; null when none is usable or all are full.</summary>
    public Server? Select(IBalanceInput input) => _balancer.Pick(input);

    /// <summary>
    /// Finds a server and takes a slot on it, or puts the stream in a queue. Owner: the stream's worker.
    /// </summary>
    /// <param name="wanted">A server chosen beforehand (persistence, use-server), left alone while it is down; null to balance.</param>
    /// <param name="server">Set when <see cref="Assignment.Assigned"/>.</param>
    /// <param name="takesDownServer"><paramref name="wanted"/> is used even while it is down.</param>
    public Assignment Assign(IBalanceInput input, Server? wanted, out Server? server, bool takesDownServer = false)
    {
        if (wanted is not null && (wanted.IsUp || takesDownServer))
        {
            var result = TakeOrWait(input, wanted, out server, isChoice: false);
            // configuration.txt 5.2 "maxqueue": who finds the queue full goes to another server.
            if (result != Assignment.QueueFull) return result;
        }

        for (var attempt = 0; attempt < MaxPicks; attempt++)
        {
            var balancer = _balancer;
            if (balancer.Pick(input) is not { } picked) break;
            if (balancer.StaysWithPick) return TakeOrWait(input, picked, out server);
            if (TryTake(input, picked, out server)) return Assignment.Assigned;
            // Another worker took the last slot since we looked.
        }

        server = null;
        return EnqueueForAny(input);
    }

    /// <summary>Takes a place at a server that is preferred, or in its queue, where no algorithm names another.</summary>
    /// <param name="mostQueued">`max-keep-alive-queue`: with as many waiting there the preference ends; -1 is no limit.</param>
    public bool TryAssign(IBalanceInput input, Server preferred, int mostQueued, out Assignment result, out Server? server)
    {
        (result, server) = (Assignment.NoServer, null);
        if (!preferred.IsUp || _balancer.StaysWithPick) return false;
        if (mostQueued >= 0 && preferred.Queue.Length.Current >= mostQueued)
        {
            result = Assignment.Assigned;
            return TryTake(input, preferred, out server);
        }

        result = TakeOrWait(input, preferred, out server);
        return result != Assignment.QueueFull;
    }

    private Assignment TakeOrWait(IBalanceInput input, Server picked, out Server? server, bool isChoice = true)
    {
        if (TryTake(input, picked, out server, isChoice)) return Assignment.Assigned;
        if (!picked.Queue.TryAdd(input.Ticket, picked.Model.MaxQueue ?? 0, NextArrival())) return Assignment.QueueFull;
        // A slot may have been freed between our look and our joining; nobody else would wake us then.
        picked.WakeQueue();
        return Assignment.Queued;
    }

    /// <param name="isChoice">It was balanced, not sent there by a cookie or a rule: only that is counted.</param>
    private bool TryTake(IBalanceInput input, Server picked, out Server? server, bool isChoice = true)
    {
        server = picked.TryTakeSlot() ? picked : null;
        if (server is null) return false;
        if (isChoice) CountSelection(input.WorkerIndex, picked);
        return true;
    }

    /// <summary>Counts that a server was chosen [lbtot]; the engine calls it for streams that got theirs from a queue.</summary>
    public void CountSelection(int worker, Server server)
    {
        server.Traffic[worker].Counters.Selections++;
        Traffic[worker].Counters.Selections++;
    }

    private Assignment EnqueueForAny(IBalanceInput input)
    {
        var set = _balancer.Set;
        if (set.Servers.Length == 0) return Assignment.NoServer;
        Queue.TryAdd(input.Ticket, 0, NextArrival());
        foreach (var each in set.Servers)
            if (input.Ticket.IsWaiting) each.WakeQueue();
        return Assignment.Queued;
    }

    private long NextArrival() => Interlocked.Increment(ref _arrivals);
}
