using Evenkeel.Config.Haproxy.Expressions;
using Evenkeel.Config.Haproxy.Values;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Config.Haproxy.Sections;

/// <summary>`log`, log formats and unique ids of a proxy.</summary>
internal static class ProxyLogging
{
    public static void Log(ProxySection section, Statement statement)
    {
        var (context, draft) = (section.Context, section.Draft);
        if (statement.IsNegated)
        {
            if (statement.Has(1)) context.Alert("log : 'no log' does not expect arguments");
            draft.Logs = [];
            draft.LogsToGlobal = false;
        }
        else if (statement[1] == "global" && !statement.Has(2)) draft.LogsToGlobal = true;
        else if (statement[1] == "global") context.Alert($"log : unknown log facility '{statement[2]}'");
        else if (LogTargetText.TryParse(statement, context, "<address> and <facility> or global") is { } target) draft.Logs = draft.Logs.Add(target);
    }

    public static void LogTag(ProxySection section, Statement statement)
    {
        if (!statement.Has(1)) section.Context.Alert("'log-tag' expects a tag for use in syslog.");
        else section.Draft.LogTag = statement[1];
    }

    public static void LogFormat(ProxySection section, Statement statement)
    {
        if (TryFormat(section, statement) is not { } format) return;
        TellOverride(section, "log-format");
        section.Draft.LogFormat = format;
        section.Draft.Options = section.Draft.Options with { HttpLog = false, TcpLog = false, CommonLogFormat = false };
    }

    public static void ErrorLogFormat(ProxySection section, Statement statement)
    {
        if (TryFormat(section, statement) is not { } format) return;
        if (section.Draft is { IsDefaults: true, ErrorLogFormat: not null }) TellOverride(section.Context, "error-log-format", "error-log-format");
        section.Draft.ErrorLogFormat = format;
    }

    /// <summary>Warns in `defaults` that what names the format of log lines replaces what named it before, there or in the `defaults` it comes from.</summary>
    public static void TellOverride(ProxySection section, string now)
    {
        var draft = section.Draft;
        if (!draft.IsDefaults) return;
        if (draft.LogFormat is not null) TellOverride(section.Context, now, "log-format");
        else if (OptionReaders.LogOption(draft.Options) is { } before) TellOverride(section.Context, now, $"option {before}");
    }

    private static void TellOverride(ParseContext context, string now, string before) =>
        context.WarningTight($"'{now}' overrides previous '{before}' in 'defaults' section.");

    public static void StructuredData(ProxySection section, Statement statement)
    {
        if (TryFormat(section, statement) is { } format) section.Draft.StructuredDataFormat = format;
    }

    public static void LogSteps(ProxySection section, Statement statement)
    {
        var (context, draft) = (section.Context, section.Draft);
        if (!draft.IsDefaults && !draft.IsFrontend)
        {
            context.Warning($"log-steps will be ignored because {draft.TypeName} '{draft.Name}' has no frontend capability");
            return;
        }
        draft.LogSteps = Model.Proxy.LogSteps.None;
        if (!statement.Has(1)) return;
        if (statement[1] == "all")
        {
            draft.LogSteps = Model.Proxy.LogSteps.All;
            return;
        }
        foreach (var name in statement[1].Split(','))
        {
            if (LogStepNames.Find(name) is not { } step || step is LogStep.Error or LogStep.Any)
            {
                context.Alert($"invalid log step name ({name}). Expected values are: accept, request, connect, response, close, {LogProfileSection.MoreSteps}");
                return;
            }
            // The others are the rule sets of do-log, which need no leave.
            if (step <= LogStep.Close) draft.LogSteps |= (LogSteps)(1 << (int)step);
        }
    }

    private static LogFormatText? TryFormat(ProxySection section, Statement statement)
    {
        var context = section.Context;
        if (!statement.Has(1)) context.Alert($"{statement.Keyword} expects an argument.");
        else if (statement.Has(2)) context.Alert($"{statement.Keyword} expects only one argument, don't forget to escape spaces!");
        else
        {
            if (!section.Draft.IsDefaults && !section.Draft.IsFrontend)
            {
                context.Warning($"{section.Draft.TypeName} '{section.Draft.Name}' : '{statement.Keyword}' directive is ignored in backends.");
                return null;
            }
            return new LogFormatText(statement[1], statement.Position);
        }
        return null;
    }

    public static void UniqueIdFormat(ProxySection section, Statement statement)
    {
        if (!statement.Has(1)) section.Context.Alert("unique-id-format expects an argument.");
        else if (statement.Has(2)) section.Context.Alert("unique-id-format expects only one argument, don't forget to escape spaces!");
        else section.Draft.UniqueIdFormat = new LogFormatText(statement[1], statement.Position);
    }

    public static void UniqueIdHeader(ProxySection section, Statement statement)
    {
        if (!statement.Has(1)) section.Context.Alert("unique-id-header expects an argument.");
        else section.Draft.UniqueIdHeader = statement[1];
    }
}
