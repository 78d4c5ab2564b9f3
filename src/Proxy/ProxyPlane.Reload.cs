using Evenkeel.Linux.Sockets;
using Evenkeel.Model;
using Evenkeel.Model.Process;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Http1;
using Evenkeel.Proxy.Loop;
using Evenkeel.Proxy.Message;
using Evenkeel.Proxy.Rules;
using Evenkeel.Proxy.Servers;
using Evenkeel.Proxy.Streams;
using Evenkeel.Proxy.Transport;
using Evenkeel.Proxy.Transport.ProxyProtocol;
using Evenkeel.Proxy.Transport.Tls;

namespace Evenkeel.Proxy;

/// <remarks>
/// A configuration that takes over from another in the running process: everything that can fail happens in <see cref="Prepare"/>, beside the one in force;
/// <see cref="TakeOver"/> cannot fail. What both have goes on: connections, health, counters, queues, idle connections to servers.
/// </remarks>
public sealed partial class ProxyPlane
{
    /// <summary>What cannot be changed while workers run, as a keyword of the configuration; null when everything can.</summary>
    /// <param name="processors">How many processors `nbthread` would follow.</param>
    public string? Obstacle(ConfigurationModel next, int processors)
    {
        var (before, after) = (Proxies.Model.Global, next.Global);
        var threads = ThreadLayout.Of(after.Threads, processors);
        if (threads.Count != Workers.Length) return "nbthread";
        if (!threads.IsLike(ThreadLayout.Of(before.Threads, processors))) return "thread-groups, cpu-map, cpu-set, tune.idle-pool.shared";
        if (before.BufferSize != after.BufferSize) return "tune.bufsize";
        if (before.MaxRewrite != after.MaxRewrite) return "tune.maxrewrite";
        if (before.MaxHeaders != after.MaxHeaders) return "tune.http.maxhdr";
        if (before.LoggedUriLength != after.LoggedUriLength) return "tune.http.logurilen";
        if (before.MaxAccept != after.MaxAccept) return "tune.maxaccept";
        if (before.UserId != after.UserId) return "user";
        if (before.GroupId != after.GroupId) return "group";
        if (!before.Capabilities.SequenceEqual(after.Capabilities)) return "setcap";
        if (before.IsDumpable != after.IsDumpable) return "set-dumpable";
        // Who gave up its rights, or sees other files, opens none that is not open.
        if (next.Namespaces.Except(Proxies.Model.Namespaces).Any()) return "namespace";
        return before.Chroot != after.Chroot ? "chroot" : null;
    }

    /// <summary>`profiling.tasks`, `set profiling tasks`. Any thread.</summary>
    public void Profile(TaskProfiling mode)
    {
        foreach (var worker in Workers) worker.Loop.Profile.Mode = mode;
    }

    /// <summary>Makes a configuration ready: proxies, rules, certificates, sockets. The one in force does not notice.</summary>
    /// <param name="source">Where sockets come from that are not open yet.</param>
    /// <param name="world">Whence certificates come.</param>
    /// <param name="maxConnections">The process's limit, given or computed.</param>
    public PreparedConfiguration Prepare(ConfigurationModel model, IWorld world, int maxConnections, ISocketSource source)
    {
        var proxies = new ProxySet(model, Workers.Length, maxConnections, Proxies);
        var prepared = new PreparedConfiguration(proxies, maxConnections, RuleBinder.BindAll(proxies, Workers.Length, Rules));
        Equip(prepared, world);
        if (prepared.Problems.Count == 0)
            _ = OpenBinds(prepared, source, (bind, frontend, problem) => prepared.Problems.Add($"[{bind.Position}] frontend {frontend.Name}: {problem}"));
        if (prepared.Problems.Count > 0) Abandon(prepared);
        return prepared;
    }

    /// <summary>Puts a prepared configuration in force, in one step for each worker. One thread at a time, never the same one as a worker's.</summary>
    public ProxyChange TakeOver(PreparedConfiguration next)
    {
        lock (_changing) return Exchange(next);
    }

