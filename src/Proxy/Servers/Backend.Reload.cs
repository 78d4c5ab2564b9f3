using Evenkeel.Proxy.Servers.Balance;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Proxy.Servers;

/// <remarks>Changes to the servers of a living backend. All of it under the change lock; streams notice at their next choice of a server.</remarks>
public sealed partial class Backend
{
    /// <summary>
    /// Takes another configuration into use: servers that keep their names live on, those it no longer has are removed and end with the streams they have.
    /// </summary>
    /// <param name="removed">Gets the servers it no longer has.</param>
    /// <param name="renewed">Gets the servers to which connections begin in another way: idle ones are of no use.</param>
    internal void Adopt(BackendSetup next, ICollection<Server> removed, ICollection<Server> renewed, long nowMs)
    {
        var before = _setup;
        if (ReferenceEquals(before, next)) return;
        if (before.Model.IsUnpublished != next.Model.IsUnpublished) IsPublished = !next.Model.IsUnpublished;
        var (wasUp, old) = (IsUp, _servers);
        _setup = next;
        // Nobody looks further back than one.
        before.Predecessor = null;
        IsDynamic = false;
        if (before.Model.FullConnections != next.Model.FullConnections || next.Model.FullConnections is null) FullConnections = next.FullConnections;
        if (before.Model.Persistence.DynamicCookieKey != next.Model.Persistence.DynamicCookieKey)
            _dynamicCookieKey = next.Model.Persistence.DynamicCookieKey;
        if (before.Model.Persistence.Cookie != next.Model.Persistence.Cookie)
            _usesDynamicCookies = next.Model.Persistence.Cookie is { IsDynamic: true };
        _servers = [.. next.Servers.Select(setup => setup.Server)];
        var rebuilds = old.Length != _servers.Length || !SharesAlike(before.Model, next.Model);
        for (var i = 0; i < _servers.Length; i++)
        {
            var (server, setup) = (_servers[i], next.Servers[i]);
            var weight = (server.UserWeight, server.Model.Backup, ConsistentHash.FirstPoint(server));
            rebuilds |= i >= old.Length || !ReferenceEquals(old[i], server);
            if (ReferenceEquals(server.Setup, setup) && !server.IsDynamic) server.BeginAt(nowMs);
            if (!server.Adopt(setup, i, nowMs)) renewed.Add(server);
            rebuilds |= weight != (server.UserWeight, server.Model.Backup, ConsistentHash.FirstPoint(server));
        }
        foreach (var server in old)
        {
            if (Array.IndexOf(_servers, server) >= 0) continue;
            server.Remove();
            removed.Add(server);
        }
        if (rebuilds) RebuildBalancer();
        NoteState(wasUp, nowMs);
        foreach (var server in _servers) server.WakeQueue();
    }

    /// <summary>No configuration has it any more. Its servers go on for the streams that are in it.</summary>
    internal void Remove() => IsRemoved = true;

    /// <summary>A server added while running: from here on it is seen and, once it is enabled, gets traffic. Any thread.</summary>
    internal void Add(Server server)
    {
        lock (ChangeLock)
        {
            server.Index = _servers.Length;
            _servers = [.. _servers, server];
            server.Tracked?.Followers.Add(server);
            RebuildBalancer();
        }
    }

    /// <summary>Nobody finds the server any more; who has it keeps it. Any thread.</summary>
    internal void Remove(Server server)
    {
        lock (ChangeLock)
        {
            _servers = [.. _servers.Where(other => !ReferenceEquals(other, server))];
            for (var i = 0; i < _servers.Length; i++) _servers[i].Index = i;
            server.Tracked?.Followers.Remove(server);
            server.Remove();
            RebuildBalancer();
        }
    }

    /// <summary>A number none of its servers has.</summary>
    public int FreeServerId()
    {
        var id = 1;
        while (FindServer(id) is not null) id++;
        return id;
    }

    /// <summary>The setup that belongs to a request which began under a frontend's setup of that generation.</summary>
    public BackendSetup SetupFor(int generation)
    {
        var setup = _setup;
        return generation < setup.Generation && setup.Predecessor is { } before ? before : setup;
    }

    /// <summary>Requests that began under the configuration before the present one have had their time.</summary>
    internal void ForgetPredecessor() => _setup.Predecessor = null;

    private static bool SharesAlike(BackendModel before, BackendModel next) =>
        before.Balance == next.Balance && before.HashType == next.HashType && before.AllBackups == next.AllBackups;
}
