using System.Text;
using Evenkeel.Control;
using Evenkeel.Control.Metrics;
using Evenkeel.Daemon.Haproxy;
using Evenkeel.Daemon.Machine;
using Evenkeel.Linux;
using Evenkeel.Linux.Names;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy;
using Evenkeel.Proxy.Logging;
using Evenkeel.Proxy.Logging.Backends;
using Evenkeel.Proxy.Logging.Forwarding;
using Evenkeel.Proxy.Loop;
using Evenkeel.Proxy.Rules;
using Evenkeel.Proxy.Servers;
using Evenkeel.Proxy.Transport.Tls;

namespace Evenkeel.Daemon.Serving;

/// <summary>Hangs on a configuration what the engine itself does not know: logs, pages, announcements. Log sockets and rings outlive configurations.</summary>
internal sealed class Equipment
{
    private readonly ControlPlane _control;
    private readonly ProcessDoor _door;
    private readonly HaproxyConsole _console;
    private readonly LogSinks _sinks;
    private readonly LogSender[] _senders;
    private readonly EventLoop _loop;
    private readonly LogSender _own;
    private readonly LogSender _mains;
    private LogTargets? _global;
    private RuleBinder _rules;
    private readonly ServerAnnouncer _announcer;

    public Equipment(ProxyPlane plane, ControlPlane control, ProcessDoor door, HaproxyConsole console)
    {
        (_control, _door, _console) = (control, door, console);
        var model = plane.Proxies.Model;
        _sinks = new LogSinks(IdentityOf(model), LogProfile.BindAll(model, plane.Rules.Samples));
        _rules = plane.Rules;
        _loop = plane.Workers[0].Loop;
        _sinks.AddRings(model.Rings, (ring, server) => TlsSetup.ForServer(server, ring.Name, model.Global, new ThisMachine(), plane.Rules, console.Alert),
            _loop);
        _senders = Array.ConvertAll(plane.Workers, worker => new LogSender(_sinks, new LogClock(TimeZoneInfo.Local), worker));
        _own = new LogSender(_sinks, new LogClock(TimeZoneInfo.Local));
        _mains = new LogSender(_sinks, new LogClock(TimeZoneInfo.Local));
        door.Dropped = () => _sinks.Dropped;
        control.Rings = _sinks.Rings;
        plane.Rules.Services.Add(PrometheusService.ServiceName, new PrometheusService(control));
        _announcer = new ServerAnnouncer(_sinks, new LogClock(TimeZoneInfo.Local), NowMs, Announce);
        Attach(plane.Proxies, plane.Rules);
        TakeOver(plane.Proxies, plane.Rules);
    }

    /// <summary>Makes a configuration's own logs and pages, before it is in force.</summary>
    public void Attach(ProxySet proxies, RuleBinder rules)
    {
        var model = proxies.Model;
        _sinks.Adopt(IdentityOf(model), LogProfile.BindAll(model, rules.Samples), LogBackends.Bind(proxies, rules, _loop));
        foreach (var frontend in proxies.FrontendSetups) frontend.Services = PageChooser.For(frontend.Model, _control, rules);
        foreach (var backend in proxies.BackendSetups) backend.Services = PageChooser.For(backend.Model, _control, rules);
        AccessLog.AttachAll(proxies, rules, _sinks, _senders);
        _announcer.Adopt(proxies);
    }

    /// <summary>A backend that is added while running, before anybody can find it.</summary>
    public void Attach(Backend backend)
    {
        backend.Setup.Services = PageChooser.For(backend.Model, _control, _rules);
        _announcer.Follow(backend);
    }

    public void Detach(Backend backend) => _announcer.Forget(backend);

    /// <summary>The configuration is in force: what is shared by all of it follows.</summary>
    public void TakeOver(ProxySet proxies, RuleBinder rules)
    {
        var targets = _sinks.Open(proxies.Model.Global.Logs, null);
        _door.Logs = text => _own.Write(targets, LogLevel.Info, Encoding.UTF8.GetBytes(text), NowMs());
        _global = targets;
        _rules = rules;
        _control.Patterns = rules.Samples.Patterns;
        _control.Proxies = proxies;
    }

    /// <summary>Writes a line to the global logs: a daemon has no terminal. For the main thread.</summary>
    public void Log(LogLevel level, string text)
    {
        if (_global is { } targets) _mains.Write(targets, level, Encoding.UTF8.GetBytes(text), NowMs());
    }

    /// <summary>Writes a line to a section's logs. For the main thread.</summary>
    public void Log(ProxyModel section, LogLevel level, string text)
    {
        if (!section.Logs.IsEmpty) _mains.Write(_sinks.Open(section.Logs, section.LogTag), level, Encoding.UTF8.GetBytes(text), NowMs());
    }

    /// <summary>What serves a `log-forward` section on a worker.</summary>
    public LogForwarder ForwarderOf(LogForwardModel model, Worker worker) =>
        new(model, _sinks.Open(model.Logs, null), _senders[worker.Index], worker, _control.Proxies.Model.Global.BufferSize);

    /// <summary>Whether two configurations forward the same messages to the same targets, through the same sockets.</summary>
    public static bool HasSameForwards(ConfigurationModel before, ConfigurationModel next)
    {
        static string Shape(LogForwardModel forward) => string.Join('|', forward with { Binds = [], DatagramBinds = [], Logs = [], Position = default },
            string.Join(',', forward.Binds.Select(static bind => bind with { Position = default })),
            string.Join(',', forward.DatagramBinds.Select(static bind => bind with { Position = default })),
            string.Join(',', forward.Logs.Select(static log => log with { Position = default })));
        return before.LogForwards.Select(Shape).SequenceEqual(next.LogForwards.Select(Shape));
    }

    /// <summary>Rings are buffers that cannot be exchanged while workers write to them.</summary>
    public bool HasSameRings(ConfigurationModel next)
    {
        var before = _control.Proxies.Model.Rings;
        if (before.Length != next.Rings.Length) return false;
        for (var i = 0; i < before.Length; i++)
            if (!IsAlike(before[i], next.Rings[i])) return false;
        return true;
    }

    private static bool IsAlike(RingModel before, RingModel next) =>
        before with { Servers = [], Position = default } == next with { Servers = [], Position = default }
        && before.Servers.Select(static server => (server.Address, server.Namespace, server.Tls?.IsOn, server.CountsOctets))
            .SequenceEqual(next.Servers.Select(static server => (server.Address, server.Namespace, server.Tls?.IsOn, server.CountsOctets)));

    private static LogIdentity IdentityOf(ConfigurationModel model) => new(model.Global, Environment.ProcessId, HostNames.Own);

    private static long NowMs() => Clocks.RealtimeNs() / 1_000_000;

    private void Announce(bool isAlert, string text)
    {
        if (isAlert) _console.Alert(text);
        else _console.Warning(text);
    }
}
