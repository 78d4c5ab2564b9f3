using Evenkeel.Config.Haproxy.Expressions;
using Evenkeel.Model.Proxy;
using Evenkeel.Model.Rules;
using Evenkeel.Model.Samples;

namespace Evenkeel.Config.Haproxy.Sections;

/// <summary>Where a request goes: `use_backend`, `default_backend`, `use-server`, `monitor fail`, `monitor-uri`.</summary>
internal static class ProxySwitching
{
    public static void DefaultBackend(ProxySection section, Statement statement)
    {
        section.WarnWhenLacking(ProxySides.Frontend, "default_backend");
        if (!statement.Has(1)) section.Context.Alert("'default_backend' expects a backend name.");
        else if (!section.Context.HasTooMany(statement, 1)) section.Draft.DefaultBackend = statement[1];
    }

    public static void UseBackend(ProxySection section, Statement statement)
    {
        if (section.IsNotForDefaults("use_backend")) return;
        section.WarnWhenLacking(ProxySides.Frontend, "use_backend");
        var context = section.Context;
        if (!statement.Has(1))
        {
            context.Alert("'use_backend' expects a backend name.");
            return;
        }
        ConditionModel? condition = null;
        if (statement.Has(2))
        {
            if (statement[2] is not ("if" or "unless"))
            {
                context.Alert($"unexpected keyword '{statement[2]}' after switching rule, only 'if' and 'unless' are allowed.");
                return;
            }
            condition = section.Condition(statement, 2, "switching rule", SamplePlaces.UseBackend);
            if (condition is null) return;
        }
        WarnAboutOrder(section, "use_backend");
        if (LogFormatParser.TryParse(statement[1], section.Scope, LogFormatUse.Plain, SamplePlaces.UseBackend, out var error) is { } target)
            section.Draft.UseBackend.Add(new SwitchingRuleModel(target, condition, statement.Position));
        else section.Draft.BadTargets.Add($"Parsing [{statement.Position}]: failed to parse use_backend rule '{statement[1]}' : {error}.");
    }

    public static void ForceSwitch(ProxySection section, Statement statement)
    {
        if (section.IsNotForDefaults("force-be-switch")) return;
        var context = section.Context;
        if (!section.Draft.IsFrontend) context.Alert("'force-be-switch' only available in frontend or listen section.");
        else if (statement[1] is not ("if" or "unless")) context.Alert("'force-be-switch' requires either 'if' or 'unless' followed by a condition.");
        else if (section.Condition(statement, 1, "switching rule", SamplePlaces.UseBackend) is { } condition)
            section.Draft.ForceSwitch = section.Draft.ForceSwitch.Add(condition);
    }

    public static void UseServer(ProxySection section, Statement statement)
    {
        if (section.IsNotForDefaults("use-server")) return;
        section.WarnWhenLacking(ProxySides.Backend, "use-server");
        var context = section.Context;
        if (!statement.Has(1)) context.Alert("'use-server' expects a server name.");
        else if (statement[2] is not ("if" or "unless")) context.Alert("'use-server' requires either 'if' or 'unless' followed by a condition.");
        else if (section.Condition(statement, 2, "switching rule", SamplePlaces.UseServer) is { } condition)
        {
            WarnAboutOrder(section, "use-server");
            if (LogFormatParser.TryParse(statement[1], section.Scope, LogFormatUse.Plain, SamplePlaces.UseServer, out var error) is { } target)
                section.Draft.UseServer.Add(new SwitchingRuleModel(target, condition, statement.Position));
            else section.Draft.BadTargets.Add($"Parsing [{statement.Position}]; use-server rule failed to parse log-format '{statement[1]}' : {error}.");
        }
    }

    public static void Monitor(ProxySection section, Statement statement)
    {
        if (section.IsNotForDefaults("monitor")) return;
        section.WarnWhenLacking(ProxySides.Frontend, "monitor");
        var context = section.Context;
        if (statement[1] != "fail") context.Alert("'monitor' only supports 'fail'.");
        else if (statement[2] is not ("if" or "unless")) context.Alert("'monitor fail' requires either 'if' or 'unless' followed by a condition.");
        else if (section.Condition(statement, 2, "a 'monitor fail' condition", SamplePlaces.FrontendHttpRequest) is { } condition)
        {
            WarnAboutOrder(section, "monitor fail");
            section.Draft.MonitorFail = section.Draft.MonitorFail.Add(condition);
        }
    }

    public static void MonitorUri(ProxySection section, Statement statement)
    {
        section.WarnWhenLacking(ProxySides.Frontend, "monitor-uri");
        if (section.Context.HasTooMany(statement, 1)) return;
        if (!statement.Has(1)) section.Context.Alert("'monitor-uri' expects an URI.");
        else section.Draft.MonitorUri = statement[1];
    }

    public static void MonitorNet(ProxySection section, Statement statement) =>
        section.Context.Alert($"'monitor-net' doesn't exist anymore. Please use 'http-request return status 200 if {{ src {statement[1]} }}' instead.");

    public static void WarnAboutOrder(ProxySection section, string stage)
    {
        if (section.Order.Add(stage) is { } warning) section.Context.Warning(warning);
    }
}
