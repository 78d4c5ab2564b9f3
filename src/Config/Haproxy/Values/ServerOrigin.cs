using Evenkeel.Config.Haproxy.Sections;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Config.Haproxy.Values;

/// <summary>`from none|be:[BACKEND]|srv:[BACKEND/]SERVER`: the settings a server or default-server begins with (configuration.txt 5.2 "from").</summary>
internal static class ServerOrigin
{
    /// <summary>Reads the origin that stands behind `from` and takes over what it has.</summary>
    public static void Read(ServerLine line)
    {
        var text = line.TakeArgument();
        if (text.Length == 0) line.Fail("from: missing value.");
        else if (text == "none") line.StartFrom(ProxyDraft.NoDefaultServer, new ServerExtras());
        else if (text.StartsWith("be:", StringComparison.Ordinal)) FromBackend(line, text[3..]);
        else if (text.StartsWith("srv:", StringComparison.Ordinal)) FromServer(line, text[4..]);
        else line.Fail($"invalid '{text}' value for 'from' keyword.");
    }

    private static void FromBackend(ServerLine line, string name)
    {
        if (Find(line, name) is { } backend) line.StartFrom(backend.DefaultServer, backend.DefaultServerExtras);
        else line.Fail($"from: unknown backend instance '{name}'.");
    }

    private static void FromServer(ServerLine line, string path)
    {
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        var (backendName, name) = slash < 0 ? ("", path) : (path[..slash], path[(slash + 1)..]);
        if (name.Length == 0)
        {
            line.Fail("from: require <backend>/<server>.");
            return;
        }
        if (Find(line, backendName) is not { } backend)
        {
            line.Fail($"from: unknown backend '{backendName}'.");
            return;
        }
        if (backend.NamedDefaultServers.TryGetValue(name, out var settings))
        {
            line.StartFrom(settings.Model, settings.Extras);
            return;
        }
        var at = backend.Servers.FindIndex(server => server.Name == name);
        if (at >= 0) line.StartFrom(backend.Servers[at], at < backend.ServerExtras.Count ? backend.ServerExtras[at] : new ServerExtras());
        else line.Fail($"from: unknown server '{name}' in backend '{backend.Name}'.");
    }

    /// <summary>No name means the section of the line itself; for one that comes later, as its file had it.</summary>
    private static ProxyDraft? Find(ServerLine line, string name)
    {
        if (name.Length == 0 && !line.ComesLater) return line.Proxy;
        var found = line.Context.Draft.FindProxy(name.Length == 0 ? line.Proxy.Name : name) ?? (name == line.Proxy.Name ? line.Proxy : null);
        return found is { IsBackend: true } or { IsDefaults: true } ? found : null;
    }
}
