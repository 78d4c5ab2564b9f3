using System.Globalization;
using System.Text;
using System.Text.Json;
using Evenkeel.Control.Stats;
using Evenkeel.Control.Web;
using Evenkeel.Proxy.Servers;

namespace Evenkeel.Control.Status;

/// <summary>What `evenkeel status` says of the proxy: each frontend, each backend, and which of its servers are up, on one screen.</summary>
public static class ProxyStatusText
{
    /// <summary>Servers written out; with more, those that are up are only counted. The answer has to fit into one record between processes.</summary>
    private const int MostServers = 150;

    /// <summary>Frontends and backends written out in JSON, each; `more` counts the rest.</summary>
    private const int MostProxies = 100;

    /// <summary>Where the text is cut: a record between processes holds 64 KiB.</summary>
    private const int MostCharacters = 60_000;

    public static string Text(ProxySet proxies, long nowMs)
    {
        var text = new StringBuilder();
        var process = proxies.Process;
        text.Append(CultureInfo.InvariantCulture, $"{process.Connections.Current} of {process.MaxConnections} connections, ")
            .Append(CultureInfo.InvariantCulture, $"{process.ConnectionRate.PerSecond(nowMs)} new/s\n");
        var onlyTroubled = proxies.Backends.Sum(static backend => backend.Servers.Length) > MostServers;
        var left = MostServers;
        foreach (var (frontend, backend) in ProxyOrder.Sections(proxies))
        {
            if (frontend is { Model.Disabled: false }) AppendFrontend(text, frontend, nowMs);
            if (backend is { Model.Disabled: false, Servers.IsEmpty: false }) AppendBackend(text, backend, nowMs, onlyTroubled, ref left);
        }

        if (left < 0) text.Append(CultureInfo.InvariantCulture, $"... and {-left} more servers that are not up\n");
        if (text.Length <= MostCharacters) return text.ToString();
        var whole = text.ToString(0, MostCharacters);
        return whole[..(whole.LastIndexOf('\n') + 1)] + "...\n";
    }

    public static string Json(ProxySet proxies)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteNumber("connections", proxies.Process.Connections.Current);
            json.WriteNumber("max_connections", proxies.Process.MaxConnections);
            json.WriteStartArray("frontends");
            foreach (var frontend in proxies.Frontends.Where(static each => !each.Model.Disabled).Take(MostProxies)) WriteFrontend(json, frontend);
            json.WriteEndArray();
            json.WriteStartArray("backends");
            var servers = MostServers;
            foreach (var backend in proxies.Backends.Where(static each => !each.Model.Disabled).Take(MostProxies)) WriteBackend(json, backend, ref servers);
            json.WriteEndArray();
            json.WriteNumber("more", Math.Max(0, proxies.Frontends.Length - MostProxies) + Math.Max(0, proxies.Backends.Length - MostProxies));
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    private static void AppendFrontend(StringBuilder text, Frontend frontend, long nowMs)
    {
        text.Append("frontend ").Append(frontend.Name).Append(": ").Append(frontend.StatusText)
            .Append(CultureInfo.InvariantCulture, $", {frontend.Connections.Current} of {frontend.MaxConnections} connections")
            .Append(CultureInfo.InvariantCulture, $", {frontend.SessionRate.PerSecond(nowMs)} new/s");
        var closed = frontend.Binds.Count(static bind => !bind.IsListening);
        if (closed > 0) text.Append(CultureInfo.InvariantCulture, $", {closed} of {frontend.Binds.Length} sockets do not accept");
        text.Append('\n');
    }

    private static void AppendBackend(StringBuilder text, Backend backend, long nowMs, bool onlyTroubled, ref int left)
    {
        var up = backend.Servers.Count(static server => server.IsUp);
        text.Append("backend ").Append(backend.Name).Append(": ").Append(backend.IsUp ? "UP" : "DOWN")
            .Append(CultureInfo.InvariantCulture, $", {up} of {backend.Servers.Length} servers up");
        var waiting = backend.Queue.Length.Current + backend.Servers.Sum(static server => server.Queue.Length.Current);
        if (waiting > 0) text.Append(CultureInfo.InvariantCulture, $", {waiting} requests wait");
        text.Append('\n');
        var width = backend.Servers.Max(static server => server.Name.Length);
        foreach (var server in backend.Servers)
        {
            if (onlyTroubled && server.IsUsable) continue;
            if (left-- > 0) AppendServer(text, server, Math.Min(width, 32), nowMs);
        }
    }

    private static void AppendServer(StringBuilder text, Server server, int width, long nowMs)
    {
        text.Append("  ").Append(server.Name.PadRight(width)).Append("  ").Append(ServerStatusText.Of(server).PadRight(9));
        text.Append("  ").Append(server.Address is { } address ? ConfigurationWords.Of(address) : "no address");
        if (server.Model.Backup) text.Append(", backup");
        text.Append(", for ").Append(StatsPageRow.Span(ProxyReading.SecondsSince(server.LastChangeMs, nowMs)));
        if (!server.IsUp && !server.InMaintenance && server.Health.IsEnabled)
        {
            var last = server.Health.Last;
            text.Append(", ").Append(Evenkeel.Proxy.Servers.Health.CheckStatusText.Description(last.Status));
            if (last.Info.Length > 0) text.Append(": ").Append(last.Info.ReplaceLineEndings(" "));
        }

        text.Append('\n');
    }

    private static void WriteFrontend(Utf8JsonWriter json, Frontend frontend)
    {
        json.WriteStartObject();
        json.WriteString("name", frontend.Name);
        json.WriteString("status", frontend.StatusText);
        json.WriteNumber("connections", frontend.Connections.Current);
        json.WriteNumber("max_connections", frontend.MaxConnections);
        json.WriteEndObject();
    }

    private static void WriteBackend(Utf8JsonWriter json, Backend backend, ref int serversLeft)
    {
        json.WriteStartObject();
        json.WriteString("name", backend.Name);
        json.WriteBoolean("up", backend.IsUp);
        json.WriteNumber("servers_total", backend.Servers.Length);
        json.WriteNumber("servers_up", backend.Servers.Count(static server => server.IsUp));
        json.WriteStartArray("servers");
        foreach (var server in backend.Servers)
        {
            if (serversLeft-- <= 0) break;
            json.WriteStartObject();
            json.WriteString("name", server.Name);
            json.WriteString("status", ServerStatusText.Of(server));
            json.WriteString("address", server.Address is { } address ? ConfigurationWords.Of(address) : "");
            json.WriteNumber("weight", server.UserWeight);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
