using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Servers;

namespace Evenkeel.Control.RuntimeApi.Families;

/// <summary>`set server ... addr ADDRESS [port PORT]`, `check-addr` and `check-port`.</summary>
internal static class ServerAddressCommand
{
    public static CommandAnswer Run(CommandContext context, Server server)
    {
        var text = context.Word(4);
        if (text.Length == 0) return CommandAnswer.Error("set server <b>/<s> addr requires an address and optionally a port.");
        if (!IsLiteralAddress(text, out var address)) return CommandAnswer.Error($"Invalid addr '{text}'");
        var before = server.Address;
        var port = before?.Port ?? 0;
        if (context.Word(5) == "port" && !TryPort(context.Word(6), ref port))
            return CommandAnswer.Error($"problem converting port '{context.Word(6)}' to an int");
        var after = new SocketAddressModel(FamilyOf(address!), address, port);
        var changes = new List<string>();
        var oldAddress = before?.Address?.ToString() ?? "(none)";
        if (oldAddress != address!.ToString()) changes.Add($"IP changed from '{oldAddress}' to '{address}'");
        if (before?.Port != port)
            changes.Add(string.Create(CultureInfo.InvariantCulture, $"port changed from '{before?.Port ?? 0}' to '{port}'"));
        if (changes.Count == 0) return CommandAnswer.Warning("nothing changed");
        server.Address = after;
        return CommandAnswer.Warning(string.Join(", ", changes) + " by 'stats socket command'");
    }

    public static CommandAnswer SetCheckPort(CommandContext context, Server server)
    {
        if (!server.Health.IsConfigured) return CommandAnswer.Warning("health checks are not enabled on this server");
        var text = context.Word(4);
        if (text.Length == 0) return CommandAnswer.Warning("set server <b>/<s> check-port requires a port.");
        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var port))
            return CommandAnswer.Warning("provided port is not an integer");
        if (port is < 0 or > ushort.MaxValue) return CommandAnswer.Warning("provided port is invalid");
        // With 0 it follows the address again.
        server.CheckPort = port;
        return CommandAnswer.Done;
    }

    public static CommandAnswer SetCheckAddress(CommandContext context, Server server)
    {
        if (!server.Health.IsConfigured) return CommandAnswer.Warning("health checks are not enabled on this server");
        var text = context.Word(4);
        if (text.Length == 0) return CommandAnswer.Error("set server <b>/<s> check-addr requires an address and optionally a port.");
        if (!IsLiteralAddress(text, out var address)) return CommandAnswer.Error($"invalid addr '{text}'");
        var port = server.CheckPort ?? 0;
        if (context.Word(5) == "port" && !TryPort(context.Word(6), ref port)) return CommandAnswer.Error("provided port is invalid");
        server.CheckAddress = new SocketAddressModel(FamilyOf(address!), address, port);
        if (port > 0) server.CheckPort = port;
        return CommandAnswer.Done;
    }

    public static CommandAnswer SetHostName(CommandContext context, Server server)
    {
        var (name, before, path) = (context.Word(4), server.HostName, $"{server.Backend.Name}/{server.Name}");
        if (name.Length == 0) return CommandAnswer.Error("set server <b>/<s> fqdn requires a FQDN.");
        if (server.Model.Naming.Resolvers is null || server.Model.HostName is null || context.Plane.Names is not { } names)
            return CommandAnswer.Error("set server <b>/<s> fqdn failed because no resolution is configured.");
        if (name == before) return CommandAnswer.Warning("no need to change the FDQN by 'stats socket command'");
        return names.TryRename(server, name)
            ? CommandAnswer.Warning($"{path} changed its FQDN from {before} to {name} by 'stats socket command'")
            : CommandAnswer.Warning($"could not update {path} FQDN by 'stats socket command'");
    }

    /// <summary>An address as such, without a port.</summary>
    public static bool TryAddress(string text, out SocketAddressModel? model)
    {
        model = IsLiteralAddress(text, out var address) ? new SocketAddressModel(FamilyOf(address!), address, 0) : null;
        return model is not null;
    }

    private static SocketFamily FamilyOf(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 ? SocketFamily.IPv6 : SocketFamily.IPv4;

    /// <summary>An IPv4 or IPv6 address as such; names are not resolved while the process runs.</summary>
    private static bool IsLiteralAddress(string text, out IPAddress? address)
    {
        // IPAddress takes `1` and `1.2` for addresses too, which nobody means here.
        var looksRight = text.Contains(':', StringComparison.Ordinal) || text.Count(static c => c == '.') == 3;
        return IPAddress.TryParse(text, out address) && looksRight && !text.StartsWith('[');
    }

    private static bool TryPort(string text, ref int port)
    {
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > 65535) return false;
        port = number;
        return true;
    }
}
