using Evenkeel.Model.Proxy;
using System.Collections.Immutable;
using Evenkeel.Model.Samples;
using Evenkeel.Proxy.Servers;

namespace Evenkeel.Proxy.Samples.Fetches;

/// <summary>Frontends, backends and servers: names, counts, rates, limits (configuration.txt 7.3.2).</summary>
internal static class ProxyFetches
{
    public static readonly FetchRow[] Rows =
    [
        Fetch.Text("fe_name", SampleSource.Frontend, context => context.Frontend?.Name),
        Fetch.Integer("fe_id", SampleSource.Frontend, context => context.Frontend?.Id),
        Fetch.Text("fe_defbe", SampleSource.Frontend, context => context.Frontend?.DefaultBackend?.Name),
        Fetch.Integer("fe_client_timeout", SampleSource.Frontend, context => context.Frontend?.Model.Timeouts.ClientMs),
        Fetch.Integer("fe_tarpit_timeout", SampleSource.Frontend, context => context.Frontend?.Model.Timeouts.TarpitMs),
        Fetch.Text("so_name", SampleSource.Listener, context => context.Session?.Bind.Model.Name),
        Fetch.Integer("so_id", SampleSource.Listener, context => context.Session?.Bind.Id),
        Fetch.Integer("dst_conn", SampleSource.Listener, context => context.Session?.Bind.Connections.Current),
        Fetch.Text("be_name", SampleSource.Backend, context => context.Backend?.Name ?? context.Stream?.Frontend.Name),
        Fetch.Integer("be_id", SampleSource.Backend, context => context.Backend?.Id ?? context.Stream?.Frontend.Id),
        BackendTimeout("be_connect_timeout", timeouts => timeouts.ConnectMs),
        BackendTimeout("be_queue_timeout", timeouts => timeouts.QueueMs),
        BackendTimeout("be_server_timeout", timeouts => timeouts.ServerMs),
        BackendTimeout("be_tarpit_timeout", timeouts => timeouts.TarpitMs),
        BackendTimeout("be_tunnel_timeout", timeouts => timeouts.TunnelMs),
        Fetch.Integer("be_max_retries", SampleSource.Backend, context => context.Back?.Model.Retries),
        Current("cur_client_timeout", SampleSource.Frontend, rules => rules.ClientTimeoutMs, context => context.Frontend?.Model.Timeouts.ClientMs ?? 0),
        Current("cur_server_timeout", SampleSource.Backend, rules => rules.ServerTimeoutMs, context =>
            // Before the server's connection is there, only a rule has set one.
            context.Stream is { HasServerConnection: true } ? context.Back?.Model.Timeouts.ServerMs ?? 0 : 0),
        Current("cur_connect_timeout", SampleSource.Backend, rules => rules.ConnectTimeoutMs, context => context.Back?.Model.Timeouts.ConnectMs ?? 0),
        Current("cur_queue_timeout", SampleSource.Backend, rules => rules.QueueTimeoutMs, context => context.Back?.Model.Timeouts.QueueMs ?? 0),
        Current("cur_tunnel_timeout", SampleSource.Backend, rules => rules.TunnelTimeoutMs, context => context.Back?.Model.Timeouts.TunnelMs ?? 0),
        Current("cur_tarpit_timeout", SampleSource.Frontend, rules => rules.TarpitTimeoutMs, context =>
            context.Back?.Model.Timeouts.TarpitMs ?? context.Frontend?.Model.Timeouts.TarpitMs ?? 0),
        Current("cur_max_retries", SampleSource.Backend, rules => rules.Retries, context => context.Back?.Model.Retries),
        Fetch.Text("srv_name", SampleSource.Server, context => context.Server?.Name),
        Fetch.Integer("srv_id", SampleSource.Server, context => context.Server?.Id),
        OfFrontend("fe_conn", (frontend, _) => frontend.Connections.Current),
        OfFrontend("fe_sess_rate", (frontend, now) => frontend.SessionRate.PerSecond(now)),
        OfFrontend("fe_req_rate", (frontend, now) => frontend.RequestRate.PerSecond(now)),
        OfBackend("be_conn", (backend, _) => backend.Connections.Current),
        OfBackend("be_sess_rate", (backend, now) => backend.SessionRate.PerSecond(now)),
        OfBackend("nbsrv", (backend, _) => UsableServers(backend)),
        OfBackend("queue", (backend, _) => Queued(backend)),
        OfBackend("avg_queue", (backend, _) => UsableServers(backend) is > 0 and var count ? (Queued(backend) + count - 1) / count : Queued(backend)),
        OfBackend("be_conn_free", (backend, _) => FreeSlots(backend, withQueue: false)),
        OfBackend("connslots", (backend, _) => FreeSlots(backend, withQueue: true)),
        OfServer("srv_conn", (server, _) => server.Slots.Current),
        OfServer("srv_conn_free", (server, _) => server.MaxConnections == 0 ? -1 : Math.Max(0, server.MaxConnections - server.Slots.Current)),
        OfServer("srv_queue", (server, _) => server.Queue.Length.Current),
        OfServer("srv_sess_rate", (server, now) => server.SessionRate.PerSecond(now)),
        OfServer("srv_weight", (server, _) => server.EffectiveWeight),
        OfServer("srv_uweight", (server, _) => server.UserWeight),
        OfServer("srv_iweight", (server, _) => server.InitialWeight),
        new(new FetchSignature("srv_is_up", SampleType.Boolean, SampleSource.Internal, [new(ArgumentKind.Server)]), (_, arguments, ref sample) =>
        {
            if (arguments.State is not Server server) return false;
            sample.SetBoolean(server.IsUp);
            return true;
        })
        {
            Prepare = (arguments, binder) => binder.Server(arguments[0].Text),
        },
    ];

