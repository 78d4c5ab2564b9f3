using System.Text;
using Evenkeel.Control;
using Evenkeel.Daemon.Haproxy;
using Evenkeel.Linux;
using Evenkeel.Linux.Names;
using Evenkeel.Proxy;
using Evenkeel.Proxy.Logging;
using Evenkeel.Proxy.Servers;

namespace Evenkeel.Daemon.Serving;

/// <summary>Hangs on a plane what the engine itself does not know: logs, pages, announcements.</summary>
internal static class Equipment
{
    public static void Attach(ProxyPlane plane, ControlPlane control, ProcessDoor door, HaproxyConsole console)
    {
        var model = plane.Proxies.Model;
        var sinks = new LogSinks(new LogIdentity(model.Global, Environment.ProcessId, HostNames.Own), LogProfile.BindAll(model, plane.Rules.Samples));
        sinks.AddRings(model.Rings, plane.Workers[0].Loop);
        control.Patterns = plane.Rules.Samples.Patterns;
        control.Rings = sinks.Rings;
        door.Dropped = () => sinks.Dropped;
        var own = new LogSender(sinks, new LogClock(TimeZoneInfo.Local));
        var targets = sinks.Open(model.Global.Logs, null);
        door.Logs = text => own.Write(targets, LogLevel.Info, Encoding.UTF8.GetBytes(text), Clocks.RealtimeNs() / 1_000_000);
        AttachPages(plane.Proxies, control);
        AccessLog.AttachAll(plane.Proxies, plane.Rules, sinks, plane.Workers.Length, TimeZoneInfo.Local);
        var announcer = new ServerAnnouncer(plane.Proxies, sinks, new LogClock(TimeZoneInfo.Local), () => Clocks.RealtimeNs() / 1_000_000,
            (isAlert, text) =>
            {
                if (isAlert) console.Alert(text);
                else console.Warning(text);
            });
        foreach (var backend in plane.Proxies.Backends) backend.Events = announcer;
    }

    private static void AttachPages(ProxySet proxies, ControlPlane control)
    {
        foreach (var frontend in proxies.Frontends) frontend.Services = PageChooser.For(frontend.Model, control);
        foreach (var backend in proxies.Backends) backend.Services = PageChooser.For(backend.Model, control);
    }
}
