using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Servers;
using Evenkeel.Proxy.Servers.Health;

namespace Evenkeel.Control.Stats;

/// <summary>Reads servers into rows of statistics. Columns that do not apply stay unset.</summary>
public static class ServerReading
{
    public static void Read(StatRow row, Server server, long nowMs)
    {
        var model = server.Model;
        var counters = server.Traffic.Counters();
        row.Begin(StatObject.Server, server.Backend.Id, server.Id, server.Backend.Name, server.Name, ConfigurationWords.Of(server.Backend.Model.Mode));
        row.Set(StatField.Status, ServerStatusText.Of(server));
        row.Set(StatField.Scur, server.Slots.Current);
        row.Set(StatField.Smax, server.Slots.Peak);
        if (server.MaxConnections > 0) row.Set(StatField.Slim, server.MaxConnections);
        row.Set(StatField.Qcur, server.Queue.Length.Current);
        row.Set(StatField.Qmax, server.Queue.Length.Peak);
        if (model.MaxQueue is > 0) row.Set(StatField.Qlimit, model.MaxQueue.Value);
        row.Set(StatField.Weight, server.UserWeight);
        row.Set(StatField.Uweight, server.UserWeight);
        row.Set(StatField.Act, model.Backup ? 0 : 1);
        row.Set(StatField.Bck, model.Backup ? 1 : 0);
        row.Set(StatField.Lastchg, ProxyReading.SecondsSince(server.LastChangeMs, nowMs));
        row.Set(StatField.Rate, server.SessionRate.PerSecond(nowMs));
        row.Set(StatField.RateMax, server.SessionRate.Peak());
        if (server.Tracked is { } tracked) row.Set(StatField.Tracked, tracked.Backend.Name + "/" + tracked.Name);
        if (server.Address is { } address) row.Set(StatField.Addr, ConfigurationWords.Of(address));
        if (server.CookieValue is { } cookie) row.Set(StatField.Cookie, System.Text.Encoding.Latin1.GetString(cookie));
        row.Set(StatField.Srid, 0);
        ProxyReading.SetEverywhere(row, counters);
        ProxyReading.SetTowardsServers(row, counters);
        ProxyReading.SetTimes(row, server.Traffic.Times(), nowMs);
        ProxyReading.SetTls(row, counters);
        SetConnections(row, server);
        SetChecks(row, server, nowMs);
        if (server.Backend.Model.Mode != ProxyMode.Http) return;
        row.Set(StatField.ReqTot, counters.HttpRequests);
        ProxyReading.SetResponses(row, counters);
    }

    private static void SetConnections(StatRow row, Server server)
    {
        var gauges = server.Traffic.Gauges();
        row.Set(StatField.SrvIcur, gauges.SafeIdleConnections + gauges.UnsafeIdleConnections);
        if (server.Model.PoolMaxConnections is { } limit) row.Set(StatField.SrcIlim, limit);
        row.Set(StatField.IdleConnCur, gauges.UnsafeIdleConnections);
        row.Set(StatField.SafeConnCur, gauges.SafeIdleConnections);
        row.Set(StatField.UsedConnCur, gauges.UsedConnections);
        row.Set(StatField.NeedConnEst, gauges.UsedConnections);
        row.Set(StatField.PrivIdleCur, gauges.PrivateIdleConnections);
    }

    private static void SetChecks(StatRow row, Server server, long nowMs)
    {
        var health = server.Health;
        if (health.IsEnabled)
        {
            row.Set(StatField.Chkfail, health.Failures);
            row.Set(StatField.Chkdown, server.DownTransitions);
            row.Set(StatField.Downtime, server.DownTimeMs(nowMs) / 1000);
        }

        if (health.IsEnabled && !server.InMaintenance)
        {
            var last = health.Last;
            row.Set(StatField.CheckStatus, (health.IsRunning ? "* " : "") + CheckStatusText.Code(last.Status));
            if (CheckStatusText.HasCode(last.Status)) row.Set(StatField.CheckCode, last.Code);
            row.Set(StatField.CheckDuration, Math.Max(0, last.DurationMs));
            row.Set(StatField.LastChk, last.Info);
            row.Set(StatField.CheckDesc, CheckStatusText.Description(last.Status));
            row.Set(StatField.CheckRise, health.Rise);
            row.Set(StatField.CheckFall, health.Fall);
            row.Set(StatField.CheckHealth, health.Value);
        }

        if (!server.Agent.IsEnabled) return;
        var agent = server.Agent.Last;
        row.Set(StatField.AgentStatus, (server.Agent.IsRunning ? "* " : "") + CheckStatusText.Code(agent.Status));
        if (CheckStatusText.HasCode(agent.Status)) row.Set(StatField.AgentCode, agent.Code);
        row.Set(StatField.AgentDuration, Math.Max(0, agent.DurationMs));
        row.Set(StatField.LastAgt, agent.Info);
        row.Set(StatField.AgentDesc, CheckStatusText.Description(agent.Status));
        row.Set(StatField.AgentRise, server.Agent.Rise);
        row.Set(StatField.AgentFall, server.Agent.Fall);
        row.Set(StatField.AgentHealth, server.Agent.Value);
    }
}