    private delegate long FrontendValue(Frontend frontend, long nowMs);

    private delegate long BackendValue(Backend backend, long nowMs);

    private delegate long ServerValue(Server server, long nowMs);

    private static FetchRow OfFrontend(string name, FrontendValue value) =>
        new(new FetchSignature(name, SampleType.Integer, SampleSource.Internal, [new(ArgumentKind.Frontend, Optional: true)]), (context, arguments,
            ref sample) =>
        {
            if ((arguments.State as Frontend ?? context.Frontend) is not { } frontend) return false;
            sample.SetInteger(value(frontend, context.NowMs));
            return true;
        })
        {
            Prepare = (arguments, binder) => arguments.Length == 0 ? null : binder.Proxies?.FindFrontend(arguments[0].Text),
        };

    private static FetchRow OfBackend(string name, BackendValue value) =>
        new(new FetchSignature(name, SampleType.Integer, SampleSource.Internal, [new(ArgumentKind.Backend)]), (context, arguments, ref sample) =>
        {
            if ((arguments.State as Backend ?? context.Backend) is not { } backend) return false;
            sample.SetInteger(value(backend, context.NowMs));
            return true;
        })
        {
            Prepare = (arguments, binder) => arguments.Length == 0 ? null : binder.Proxies?.FindBackend(arguments[0].Text),
        };

    private static FetchRow OfServer(string name, ServerValue value) =>
        new(new FetchSignature(name, SampleType.Integer, SampleSource.Internal, [new(ArgumentKind.Server)]), (context, arguments, ref sample) =>
        {
            if (arguments.State is not Server server) return false;
            sample.SetInteger(value(server, context.NowMs));
            return true;
        })
        {
            Prepare = (arguments, binder) => binder.Server(arguments[0].Text),
        };

    /// <summary>What `set-timeout` and `set-retries` made of a limit, else the section's own.</summary>
    private static FetchRow Current(string name, SampleSource source, Func<Rules.StreamRuleState, int> set, Func<SampleContext, int?> own) =>
        Fetch.Integer(name, source, context => context.Stream is not { } stream ? null : set(stream.RuleState) is >= 0 and var value ? value : own(context));

    /// <summary>Of a stream without a backend it is 0.</summary>
    private static FetchRow BackendTimeout(string name, Func<TimeoutsModel, int?> timeout) =>
        Fetch.Integer(name, SampleSource.Backend, context => context.Stream is null ? null : context.Back is { } back ? timeout(back.Model.Timeouts) ?? 0 : 0);

    internal static long UsableServers(Backend backend)
    {
        var active = backend.ActiveServers;
        // Backups count once no other server is left.
        return active > 0 ? active : backend.BackupServers;
    }

    internal static long Queued(Backend backend)
    {
        long queued = backend.Queue.Length.Current;
        foreach (var server in backend.Servers) queued += server.Queue.Length.Current;
        return queued;
    }

    /// <summary>-1 as soon as one server has no limit.</summary>
    private static long FreeSlots(Backend backend, bool withQueue)
    {
        long free = 0;
        foreach (var server in backend.Servers)
        {
            if (!server.IsUsable) continue;
            if (server.MaxConnections == 0) return -1;
            free += Math.Max(0, server.MaxConnections - server.Slots.Current);
            if (!withQueue) continue;
            if (server.Model.MaxQueue is not > 0) return -1;
            free += Math.Max(0, server.Model.MaxQueue.Value - server.Queue.Length.Current);
        }
        return free;
    }
}
