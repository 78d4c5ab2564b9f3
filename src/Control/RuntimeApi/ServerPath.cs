using System.Globalization;
using Evenkeel.Proxy.Servers;

namespace Evenkeel.Control.RuntimeApi;

/// <summary>Finds what commands name: servers as `backend/server`, proxies by name or `#id`.</summary>
public static class ServerPath
{
    /// <returns>Null and the server when found, else what to answer.</returns>
    public static string? Find(ControlPlane plane, string path, out Server? server)
    {
        server = null;
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 || slash == path.Length - 1) return "Require 'backend/server'.";
        if (FindBackend(plane, path[..slash]) is not { } backend) return "No such backend.";
        var name = path[(slash + 1)..];
        server = backend.FindServer(name) ?? (TryId(name, out var id) ? backend.FindServer(id) : null);
        return server is null ? "No such server." : null;
    }

    public static Backend? FindBackend(ControlPlane plane, string name) =>
        plane.Proxies.FindBackend(name) ?? (TryId(name, out var id) ? plane.Proxies.FindBackend(id) : null);

    public static Frontend? FindFrontend(ControlPlane plane, string name) =>
        plane.Proxies.FindFrontend(name) ?? (TryId(name, out var id) ? plane.Proxies.FindFrontend(id) : null);

    private static bool TryId(string text, out int id)
    {
        id = 0;
        return text.StartsWith('#') && int.TryParse(text.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out id);
    }
}
