using Evenkeel.Proxy.Servers;

namespace Evenkeel.Control.RuntimeApi.Families;

/// <summary>Commands about dynamic cookies: whether servers get names made of a key and their address.</summary>
public static class CookieCommands
{
    public static IEnumerable<RuntimeCommand> All =>
    [
        RuntimeCommand.ForAdmins("disable dynamic-cookie backend", "<bk>", "make no more cookies from the key of a backend", context => Switch(context, false)),
        RuntimeCommand.ForAdmins("enable dynamic-cookie backend", "<bk>", "make cookies from the key of a backend", context => Switch(context, true)),
        RuntimeCommand.ForAdmins("set dynamic-cookie-key backend", "<bk> <k>", "change the key that cookies of a backend are made from", SetKey),
    ];

    private static CommandAnswer Switch(CommandContext context, bool on)
    {
        if (Find(context, out var backend) is { } complaint) return complaint;
        backend!.UsesDynamicCookies = on;
        return CommandAnswer.Done;
    }

    private static CommandAnswer SetKey(CommandContext context)
    {
        if (Find(context, out var backend) is { } complaint) return complaint;
        if (context.Word(4).Length == 0) return CommandAnswer.Error("String value expected.");
        backend!.DynamicCookieKey = context.Word(4);
        return CommandAnswer.Done;
    }

    private static CommandAnswer? Find(CommandContext context, out Backend? backend)
    {
        backend = null;
        if (context.Word(3).Length == 0) return CommandAnswer.Error("A backend name is expected.");
        backend = ServerPath.FindBackend(context.Plane, context.Word(3));
        return backend is null ? CommandAnswer.Error("No such backend.") : null;
    }
}
