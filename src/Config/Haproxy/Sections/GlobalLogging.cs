using Evenkeel.Config.Haproxy.Values;

namespace Evenkeel.Config.Haproxy.Sections;

/// <summary>Global keywords about logs.</summary>
internal static class GlobalLogging
{
    public static void Log(GlobalSection section, Statement statement)
    {
        if (statement.IsNegated)
        {
            if (statement.Has(1)) section.Context.Alert("log : 'no log' does not expect arguments");
            else section.Model = section.Model with { Logs = [] };
            return;
        }
        if (statement[1] == "global") section.Context.Alert("log : 'global' is not supported for a global syslog server");
        else if (LogTargetText.TryParse(statement, section.Context, "<address> and <facility> ") is { } target)
            section.Model = section.Model with { Logs = section.Model.Logs.Add(target) };
    }

    public static void LogSendHostName(GlobalSection section, Statement statement) =>
        section.Model = section.Model with { LogSendHostName = statement[1] };

    public static void LogTag(GlobalSection section, Statement statement)
    {
        if (!statement.Has(1)) section.Context.Alert("'log-tag' expects a tag for use in syslog.");
        else section.Model = section.Model with { LogTag = statement[1] };
    }
}
