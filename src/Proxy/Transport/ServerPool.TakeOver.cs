using Evenkeel.Model.Process;
using Evenkeel.Proxy.Loop;

namespace Evenkeel.Proxy.Transport;

/// <content>Idle connections that go from one worker to another (configuration.txt "tune.idle-pool.shared", "pool-low-conn").</content>
public sealed partial class ServerPool
{
    internal Worker Worker => _worker;

    /// <summary>The other worker of those that share with this one that seems to have the most idle connections; any thread.</summary>
    /// <returns>Null when nobody has one, or the server has fewer than `pool-low-conn`, which stay where they are.</returns>
    internal ServerPool? FindGiver()
    {
        if (_worker.IdleSharing == IdleSharing.None) return null;
        var idle = 0;
        ServerPool? richest = null;
        foreach (var pool in _server.Pools)
        {
            var count = pool.IdleCount;
            idle += count;
            if (count > (richest?.IdleCount ?? 0) && SharesWith(pool)) richest = pool;
        }

        return idle >= (_server.Model.PoolLowConnections ?? 0) ? richest : null;
    }

    /// <summary>The next worker that may have what <paramref name="tried"/> has not; null when all have been tried since <paramref name="first"/>.</summary>
    internal ServerPool? FindGiverAfter(ServerPool tried, ServerPool first)
    {
        var pools = _server.Pools;
        for (var i = (tried._worker.Index + 1) % pools.Length; i != first._worker.Index; i = (i + 1) % pools.Length)
            if (pools[i].IdleCount > 0 && SharesWith(pools[i])) return pools[i];
        return null;
    }

    private bool SharesWith(ServerPool other) => !ReferenceEquals(other, this)
        && (_worker.IdleSharing == IdleSharing.Process || _worker.Group == other._worker.Group);

    /// <summary>On the giver's loop: lets an idle connection go.</summary>
    /// <param name="taker">A closed connection object of the other worker, which becomes it.</param>
    internal bool TryGiveTo(Connection taker, bool onlyProven, ulong introduction)
    {
        while (TakeIdle(onlyProven, introduction) is { } connection)
        {
            connection.Uses--;
            if (IsSilent(connection))
            {
                connection.MoveTo(taker);
                return true;
            }

            connection.Close();
        }

        return false;
    }

    /// <summary>On the taker's loop: keeps what another worker gave, to be taken from here at once.</summary>
    internal void Receive(Connection connection)
    {
        connection.Pool = this;
        if (connection.Arrive().IsOk && Fits(connection)) Keep(connection);
        else connection.Close();
    }
}
