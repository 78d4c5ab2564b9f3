using Evenkeel.Proxy.Servers;

namespace Evenkeel.Control.RuntimeApi.Families;

/// <summary>Commands that change frontends: limits, pause, end.</summary>
public static class FrontendCommands
{
    public static IEnumerable<RuntimeCommand> All =>
    [
        RuntimeCommand.ForAdmins("set maxconn frontend", "<frontend> <value>", "change a frontend's limit on connections", OnFrontend(SetMaxConnections, 3)),
        RuntimeCommand.ForAdmins("disable frontend", "<frontend>", "take no new connections for a while", OnFrontend(Disable, 2)),
        RuntimeCommand.ForAdmins("enable frontend", "<frontend>", "take connections again", OnFrontend(Enable, 2)),
        RuntimeCommand.ForAdmins("shutdown frontend", "<frontend>", "close a frontend's sockets for good", OnFrontend(Shutdown, 2)),
    ];

    private static CommandFunction OnFrontend(Func<CommandContext, Frontend, CommandAnswer> work, int position) => context =>
    {
        var name = context.Word(position);
        if (name.Length == 0) return CommandAnswer.Error("A frontend name is expected.");
        return ServerPath.FindFrontend(context.Plane, name) is { } frontend ? work(context, frontend) : CommandAnswer.Error("No such frontend.");
    };

    private static CommandAnswer SetMaxConnections(CommandContext context, Frontend frontend)
    {
        if (context.Word(4).Length == 0) return CommandAnswer.Error("Integer value expected.");
        var value = CommandNumbers.Leading(context.Word(4));
        if (value < 0) return CommandAnswer.Error("Value out of range.");
        frontend.MaxConnections = value;
        return CommandAnswer.Done;
    }

    private static CommandAnswer Disable(CommandContext context, Frontend frontend)
    {
        if (context.Plane.Listeners is not { } listeners) return NotYet("disable");
        if (frontend.State == FrontendState.Stopped) return CommandAnswer.Notice("Frontend was previously shut down, cannot disable.");
        if (frontend.State == FrontendState.Paused) return CommandAnswer.Notice("All sockets are already disabled.");
        return listeners.Pause(frontend) ? CommandAnswer.Done : CommandAnswer.Error("Failed to pause frontend, check logs for precise cause.");
    }

    private static CommandAnswer Enable(CommandContext context, Frontend frontend)
    {
        if (context.Plane.Listeners is not { } listeners) return NotYet("enable");
        if (frontend.State == FrontendState.Stopped) return CommandAnswer.Notice("Frontend was previously shut down, cannot enable.");
        if (frontend.State != FrontendState.Paused) return CommandAnswer.Notice("All sockets are already enabled.");
        return listeners.Resume(frontend)
            ? CommandAnswer.Done
            : CommandAnswer.Error("Failed to resume frontend, check logs for precise cause (port conflict?).");
    }

    private static CommandAnswer Shutdown(CommandContext context, Frontend frontend)
    {
        if (context.Plane.Listeners is not { } listeners) return NotYet("shutdown");
        if (frontend.State == FrontendState.Stopped) return CommandAnswer.Notice("Frontend was already shut down.");
        listeners.Stop(frontend);
        return CommandAnswer.Done;
    }

    private static CommandAnswer NotYet(string verb) => CommandAnswer.Error($"'{verb} frontend' is not supported by this process.");
}
