using System.Globalization;
using Evenkeel.Proxy.Servers;

namespace Evenkeel.Control.RuntimeApi.Families;

/// <summary>`set server ... agent`, `agent-addr`, `agent-port` and `agent-send` (management.txt 9.3 "set server").</summary>
internal static class AgentCommands
{
    private const string None = "agent checks are not enabled on this server";

    public static CommandAnswer Set(CommandContext context, Server server)
    {
        var (what, value) = (context.Word(3), context.Word(4));
        if (!server.Agent.IsEnabled) return what is "agent" or "agent-send" ? CommandAnswer.Error(None + ".") : CommandAnswer.Warning(None);
        switch (what)
        {
            case "agent" when value is "up" or "down":
                server.ForceAgent(value == "up", context.NowMs);
                return CommandAnswer.Done;
            case "agent":
                return CommandAnswer.Error("'set server <srv> agent' expects 'up' or 'down'.");
            case "agent-send":
                server.AgentQuestion = value;
                return CommandAnswer.Done;
            case "agent-port":
                if (value.Length == 0) return CommandAnswer.Warning("set server <b>/<s> agent-port requires a port.");
                return SetPort(server, value) ?? CommandAnswer.Done;
            default:
                return SetAddress(context, server, value);
        }
    }

    private static CommandAnswer SetAddress(CommandContext context, Server server, string text)
    {
        if (text.Length == 0) return CommandAnswer.Warning("set server <b>/<s> agent-addr requires an address and optionally a port.");
        if (!ServerAddressCommand.TryAddress(text, out var address)) return CommandAnswer.Warning($"invalid addr '{text}'");
        if (context.Word(5) == "port" && SetPort(server, context.Word(6)) is { } wrong) return wrong;
        server.AgentAddress = address;
        return CommandAnswer.Done;
    }

    /// <summary>The complaint about what is no port, else null.</summary>
    private static CommandAnswer? SetPort(Server server, string text)
    {
        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var port))
            return CommandAnswer.Warning("provided port is not an integer");
        if (port is < 0 or > ushort.MaxValue) return CommandAnswer.Warning("provided port is invalid");
        server.AgentPort = port;
        return null;
    }
}