    private ProxyChange Exchange(PreparedConfiguration next)
    {
        var before = Proxies;
        if (MaxConnections != next.MaxConnections) before.Process.ChangeLimit(next.MaxConnections);
        MaxConnections = next.MaxConnections;
        // What a command has changed stays as long as the file says the same.
        if (next.Proxies.Model.Global.TaskProfiling is var profiling && profiling != before.Model.Global.TaskProfiling) Profile(profiling);
        var change = next.Proxies.TakeOver(before, MaxConnections, Workers[0].Loop.NowMs);
        _current = next;
        var kept = next.Proxies.FrontendSetups.Where(static setup => !setup.Model.Disabled).SelectMany(static setup => setup.Binds).ToHashSet();
        List<OpenBind> closing;
        var opening = new List<OpenBind>();
        lock (_closing)
        {
            closing = _open.FindAll(open => !kept.Contains(open.Bind));
            _open.RemoveAll(open => !kept.Contains(open.Bind));
            foreach (var (bind, sockets) in next.NewBinds) opening.Add(Listen(bind, sockets));
        }

        next.NewBinds.Clear();
        foreach (var open in closing) open.Bind.Remove();
        var idle = change.RemovedServers.Concat(change.RenewedServers).ToArray();
        var left = Workers.Length;
        foreach (var worker in Workers)
        {
            worker.Loop.Post(new ActionTask(() =>
            {
                foreach (var open in closing) open.Listeners[worker.Index]?.Stop();
                foreach (var open in opening)
                    if (open.Bind.Frontend.State is FrontendState.Open or FrontendState.Full) _ = open.Listeners[worker.Index]?.Start();
                foreach (var server in idle) server.Pools[worker.Index].CloseIdle();
                if (Interlocked.Decrement(ref left) == 0) CloseUnused(closing);
            }));
        }

        return change;
    }

    /// <summary>Lets go of what only requests needed that began before the last take-over.</summary>
    public void ForgetPredecessor() => Proxies.ForgetPredecessor();

    private void Abandon(PreparedConfiguration prepared)
    {
        lock (_closing)
        {
            foreach (var socket in prepared.NewBinds.SelectMany(static each => each.Sockets))
                if (!IsOpen(socket)) _ = socket.Close();
        }

        prepared.NewBinds.Clear();
    }

    private bool OpenBinds(PreparedConfiguration prepared, ISocketSource source, Action<BindModel, FrontendModel, string> onProblem)
    {
        var all = true;
        var kept = prepared.Proxies.FrontendSetups.SelectMany(static setup => setup.Binds).ToHashSet();
        foreach (var setup in prepared.Proxies.FrontendSetups)
        {
            if (setup.Model.Disabled) continue;
            foreach (var bind in setup.Binds)
            {
                if (_open.Exists(open => ReferenceEquals(open.Bind, bind))) continue;
                var model = bind.NextModel;
                // Another section listens there, and will not any more.
                var given = _open.Find(open => !kept.Contains(open.Bind) && open.Bind.IsBoundAs(model));
                var backlog = BacklogOf(model, setup.Model, setup.Frontend);
                if (OpenSockets(model, given?.Sockets ?? [], source, backlog, out var problem) is { } sockets)
                {
                    prepared.NewBinds.Add((bind, sockets));
                    continue;
                }

                onProblem(model, setup.Model, problem);
                all = false;
            }
        }

        return all;
    }

    /// <summary>One socket for each shard; those that are there already come first.</summary>
    private SocketHandle[]? OpenSockets(BindModel model, SocketHandle[] given, ISocketSource source, int backlog, out string problem)
    {
        var sockets = new SocketHandle[Layout.ShardsOf(model).Length];
        problem = "";
        for (var i = 0; i < sockets.Length; i++)
        {
            if (i < given.Length) sockets[i] = given[i];
            else if (source.Open(model, backlog, out sockets[i], out problem).IsError)
            {
                for (var opened = given.Length; opened < i; opened++) _ = sockets[opened].Close();
                return null;
            }
        }

        return sockets;
    }

    private bool IsOpen(SocketHandle socket) => _open.Exists(open => open.Sockets.Contains(socket));

