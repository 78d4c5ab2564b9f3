using Evenkeel.Config.Haproxy.Expressions;
using Evenkeel.Config.Haproxy.Values;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Config.Haproxy.Sections;

/// <summary>What a proxy is: mode, id, description, whether it runs at all.</summary>
internal static class ProxyIdentity
{
    public static void Mode(ProxySection section, Statement statement)
    {
        var context = section.Context;
        if (context.HasTooMany(statement, 1)) return;
        section.Draft.HasExplicitMode = true;
        switch (statement[1])
        {
            case "http":
                section.Draft.Mode = ProxyMode.Http;
                break;
            case "tcp":
                section.Draft.Mode = ProxyMode.Tcp;
                break;
            case "log":
                // A frontend of its own is refused; a `listen` only serves as the backend it is too.
                if (!section.Draft.IsDefaults && !section.Draft.IsBackend)
                    context.Alert("mode syslog is only applicable on proxies with backend capability.");
                else section.Draft.Mode = ProxyMode.Log;
                break;
            case "spop" when !section.Draft.IsDefaults && !section.Draft.IsBackend:
                context.Alert("mode spop is only applicable on proxies with backend capability.");
                break;
            case "haterm" when !section.Draft.IsDefaults && !section.Draft.IsFrontend:
                context.Alert("mode haterm is only applicable on proxies with frontend capability.");
                break;
            case "spop" or "haterm":
                context.NotSupported($"'mode {statement[1]}'");
                break;
            case "health":
                context.Alert("'mode health' doesn't exist anymore. Please use 'http-request return status 200' instead.");
                break;
            default:
                context.Alert($"unknown proxy mode '{statement[1]}'.");
                break;
        }
    }

    public static void Id(ProxySection section, Statement statement)
    {
        var context = section.Context;
        if (section.IsNotForDefaults("id") || context.HasTooMany(statement, 1)) return;
        var id = Units.LenientInteger(statement[1]);
        if (!statement.Has(1)) context.AlertTight("'id' expects an integer argument.");
        else if (id <= 0) context.AlertTight("custom id has to be > 0.");
        else if (context.Draft.ExplicitIds.TryGetValue(id, out var other) && other != section.Draft)
            context.AlertTight($"{section.Draft.TypeName} {section.Draft.Name} reuses same custom id as {other.TypeName} {other.Name} (declared at "
                + $"{other.Position}).");
        else (section.Draft.ExplicitId, context.Draft.ExplicitIds[id]) = (id, section.Draft);
    }

    public static void Description(ProxySection section, Statement statement)
    {
        if (section.Draft.IsDefaults) section.Context.AlertTight("'description' not allowed in 'defaults' section.");
        else if (!statement.Has(1)) section.Context.AlertTight("'description' expects a string argument.");
        else section.Draft.Description = statement.Rest(1);
    }

    public static void Disabled(ProxySection section, Statement statement)
    {
        if (!section.Context.HasTooMany(statement, 0)) section.Draft.Disabled = true;
    }

    public static void Guid(ProxySection section, Statement statement)
    {
        var context = section.Context;
        if (section.IsNotForDefaults("guid")) return;
        if (!statement.Has(1)) context.Alert("'guid' : expects an argument");
        else if (context.Draft.Guids.Claim(statement[1], $"{section.Draft.TypeName} {section.Draft.Name}") is { } complaint) context.Alert(complaint);
        else section.Draft.Guid = statement[1];
    }

    public static void LoadServerState(ProxySection section, Statement statement)
    {
        if (section.Lacks(ProxySides.Backend, "load-server-state-from-file")) return;
        ServerStateSource? source = statement[1] switch
        {
            "global" => ServerStateSource.Global,
            "local" => ServerStateSource.Local,
            "none" => ServerStateSource.None,
            _ => null,
        };
        if (source is null)
            section.Context.Alert($"'load-server-state-from-file' expects 'global', 'local' or 'none'. Got '{statement[1]}'");
        else if (!section.Context.HasTooMany(statement, 1)) section.Draft.StateSource = source;
    }

    public static void ServerStateFileName(ProxySection section, Statement statement)
    {
        if (section.IsNotForDefaults("server-state-file-name") || section.Lacks(ProxySides.Backend, "server-state-file-name")) return;
        if (section.Context.HasTooMany(statement, 1)) return;
        section.Draft.StateFileName = statement.Has(1) && statement[1] != "use-backend-name" ? statement[1] : null;
    }

    public static void Unpublished(ProxySection section, Statement statement)
    {
        if (section.IsNotForDefaults("be-unpublished")) return;
        if (!section.Draft.IsBackend) section.Context.Alert("'be-unpublished' only available in backend or listen section.");
        else section.Draft.IsUnpublished = true;
    }

    public static void Enabled(ProxySection section, Statement statement)
    {
        if (!section.Context.HasTooMany(statement, 0)) section.Draft.Disabled = false;
    }
}
