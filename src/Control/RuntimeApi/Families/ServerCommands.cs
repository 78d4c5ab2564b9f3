using System.Globalization;
using Evenkeel.Proxy.Servers;

namespace Evenkeel.Control.RuntimeApi.Families;

/// <summary>Commands that change servers: state, weight, address, health, limits.</summary>
public static class ServerCommands
{
    private const string SetServerUsage =
        "usage: set server <backend>/<server> addr | agent | agent-addr | agent-port | agent-send | check-addr | check-port | "
        + "fqdn | health | name | ssl | state | weight";

    public static IEnumerable<RuntimeCommand> All =>
    [
        RuntimeCommand.ForAdmins("set server", "<bk>/<srv> [opts]", "change a server's state, weight, address or health", OnServer(SetServer, 2)),
        RuntimeCommand.ForAll("get weight", "<bk>/<srv>", "show a server's weight", OnServer(GetWeight, 2)),
        RuntimeCommand.ForAdmins("set weight", "<bk>/<srv>", "change a server's weight (older form of 'set server')",
            OnServer(static (context, server) => SetWeight(context, server, context.Word(3)), 2)),
        RuntimeCommand.ForAdmins("set maxconn server", "<bk>/<srv>", "change a server's limit on connections", OnServer(SetMaxConnections, 3)),
        RuntimeCommand.ForAdmins("disable server", "<bk>/<srv>", "put a server in maintenance (older form of 'set server')",
            OnServer(static (context, server) => Do(() => server.EnterMaintenance(context.NowMs)), 2)),
        RuntimeCommand.ForAdmins("enable server", "<bk>/<srv>", "take a server out of maintenance (older form of 'set server')",
            OnServer(static (context, server) => Do(() => server.MakeReady(context.NowMs)), 2)),
        RuntimeCommand.ForAdmins("disable health", "<bk>/<srv>", "stop a server's health checks",
            OnServer(static (_, server) => Do(() => server.Health.IsEnabled = false), 2)),
        RuntimeCommand.ForAdmins("enable health", "<bk>/<srv>", "start a server's health checks", OnServer(EnableHealth, 2)),
        RuntimeCommand.ForAdmins("disable agent", "<bk>/<srv>", "stop a server's agent checks",
            OnServer(static (_, server) => Do(() => server.Agent.IsEnabled = false), 2)),
        RuntimeCommand.ForAdmins("enable agent", "<bk>/<srv>", "start a server's agent checks", OnServer(EnableAgent, 2)),
    ];

    /// <summary>A function that works on the server named by the word at <paramref name="position"/>.</summary>
    private static CommandFunction OnServer(Func<CommandContext, Server, CommandAnswer> work, int position) => context =>
        ServerPath.Find(context.Plane, context.Word(position), out var server) is { } failure ? CommandAnswer.Error(failure) : work(context, server!);

    private static CommandAnswer Do(Action change)
    {
        change();
        return CommandAnswer.Done;
    }

    private static CommandAnswer SetServer(CommandContext context, Server server) => context.Word(3) switch
    {
        "state" => SetState(context, server),
        "weight" => SetWeight(context, server, context.Word(4)),
        "health" => SetHealth(context, server),
        "addr" => ServerAddressCommand.Run(context, server),
        "agent" or "agent-addr" or "agent-port" or "agent-send" => AgentCommands.Set(context, server),
        "check-port" => ServerAddressCommand.SetCheckPort(context, server),
        "check-addr" => ServerAddressCommand.SetCheckAddress(context, server),
        "fqdn" => ServerAddressCommand.SetHostName(context, server),
        "ssl" => SwitchTls(context, server),
        "name" => Rename(context, server),
        _ => CommandAnswer.Error(SetServerUsage),
    };

    private static CommandAnswer SetState(CommandContext context, Server server)
    {
        switch (context.Word(4))
        {
            case "ready": server.MakeReady(context.NowMs); break;
            case "drain": server.StartDraining(context.NowMs); break;
            case "maint": server.EnterMaintenance(context.NowMs); break;
            default: return CommandAnswer.Error("'set server <srv> state' expects 'ready', 'drain' and 'maint'.");
        }

        return CommandAnswer.Done;
    }

