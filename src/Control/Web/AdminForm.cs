using Evenkeel.Control.RuntimeApi;
using Evenkeel.Proxy.Servers;

namespace Evenkeel.Control.Web;

/// <summary>What came of an action on a statistics page; the names are what stands behind `st=` in the answer's location.</summary>
public enum AdminOutcome { DONE, NONE, PART, DENY, ERRP, EXCD }

/// <summary>Carries out the form below a backend's table: an action on the ticked servers (`stats admin`).</summary>
public static class AdminForm
{
    /// <summary>Actions in the order the form offers them, with the words it shows.</summary>
    public static IReadOnlyList<(string Name, string Label)> Actions { get; } =
    [
        ("ready", "Set state to READY"),
        ("drain", "Set state to DRAIN"),
        ("maint", "Set state to MAINT"),
        ("dhlth", "Health: disable checks"),
        ("ehlth", "Health: enable checks"),
        ("hrunn", "Health: force UP"),
        ("hnolb", "Health: force NOLB"),
        ("hdown", "Health: force DOWN"),
    ];

    /// <param name="body">Fields `s` (a server, repeated), `b` (its backend by name or `#id`) and `action`.</param>
    public static AdminOutcome Apply(ControlPlane plane, string body, long nowMs)
    {
        Backend? backend = null;
        string action = "", backendName = "";
        var servers = new List<string>();
        foreach (var (name, value) in FormText.Parse(body))
        {
            if (name == "s") servers.Add(value);
            else if (name == "b") backendName = value;
            else if (name == "action") action = value;
        }

        if (action.Length == 0 && backendName.Length == 0 && servers.Count == 0) return AdminOutcome.NONE;
        if (backendName.Length > 0) backend = ServerPath.FindBackend(plane, backendName);
        if (backend is null || Find(action) is not { } act) return AdminOutcome.ERRP;
        var (changed, unknown) = (0, 0);
        foreach (var name in servers)
        {
            if (backend.FindServer(name) is not { } server) unknown++;
            else if (act(server, nowMs)) changed++;
        }

        if (unknown > 0) return changed > 0 ? AdminOutcome.PART : AdminOutcome.ERRP;
        return changed > 0 ? AdminOutcome.DONE : AdminOutcome.NONE;
    }

    /// <summary>The action of a name: true when it applied to the server at all.</summary>
    private static Func<Server, long, bool>? Find(string action) => action switch
    {
        "ready" or "enable" => static (server, nowMs) => Done(() => server.MakeReady(nowMs)),
        "drain" => static (server, nowMs) => Done(() => server.StartDraining(nowMs)),
        "maint" or "disable" or "stop" => static (server, nowMs) => Done(() => server.EnterMaintenance(nowMs)),
        "dhlth" => static (server, _) => server.Health.IsEnabled && Done(() => server.Health.IsEnabled = false),
        "ehlth" => static (server, _) => server.Health is { IsConfigured: true, IsEnabled: false } && Done(() => server.Health.IsEnabled = true),
        "hrunn" => static (server, nowMs) => Force(server, OperatingState.Running, nowMs),
        "hnolb" => static (server, nowMs) => Force(server, OperatingState.Stopping, nowMs),
        "hdown" => static (server, nowMs) => Force(server, OperatingState.Stopped, nowMs),
        _ => null,
    };

    private static bool Force(Server server, OperatingState state, long nowMs) => server.Tracked is null && Done(() => server.ForceHealth(state, nowMs));

    private static bool Done(Action change)
    {
        change();
        return true;
    }
}
