using System.Globalization;
using System.Text;
using Evenkeel.Control.Stats;
using Evenkeel.Model.Process;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Servers;
using Evenkeel.Proxy.Servers.Health;

namespace Evenkeel.Control.RuntimeApi.Families;

/// <summary>Commands that show what is known of servers and backends outside the statistics.</summary>
public static class ServerStateCommands
{
    private const string StateHeader =
        "1\n# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight srv_time_since_last_change srv_check_status "
        + "srv_check_result srv_check_health srv_check_state srv_agent_state bk_f_forced_id srv_f_forced_id srv_fqdn srv_port srvrecord srv_use_ssl "
        + "srv_check_port srv_check_addr srv_agent_addr srv_agent_port\n";

    public static IEnumerable<RuntimeCommand> All =>
    [
        RuntimeCommand.ForAll("show servers state", "[<backend>]", "show the state of servers, to be read again by machines",
            static context => OnBackends(context, StateHeader, StateLine)),
        RuntimeCommand.ForAll("show servers conn", "[<backend>]", "show the connections to servers",
            static context => OnBackends(context, ConnectionHeader(context.Plane), ConnectionLine)),
        RuntimeCommand.ForAll("show backend", "", "list the backends",
            static context => CommandAnswer.Dump(context.Plane.Proxies.Backends.Select(static backend => backend.Name + "\n").Prepend("# name\n"))),
    ];

    private static CommandAnswer OnBackends(CommandContext context, string header, Func<Server, long, Anonymizer, string> line)
    {
        var name = context.Word(3);
        var only = name.Length > 0 ? ServerPath.FindBackend(context.Plane, name) : null;
        if (name.Length > 0 && only is null) return CommandAnswer.Error("Can't find backend.");
        var backends = only is null ? context.Plane.Proxies.Backends : [only];
        var hidden = context.Session.Anonymizer;
        var servers = backends.SelectMany(static backend => backend.Servers);
        return CommandAnswer.Dump(servers.Select(server => line(server, context.NowMs, hidden)).Prepend(header));
    }

    private static string StateLine(Server server, long nowMs, Anonymizer hidden)
    {
        var model = server.Model;
        var text = new StringBuilder();
        text.Append(server.Backend.Id).Append(' ').Append(hidden.Name(server.Backend.Name))
            .Append(' ').Append(server.Id).Append(' ').Append(hidden.Name(server.Name))
            .Append(' ').Append(server.Address?.Address is { } place ? hidden.Address(place) : "-")
            .Append(' ').Append((int)server.Operating).Append(' ').Append((int)server.Admin)
            .Append(' ').Append(server.UserWeight).Append(' ').Append(server.InitialWeight)
            .Append(' ').Append(ProxyReading.SecondsSince(server.LastChangeMs, nowMs))
            .Append(' ').Append(CheckStatusNumber.Of(server.Health.Last.Status)).Append(' ').Append((int)server.Health.Last.Result)
            .Append(' ').Append(server.Health.IsConfigured ? server.Health.Value : 0)
            .Append(' ').Append(CheckNumbers.HealthFlags(server)).Append(' ').Append(CheckNumbers.AgentFlags(server))
            .Append(' ').Append(server.Backend.Model.HasExplicitId ? 1 : 0).Append(' ').Append(model.HasExplicitId ? 1 : 0)
            .Append(' ').Append(server.HostName is { Length: > 0 } host ? hidden.Name(host) : "-")
            .Append(' ').Append(server.Address?.Port ?? model.ServicePort)
            .Append(' ').Append(model.IsService ? hidden.Name(model.HostName ?? "") : "-").Append(' ').Append(server.TlsState)
            .Append(' ').Append(server.CheckPort ?? 0).Append(' ').Append(server.CheckAddress?.Address is { } check ? hidden.Address(check) : "-")
            .Append(' ').Append(server.AgentAddress?.Address is { } agent ? hidden.Address(agent) : "-").Append(' ').Append(server.AgentPort).Append('\n');
        return text.ToString();
    }

    private static string ConnectionHeader(ControlPlane plane) =>
        "# bkname/svname bkid/svid addr port - purge_delay served used_cur used_max need_est idle_sess unsafe_nb safe_nb idle_lim idle_cur "
        + string.Create(CultureInfo.InvariantCulture, $"idle_per_thr[{plane.Proxies.Process.Workers}]\n");

    private static string ConnectionLine(Server server, long nowMs, Anonymizer hidden)
    {
        var gauges = server.Traffic.Gauges();
        var idle = gauges.SafeIdleConnections + gauges.UnsafeIdleConnections;
        var text = new StringBuilder();
        text.Append(hidden.Name(server.Backend.Name)).Append('/').Append(hidden.Name(server.Name)).Append(' ')
            .Append(server.Backend.Id).Append('/').Append(server.Id).Append(' ')
            .Append(server.Address?.Address is { } place ? hidden.Address(place) : "-").Append(' ').Append(server.Address?.Port ?? server.Model.ServicePort)
            .Append(" - ").Append(server.Model.PoolPurgeDelayMs).Append(' ').Append(server.Slots.Current)
            .Append(' ').Append(gauges.UsedConnections).Append(' ').Append(gauges.UsedConnections).Append(' ').Append(gauges.UsedConnections)
            .Append(' ').Append(gauges.PrivateIdleConnections).Append(' ').Append(gauges.UnsafeIdleConnections).Append(' ')
            .Append(gauges.SafeIdleConnections).Append(' ').Append(server.Model.PoolMaxConnections ?? -1).Append(' ').Append(idle);
        for (var worker = 0; worker < server.Backend.Workers; worker++)
        {
            ref var own = ref server.Traffic[worker].Gauges;
            text.Append(' ').Append(own.SafeIdleConnections + own.UnsafeIdleConnections);
        }

        return text.Append('\n').ToString();
    }
}
