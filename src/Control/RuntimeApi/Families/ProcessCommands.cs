using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Servers;

namespace Evenkeel.Control.RuntimeApi.Families;

/// <summary>Commands about the process: version, environment, limits, waiting.</summary>
public static class ProcessCommands
{
    private const int WaitIntervalMs = 100;

    private const string WaitUsage =
        "Usage: wait {-h|<duration>} [condition [args...]]\n"
        + "  -h          show this\n"
        + "  <duration>  longest time to wait, with an optional unit (us, ms, s, m, h, d);\n"
        + "              milliseconds without one\n"
        + "  condition   ends the wait early when it holds:\n"
        + "    srv-removable <px>/<sv>  the server could be deleted now\n"
        + "    be-removable <px>        the backend could be deleted now\n";

    private const string RateLimitUsage =
        "'set rate-limit' only supports :\n"
        + "   - 'connections global' to set the per-process maximum connection rate\n"
        + "   - 'sessions global' to set the per-process maximum session rate\n"
        + "   - 'ssl-sessions global' to set the per-process maximum SSL session rate\n"
        + "   - 'http-compression global' to set the per-process maximum compression speed in kB/s\n";

    public static IEnumerable<RuntimeCommand> All =>
    [
        RuntimeCommand.ForAll("show version", "", "show the version that runs", static context => CommandAnswer.Info(context.Plane.Process.Facts.Version)),
        RuntimeCommand.ForOperators("show env", "[var]", "show the environment the process has", ShowEnvironment),
        RuntimeCommand.ForOperators("show startup-logs", "", "show what was said while starting", ShowStartupLogs),
        new RuntimeCommand(["debug", "dev", "log"], "debug dev log [msg]", "send a message to the global log targets", CommandLevel.Admin, Log)
        {
            Mode = CommandMode.Expert,
        },
        RuntimeCommand.ForAll("_getsocks", "", "", static context => context.Session.MayTakeSockets ? CommandAnswer.Sockets : CommandAnswer.Quit),
        RuntimeCommand.ForAdmins("set maxconn global", "<value>", "change the limit on connections of the process", SetMaxConnections),
        RuntimeCommand.ForAdmins("set rate-limit", "<setting> <value>", "change a limit on rates", SetRateLimit),
        RuntimeCommand.ForAll("wait", "{-h|<delay_ms>} cond [args...]", "wait for a time or a condition", Wait),
    ];

    private static CommandAnswer Log(CommandContext context)
    {
        context.Plane.Process.Log(string.Join(' ', context.Words.Skip(3)));
        return CommandAnswer.Done;
    }

    private static CommandAnswer ShowEnvironment(CommandContext context)
    {
        var name = context.Word(2);
        if (name.Length == 0) return CommandAnswer.Dump(context.Plane.Process.Environment.Select(static line => line + "\n"));
        foreach (var line in context.Plane.Process.Environment)
            if (line.StartsWith(name + "=", StringComparison.Ordinal)) return CommandAnswer.Dump(line + "\n");
        return CommandAnswer.Error("Variable not found");
    }

    private static CommandAnswer ShowStartupLogs(CommandContext context)
    {
        var logs = context.Plane.Process.StartupLogs;
        return logs.Length == 0 ? CommandAnswer.Done : CommandAnswer.Dump(logs.EndsWith('\n') ? logs : logs + "\n");
    }

    private static CommandAnswer SetMaxConnections(CommandContext context)
    {
        if (context.Word(3).Length == 0) return CommandAnswer.Error("Expects an integer value.");
        var process = context.Plane.Proxies.Process;
        var value = CommandNumbers.Leading(context.Word(3));
        if (value < 0 || value > process.HardMaxConnections) return CommandAnswer.Error("Value out of range.");
        // 0 asks for as many as the machine allows.
        process.MaxConnections = value == 0 ? process.HardMaxConnections : value;
        return CommandAnswer.Done;
    }