    private OpenBind Listen(Bind bind, SocketHandle[] sockets)
    {
        var acceptor = new FrontendAcceptor(bind, Proxies.Process, Workers, _settings.MaxHeaders, _settings.LoggedUriLength, _settings.RejectsPrivilegedPorts);
        // Accepted connections inherit it, which saves a system call for each.
        var isIp = bind.Model.Address.Family is not (SocketFamily.Unix or SocketFamily.AbstractUnix);
        var listeners = new Listener?[Workers.Length];
        var shards = Layout.ShardsOf(bind.Model);
        for (var i = 0; i < sockets.Length; i++)
        {
            if (isIp) _ = sockets[i].SetNoDelay();
            foreach (var thread in shards[i])
            {
                var listener = new Listener(Workers[thread], sockets[i], acceptor, _settings.MaxAccept);
                listeners[thread] = listener;
                acceptor.Attach(thread, listener);
            }
        }

        var open = new OpenBind(bind, sockets, listeners);
        _open.Add(open);
        return open;
    }

    /// <summary>Gives each proxy and server of a configuration what is made from it once.</summary>
    private void Equip(PreparedConfiguration prepared, IWorld? world)
    {
        var global = prepared.Proxies.Model.Global;
        foreach (var setup in prepared.Proxies.FrontendSetups)
        {
            setup.ErrorPages = ErrorPages.From(setup.Model.ErrorReplies);
            setup.ForwardedFor = ForwardedFor.From(setup.Model.Options.ForwardedFor);
            setup.OriginalTo = ForwardedFor.From(setup.Model.Options.OriginalTo);
            setup.Cases = HeaderCases.From(global.HeaderCases, setup.Model.Options.AdjustClientCase);
            setup.Lenience = Leniences.Of(global, setup.Model.Options.AcceptUnsafeRequests);
            foreach (var bind in setup.Binds)
                if (bind.NextModel.Tls is not null && !setup.Model.Disabled)
                    bind.PrepareTls(TlsSetup.ForBind(bind.NextModel, setup.Model, global, world!, prepared.Problems.Add, static _ => { }));
        }

        foreach (var setup in prepared.Proxies.BackendSetups)
        {
            if (!prepared.Proxies.IsNew(setup) && !setup.Backend.IsDynamic) continue;
            Equip(setup, global);
            foreach (var server in setup.Servers)
                if (!IsKeptAsItIs(server)) Equip(server, global, world, prepared.Rules, prepared.Problems.Add);
        }
    }

    /// <summary>A server that a command added, and of which the files say nothing.</summary>
    private static bool IsKeptAsItIs(ServerSetup setup) => setup.Server.IsDynamic && ReferenceEquals(setup.Server.Setup, setup);

    private static void Equip(BackendSetup setup, GlobalModel global)
    {
        setup.ErrorPages = ErrorPages.From(setup.Model.ErrorReplies);
        setup.ForwardedFor = ForwardedFor.From(setup.Model.Options.ForwardedFor);
        setup.OriginalTo = ForwardedFor.From(setup.Model.Options.OriginalTo);
        setup.Cases = HeaderCases.From(global.HeaderCases, setup.Model.Options.AdjustServerCase);
        setup.Lenience = Leniences.Of(global, setup.Model.Options.AcceptUnsafeResponses);
    }

    private void Equip(ServerSetup setup, GlobalModel global, IWorld? world, RuleBinder rules, Action<string> onProblem)
    {
        var server = setup.Server;
        setup.Tls = TlsSetup.ForServer(setup.Model, server.Backend.Name, global, world!, rules, onProblem);
        setup.ProxyHeader = ServerProxyHeader.From(setup.Model.ProxyHeader, rules);
        setup.ConnectionName = ConnectionName.From(setup.Model.ConnectionName, rules);
        if (server.Pools.Length > 0) return;
        server.SessionsToEnd = Sessions.EndOn;
        server.Pools = Array.ConvertAll(Workers, worker => new ServerPool(worker, server));
    }

    private void CloseUnused(List<OpenBind> closing)
    {
        lock (_closing)
        {
            foreach (var socket in closing.SelectMany(static open => open.Sockets).Distinct())
                if (!IsOpen(socket)) _ = socket.Close();
        }
    }
}
