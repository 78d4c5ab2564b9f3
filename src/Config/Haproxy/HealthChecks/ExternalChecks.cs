using Evenkeel.Config.Haproxy.Sections;

namespace Evenkeel.Config.Haproxy.HealthChecks;

/// <summary>`external-check command` and `external-check path` (configuration.txt 4.2).</summary>
internal static class ExternalChecks
{
    public static void Read(ProxySection section, Statement statement)
    {
        var context = section.Context;
        if (!statement.Has(1))
        {
            context.Alert("missing argument after 'external-check'.\n");
            return;
        }
        var draft = section.Draft;
        switch (statement[1])
        {
            case "command" or "path" when !statement.Has(2):
                context.Alert($"missing argument after '{statement[1]}'.");
                break;
            case "command":
                if (!context.HasTooMany(statement, 2)) draft.Checks = draft.Checks with { Command = statement[2] };
                break;
            case "path":
                if (!context.HasTooMany(statement, 2)) draft.Checks = draft.Checks with { CommandPath = statement[2] };
                break;
            default:
                context.Alert($"'external-check' only supports 'command' and 'path'. but got '{statement[1]}'.");
                break;
        }
    }
}
