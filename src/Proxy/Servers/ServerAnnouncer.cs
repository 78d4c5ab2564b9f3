using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using Evenkeel.Proxy.Logging;
using Evenkeel.Proxy.Servers.Health;

namespace Evenkeel.Proxy.Servers;

/// <summary>Says what happens to servers, in the original's words: to the `log` targets of their backend and to the console.</summary>
/// <remarks>Called under the change lock, which also guards its <see cref="LogSender"/>. Rare: it may allocate.</remarks>
public sealed class ServerAnnouncer : IServerEvents
{
    private readonly LogSinks _sinks;
    private volatile ConcurrentDictionary<Backend, LogTargets> _targets = [];
    private readonly LogSender _sender;
    private readonly Func<long> _wallMs;
    private readonly Action<bool, string>? _console;

    /// <param name="wallMs">Milliseconds since 1970-01-01 UTC.</param>
    /// <param name="console">Takes each sentence for standard error; true when it is an alert, false for a warning. Null while quiet.</param>
    public ServerAnnouncer(LogSinks sinks, LogClock clock, Func<long> wallMs, Action<bool, string>? console)
    {
        _sender = new LogSender(sinks, clock);
        _wallMs = wallMs;
        _console = console;
        _sinks = sinks;
    }

    /// <summary>A configuration is about to be in force: what is said of a server from now on goes to its targets.</summary>
    public void Adopt(ProxySet proxies)
    {
        _targets = new ConcurrentDictionary<Backend, LogTargets>(proxies.BackendSetups.Where(static backend => !backend.Model.Logs.IsEmpty)
            .Select(backend => KeyValuePair.Create(backend.Backend, _sinks.Open(backend.Model.Logs, backend.Model.LogTag))));
        // Those that live on know it already, and are not touched: an old object that is written to costs the next collection a look.
        foreach (var backend in proxies.Backends)
            if (backend.Events != this) backend.Events = this;
    }

    /// <summary>A backend that is added while running: what happens to its servers is said from now on. Before anybody can find it.</summary>
    public void Follow(Backend backend)
    {
        _targets[backend] = _sinks.Open(backend.Model.Logs, backend.Model.LogTag);
        backend.Events = this;
    }

    /// <summary>The backend has been removed.</summary>
    public void Forget(Backend backend) => _targets.TryRemove(backend, out _);

    public void ServerChanged(ServerChange change)
    {
        var wasStopping = change.OldOperating == OperatingState.Stopping || (change.OldAdmin & AdminState.Drain) != 0;
        foreach (var sentence in ServerChangeText.Of(change))
        {
            var alarming = sentence.WentDown && !wasStopping;
            Say(change.Server.Backend, alarming ? LogLevel.Alert : LogLevel.Notice, sentence.Text);
        }
    }

    public void AddressChanged(Server server, IPAddress? before, IPAddress after, string source) => Say(server.Backend, LogLevel.Warning,
        $"{server.Backend.Name}/{server.Name}: IP changed from '{before?.ToString() ?? "(none)"}' to '{after}' by '{source}'.");

    public void BackendWentDown(Backend backend)
    {
        var kind = backend.Model.IsListen ? "proxy" : "backend";
        Write(backend, LogLevel.Emergency, $"{kind} {backend.Name} has no server available!");
        _console?.Invoke(true, $"{kind} '{backend.Name}' has no server available!");
    }

    public void HealthMoved(Server server, HealthState health, CheckOutcome outcome)
    {
        if (!server.Backend.Model.Options.LogHealthChecks) return;
        var verdict = outcome.Result switch
        {
            CheckResult.Failed => "failed",
            CheckResult.ConditionallyPassed => "conditionally succeeded",
            _ => "succeeded",
        };
        var text = new StringBuilder();
        var kind = server.Model.Backup ? "backup server" : "server";
        var check = health == server.Agent ? "Agent" : "Health";
        text.Append(CultureInfo.InvariantCulture, $"{check} check for {kind} {server.Backend.Name}/{server.Name} {verdict}");
        ServerChangeText.AppendReason(text, outcome);
        text.Append(health.IsUp
            ? string.Create(CultureInfo.InvariantCulture, $", status: {health.Value - health.Rise + 1}/{health.Fall} UP.")
            : string.Create(CultureInfo.InvariantCulture, $", status: {health.Value}/{health.Rise} DOWN."));
        Say(server.Backend, LogLevel.Notice, text.ToString());
    }

    private void Say(Backend backend, LogLevel level, string text)
    {
        Write(backend, level, text);
        _console?.Invoke(false, text);
    }

    private void Write(Backend backend, LogLevel level, string text)
    {
        if (_targets.TryGetValue(backend, out var targets)) _sender.Write(targets, level, Encoding.UTF8.GetBytes(text), _wallMs());
    }
}
