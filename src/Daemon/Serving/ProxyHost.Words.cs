using Evenkeel.Control.Stats;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Logging;
using Evenkeel.Proxy.Servers;

namespace Evenkeel.Daemon.Serving;

/// <content>What signals have the process do to its sections, and what it says of them: on the terminal and in each section's own logs, in the original's words
/// (management.txt 4; compared with 3.5-dev5).</content>
public sealed partial class ProxyHost
{
    /// <summary>SIGTTOU.</summary>
    public void Pause()
    {
        foreach (var frontend in Proxies.Frontends) Pause(frontend);
    }

    /// <summary>SIGTTIN.</summary>
    public void Resume()
    {
        foreach (var frontend in Proxies.Frontends) Resume(frontend);
    }

    /// <summary>`disable frontend`, too.</summary>
    internal void Pause(Frontend frontend)
    {
        Plane.Pause(frontend);
        Say(frontend.Model, $"Paused {KindOf(frontend)} {frontend.Name}.");
    }

    /// <summary>`enable frontend`, too.</summary>
    internal bool Resume(Frontend frontend)
    {
        var isDone = Plane.Resume(frontend);
        Say(frontend.Model, isDone ? $"Resumed {KindOf(frontend)} {frontend.Name}."
            : $"Port conflict while resuming {KindOf(frontend)} {frontend.Name}: see who listens there (ss -ltnp), then send SIGTTIN.");
        return isDone;
    }

    /// <summary>`shutdown frontend`.</summary>
    internal void ShutDown(Frontend frontend)
    {
        Plane.Pause(frontend);
        frontend.State = FrontendState.Stopped;
        SayStopped(frontend, Proxies.FindBackend(frontend.Name));
    }

    /// <summary>SIGHUP: every server's state, and what is left of each section.</summary>
    public void SayServers()
    {
        _console.Warning("SIGHUP received, dumping servers states.");
        foreach (var (frontend, backend) in ProxyOrder.Sections(Proxies))
        {
            ProxyModel section = frontend is not null ? frontend.Model : backend!.Model;
            _equipment!.Log(section, LogLevel.Notice, $"SIGHUP received, dumping servers states for proxy {section.Name}.");
            foreach (var server in backend?.Servers ?? [])
            {
                Say(section, $"SIGHUP: Server {section.Name}/{server.Name} is {(server.IsUp ? "UP" : "DOWN")}. Conn: {server.Slots.Current} act, "
                    + $"{server.Queue.Length.Current} pend, {server.Traffic.Counters().Sessions} tot.", LogLevel.Notice);
            }
            Say(section, $"SIGHUP: Proxy {section.Name} {LeftOf(backend)} {ConnectionsOf(frontend, backend)}", LogLevel.Notice);
        }
    }

    /// <summary>`hard-stop-after` has passed.</summary>
    public void SayHardStop()
    {
        const string Text = "soft-stop running for too long, performing a hard-stop.";
        _console.Warning(Text);
        _equipment!.Log(LogLevel.Warning, Text);
        foreach (var frontend in Proxies.Frontends)
        {
            if (frontend.Connections.Current is > 0 and var left)
                Say(frontend.Model, $"Proxy {frontend.Name} hard-stopped ({left} remaining conns will be closed).");
        }
    }

    /// <summary>Those that were listening first.</summary>
    private void SayStopped()
    {
        foreach (var (frontend, backend) in ProxyOrder.Sections(Proxies).OrderBy(static section => section.Frontend is null)) SayStopped(frontend, backend);
    }

    private void SayStopped(Frontend? frontend, Backend? backend)
    {
        ProxyModel section = frontend is not null ? frontend.Model : backend!.Model;
        Say(section, $"Proxy {section.Name} stopped (cumulated conns: FE: {frontend?.Traffic.Counters().Connections ?? 0}, "
            + $"BE: {backend?.Traffic.Counters().Sessions ?? 0}).");
    }

    private static string LeftOf(Backend? backend)
    {
        if (backend is null || backend.Servers.IsEmpty) return "has no servers.";
        var active = backend.Servers.Count(static server => server.IsUsable && !server.Model.Backup);
        var backup = backend.Servers.Count(static server => server.IsUsable && server.Model.Backup);
        return active + backup == 0 ? "has no server available !"
            : active == 0 ? "is running on backup servers !"
            : $"has {active} active servers and {backup} backup servers available.";
    }

    private static string ConnectionsOf(Frontend? frontend, Backend? backend)
    {
        var unassigned = backend?.Queue.Length.Current ?? 0;
        var pending = unassigned + (backend?.Servers.Sum(static server => server.Queue.Length.Current) ?? 0);
        return $"Conn: act(FE+BE): {frontend?.Connections.Current ?? 0}+{backend?.Connections.Current ?? 0}, {pending} pend ({unassigned} unass), "
            + $"tot(FE+BE): {frontend?.Traffic.Counters().Connections ?? 0}+{backend?.Traffic.Counters().Sessions ?? 0}.";
    }

    private static string KindOf(Frontend frontend) => frontend.Model.IsListen ? "proxy" : "frontend";

    private void Say(ProxyModel section, string text, LogLevel level = LogLevel.Warning)
    {
        _console.Warning(text);
        _equipment!.Log(section, level, text);
    }
}