    private static CommandAnswer SetRateLimit(CommandContext context)
    {
        var known = context.Word(2) is "connections" or "sessions" or "ssl-sessions" or "http-compression" && context.Word(3) == "global";
        if (!known) return CommandAnswer.Error(RateLimitUsage);
        if (context.Word(4).Length == 0) return CommandAnswer.Error("Expects an integer value.");
        var limit = CommandNumbers.Leading(context.Word(4));
        if (limit < 0) return CommandAnswer.Error("Value out of range.");
        var process = context.Plane.Proxies.Process;
        switch (context.Word(2))
        {
            case "connections": process.ConnectionRateLimit = limit; break;
            case "sessions": process.SessionRateLimit = limit; break;
            case "ssl-sessions": process.TlsRateLimit = limit; break;
            default: return limit == 0 ? CommandAnswer.Done : CommandAnswer.Error("Limits on the speed of compression are not supported yet.");
        }
        return CommandAnswer.Done;
    }

    private static CommandAnswer Wait(CommandContext context)
    {
        if (context.Word(1).Length == 0) return CommandAnswer.Error("Expects a duration in milliseconds.");
        if (context.Word(1) == "-h" || context.Word(2) == "-h") return CommandAnswer.Info(WaitUsage);
        if (!CommandNumbers.TryDuration(context.Word(1), 1, out var delayMs)) return CommandAnswer.Error("Invalid duration.");
        var deadlineMs = context.NowMs + delayMs;
        switch (context.Word(2))
        {
            case "":
                return CommandAnswer.Later(new Postponement(deadlineMs, 0, static _ => CommandAnswer.Info("Done.")));
            case "srv-removable":
                var path = context.Word(3);
                var plane = context.Plane;
                if (path.Length == 0) return CommandAnswer.Error("Missing server name (<backend>/<server>).");
                return CommandAnswer.Later(new Postponement(deadlineMs, WaitIntervalMs, nowMs => AskRemovable(plane, path, nowMs >= deadlineMs)));
            case "be-removable":
                var (name, proxies) = (context.Word(3), context.Plane);
                if (name.Length == 0) return CommandAnswer.Error("Missing backend name.");
                return CommandAnswer.Later(new Postponement(deadlineMs, WaitIntervalMs, nowMs => AskBackendRemovable(proxies, name, nowMs >= deadlineMs)));
            default:
                return CommandAnswer.Error(WaitUsage);
        }
    }

    /// <summary>Null while the server could still become removable.</summary>
    private static CommandAnswer? AskRemovable(ControlPlane plane, string path, bool isOver)
    {
        var failure = ServerPath.Find(plane, path, out var server);
        if (failure is not null) return CommandAnswer.Error("Failed. " + failure);
        if (server!.Model.IsReferenced)
            return CommandAnswer.Error("Failed. This server cannot be removed at runtime due to other configuration elements pointing to it.");
        if (!server.InMaintenance) return CommandAnswer.Error("Failed. Only servers in maintenance mode can be deleted.");
        if (!IsBusy(server)) return CommandAnswer.Info("Done.");
        return isOver ? CommandAnswer.Error("Failed. Server still has connections attached to it, cannot remove it.") : null;
    }

    /// <summary>Streams in the backend end by themselves; everything else is for people to change.</summary>
    private static CommandAnswer? AskBackendRemovable(ControlPlane plane, string name, bool isOver)
    {
        if (ServerPath.FindBackend(plane, name) is not { } backend) return CommandAnswer.Error("Failed. No such backend.");
        if (DynamicCommands.RemovalObstacle(backend) is not { } obstacle) return CommandAnswer.Info("Done.");
        var isOnlyBusy = !backend.IsPublished && backend.Servers.IsEmpty && !backend.Model.IsReferenced;
        return isOver || !isOnlyBusy ? CommandAnswer.Error("Failed. " + obstacle) : null;
    }

    private static bool IsBusy(Server server)
    {
        if (server.Slots.Current > 0 || server.Queue.Length.Current > 0) return true;
        var gauges = server.Traffic.Gauges();
        return gauges.UsedConnections + gauges.SafeIdleConnections + gauges.UnsafeIdleConnections + gauges.PrivateIdleConnections > 0;
    }
}