    private static CommandAnswer SwitchTls(CommandContext context, Server server)
    {
        if (server.IsDynamic) return CommandAnswer.Error("'set server <srv> ssl' not supported on dynamic servers");
        const string unprepared = "'set server <srv> ssl' cannot be set.  default-server should define ssl settings";
        if (server.Model.Tls is not ({ IsSwitchable: true } or { Checks: true })) return CommandAnswer.Error(unprepared);
        if (context.Word(4) is not ("on" or "off")) return CommandAnswer.Error("'set server <srv> ssl' expects 'on' or 'off'.");
        return server.SwitchTls(context.Word(4) == "on") ? CommandAnswer.Notice("server ssl setting updated.") : CommandAnswer.Error(unprepared);
    }

    private static CommandAnswer Rename(CommandContext context, Server server)
    {
        var name = context.Word(4);
        if (name.Length == 0) return CommandAnswer.Error("set server <b>/<s> name requires a new name.");
        if (!server.InMaintenance)
            return CommandAnswer.Error("Server must be in maintenance mode to be renamed (set server <b>/<s> state maint).");
        foreach (var c in name)
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.' or ':')) return CommandAnswer.Error("Server name contains invalid characters.");
        if (name == server.Name) return CommandAnswer.Notice("Server name updated.");
        if (server.Backend.FindServer(name) is not null) return CommandAnswer.Error("A server with the same name already exists in this backend.");
        if (server.Model.IsReferenced)
            return CommandAnswer.Error("Cannot rename: server's name is statically referenced (use-server, track, or sample argument).");
        server.Rename(name);
        return CommandAnswer.Notice("Server name updated.");
    }

    private static CommandAnswer SetHealth(CommandContext context, Server server)
    {
        OperatingState? state = context.Word(4) switch
        {
            "up" => OperatingState.Running,
            "stopping" => OperatingState.Stopping,
            "down" => OperatingState.Stopped,
            _ => null,
        };
        if (state is null) return CommandAnswer.Error("'set server <srv> health' expects 'up', 'stopping', or 'down'.");
        if (server.Tracked is not null) return CommandAnswer.Error("cannot change health on a tracking server.");
        server.ForceHealth(state.Value, context.NowMs);
        return CommandAnswer.Done;
    }

    private static CommandAnswer GetWeight(CommandContext context, Server server) =>
        CommandAnswer.Dump(string.Create(CultureInfo.InvariantCulture, $"{server.UserWeight} (initial {server.InitialWeight})\n"));

    private static CommandAnswer SetWeight(CommandContext context, Server server, string text)
    {
        var failure = WeightText.Read(text, server, out var weight);
        if (failure is not null) return CommandAnswer.Error(failure);
        server.SetWeight(weight, context.NowMs);
        return CommandAnswer.Done;
    }

    private static CommandAnswer SetMaxConnections(CommandContext context, Server server)
    {
        var text = context.Word(4);
        if (text.Length == 0) return CommandAnswer.Error("Require <maxconn>.");
        var digits = text.AsSpan().TrimStart('-');
        if (digits.IsEmpty || !char.IsAsciiDigit(digits[0])) return CommandAnswer.Error("maxconn string empty or preceded by garbage");
        if (digits.ContainsAnyExceptInRange('0', '9')) return CommandAnswer.Error("Trailing garbage in maxconn string");
        // A negative limit counts as none, as in the original.
        server.MaxConnections = Math.Max(0, CommandNumbers.Leading(text));
        server.WakeQueue();
        return CommandAnswer.Done;
    }

    private static CommandAnswer EnableHealth(CommandContext context, Server server)
    {
        if (!server.Health.IsConfigured) return CommandAnswer.Error("Health check was not configured on this server, cannot enable.");
        server.Health.IsEnabled = true;
        return CommandAnswer.Done;
    }

    private static CommandAnswer EnableAgent(CommandContext context, Server server)
    {
        if (!server.Agent.IsConfigured) return CommandAnswer.Error("Agent was not configured on this server, cannot enable.");
        server.Agent.IsEnabled = true;
        return CommandAnswer.Done;
    }
}
