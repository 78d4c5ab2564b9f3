using System.Collections.Immutable;
using Evenkeel.Config.Diagnostics;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Config.Haproxy.Checks;

/// <summary>Whether the rings and backends that `log` lines name exist. The original says so only when it starts; a check
/// that finds it is worth more.</summary>
internal sealed class LogTargetChecks
{
    private readonly ParseContext _context;
    private readonly HashSet<(string, Model.SourcePosition)> _said = [];

    private LogTargetChecks(ParseContext context) => _context = context;

    public static void Check(ParseContext context, IEnumerable<FrontendModel> frontends, IEnumerable<BackendModel> backends)
    {
        var checks = new LogTargetChecks(context);
        checks.Global();
        foreach (var proxy in frontends.Cast<ProxyModel>().Concat(backends)) checks.Section("proxy", proxy.Name, proxy.Logs);
        foreach (var forward in context.Draft.LogForwards)
        {
            if (forward.Binds.Length + forward.DatagramBinds.Length == 0)
                context.Diagnostics.Say(Severity.Warning, forward.Position,
                    $"frontend '{forward.Name}' has no 'bind' directive. Please declare it as a backend if this was intended.");
            checks.Section("log-forward", forward.Name, forward.Logs);
        }
    }

    private void Global()
    {
        foreach (var log in _context.Draft.Global.Logs)
            if (Complaint(log) is { } complaint)
                Say(log, $"global log directive declared in file {log.Position.File} at line '{log.Position.Line}' uses {complaint}.");
    }

    private void Section(string kind, string name, ImmutableArray<LogTargetModel> logs)
    {
        foreach (var log in logs)
        {
            // Both halves of a `listen` section have the same lines.
            if (Complaint(log) is not { } complaint || !_said.Add((name, log.Position))) continue;
            Say(log, $"log directive declared in {kind} section '{name}' in file '{log.Position.File}' at line {log.Position.Line} uses {complaint}.");
        }
    }

    private string? Complaint(LogTargetModel log)
    {
        if (log.RingName is { } ring && !_context.Draft.Rings.Exists(each => each.Name == ring)) return $"unknown ring named '{ring}'";
        if (log.BackendName is not { } name) return null;
        if (_context.Draft.FindProxy(name) is not { IsBackend: true } backend) return $"unknown log backend '{name}'";
        return backend.Mode == ProxyMode.Log ? null : $"incompatible log backend '{name}'";
    }

    private void Say(LogTargetModel log, string text) => _context.Diagnostics.Say(Severity.Alert, log.Position, text);
}
