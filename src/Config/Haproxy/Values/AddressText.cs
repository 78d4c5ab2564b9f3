using System.Net;
using System.Net.Sockets;
using Evenkeel.Model;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Config.Haproxy.Values;

/// <summary>What an address may be where it stands.</summary>
[Flags]
internal enum AddressRules
{
    None = 0,
    PortIsMandatory = 1,
    PortRange = 2,
    PortOffset = 4,

    /// <summary>Port 0 is refused.</summary>
    PortIsNotZero = 8,

    /// <summary>A host that is no literal is left to be resolved later.</summary>
    HostName = 16,

    /// <summary>A host that is no literal is resolved now.</summary>
    Resolve = 32,
    Descriptor = 64,
    Datagram = 128,
    Port = 256,

    /// <summary>A descriptor whatever its state: it is only used later.</summary>
    AnyDescriptor = 512,

    /// <summary>A datagram address is taken where the line says so (`udp@`); without a word it is a stream.</summary>
    DatagramOnRequest = 1_024,

    /// <summary>A stream address is refused.</summary>
    NoStream = 2_048,
}

/// <summary>An address as written (configuration.txt 2.9): family, host or path, port or range.</summary>
internal sealed record AddressText
{
    public required SocketFamily Family { get; init; }
    public IPAddress? Address { get; init; }

    /// <summary>The host when it is a name that is still to be resolved.</summary>
    public string? HostName { get; init; }
    public string Path { get; init; } = "";
    public int Descriptor { get; init; } = -1;
    public int Port { get; init; }
    public int LastPort { get; init; }
    public bool HasPort { get; init; }

    /// <summary>`+80` or `-80`: added to the port the client connected to.</summary>
    public bool IsOffset { get; init; }
    public bool IsDatagram { get; init; }
    public bool IsQuic { get; init; }

    /// <summary>`mptcp@`, `mptcp4@`, `mptcp6@`: multipath TCP.</summary>
    public bool IsMultipath { get; init; }

    /// <summary>`abnsz@`, `sockpair@`, `rhttp@`: families the original has and this program has not.</summary>
    public string? UnsupportedFamily { get; init; }

    public SocketAddressModel ToModel(int port) => new(Family, Address, port, Path, Descriptor) { IsMultipath = IsMultipath };

    private static readonly (string Prefix, bool Datagram, bool Stream, bool Quic)[] TypePrefixes =
        [("stream+", false, true, false), ("dgram+", true, false, false), ("quic+", true, false, true)];

    private static readonly (string Prefix, SocketFamily Family, bool Datagram, bool Stream, bool Quic)[] FamilyPrefixes =
    [
        ("unix@", SocketFamily.Unix, false, false, false), ("uxdg@", SocketFamily.Unix, true, false, false), ("uxst@", SocketFamily.Unix, false, true, false),
        ("abns@", SocketFamily.AbstractUnix, false, false, false), ("abnsz@", SocketFamily.AbstractUnix, false, false, false),
        ("fd@", SocketFamily.Descriptor, false, false, false), ("sockpair@", SocketFamily.Descriptor, false, false, false),
        ("ipv4@", SocketFamily.IPv4, false, false, false), ("ipv6@", SocketFamily.IPv6, false, false, false),
        ("udp4@", SocketFamily.IPv4, true, false, false), ("udp6@", SocketFamily.IPv6, true, false, false),
        ("tcp4@", SocketFamily.IPv4, false, true, false), ("tcp6@", SocketFamily.IPv6, false, true, false),
        ("mptcp4@", SocketFamily.IPv4, false, true, false), ("mptcp6@", SocketFamily.IPv6, false, true, false),
        ("rhttp@", SocketFamily.Unix, false, true, false), ("quic4@", SocketFamily.IPv4, true, false, true), ("quic6@", SocketFamily.IPv6, true, false, true),
    ];

    /// <summary>Prefixes after which the kind of address is seen from its look.</summary>
    private static readonly (string Prefix, bool Datagram, bool Stream, bool Quic)[] AnyFamilyPrefixes =
        [
        ("ip@", false, false, false), ("udp@", true, false, false), ("tcp@", false, true, false), ("mptcp@", false, true, false),
        ("quic@", true, false, true),
    ];

    /// <summary>Reads an address; null with the original's words in <paramref name="error"/> when it is none or not acceptable here.</summary>
    public static AddressText? TryParse(string text, AddressRules rules, IWorld world, out string error)
    {
        error = "";
        var rest = WithVariables(text, world);
        var (datagram, quic) = ((rules & AddressRules.Datagram) != 0, false);
        SocketFamily? family = null;
        string? unsupported = null;
        var multipath = rest.StartsWith("mptcp", StringComparison.Ordinal);
        foreach (var (prefix, isDatagram, isStream, isQuic) in TypePrefixes)
        {
            if (!rest.StartsWith(prefix, StringComparison.Ordinal)) continue;
            (rest, datagram, quic) = (rest[prefix.Length..], isDatagram || (datagram && !isStream), isQuic);
        }
        foreach (var (prefix, named, isDatagram, isStream, isQuic) in FamilyPrefixes)
        {
            if (!rest.StartsWith(prefix, StringComparison.Ordinal)) continue;
            (rest, family) = (rest[prefix.Length..], named);
            if (isDatagram || isStream) (datagram, quic) = (isDatagram, isQuic);
            if (prefix is "abnsz@" or "sockpair@" or "rhttp@") unsupported = prefix;
            break;
        }
        if (family is null)
        {
            foreach (var (prefix, isDatagram, isStream, isQuic) in AnyFamilyPrefixes)
            {
                if (!rest.StartsWith(prefix, StringComparison.Ordinal)) continue;
                rest = rest[prefix.Length..];
                if (isDatagram || isStream) (datagram, quic) = (isDatagram, isQuic);
                break;
            }
            if (rest.StartsWith('/')) family = SocketFamily.Unix;
        }
        var address = family switch
        {
            SocketFamily.Unix or SocketFamily.AbstractUnix => new AddressText { Family = family.Value, Path = rest, HasPort = true },
            SocketFamily.Descriptor => ParseDescriptor(text, rest, rules, unsupported is null ? world : null, out error),
            _ => ParseHostAndPort(text, rest, family, rules, world, out error),
        };
        if (address is null) return null;
        if (datagram && (rules & (AddressRules.Datagram | AddressRules.DatagramOnRequest)) == 0 && !quic)
        {
            error = $"dgram-type address not acceptable in '{text}'";
            return null;
        }
        if (!datagram && (rules & AddressRules.NoStream) != 0)
        {
            error = $"stream-type address not acceptable in '{text}'";
            return null;
        }
        return address with { IsDatagram = datagram, IsQuic = quic, IsMultipath = multipath, UnsupportedFamily = unsupported };
    }

    /// <summary>`$NAME` and `${NAME}` stand for environment variables in any address (configuration.txt 2.9); one that is not set stands for nothing.</summary>
    private static string WithVariables(string text, IWorld world)
    {
        if (!text.Contains('$', StringComparison.Ordinal)) return text;
        var result = new System.Text.StringBuilder();
        for (var at = 0; at < text.Length;)
        {
            var braced = text[at] == '$' && at + 1 < text.Length && text[at + 1] == '{';
            var start = at + (braced ? 2 : 1);
            var end = start;
            while (text[at] == '$' && end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_')) end++;
            if (end == start || (braced && (end == text.Length || text[end] != '}')))
            {
                result.Append(text[at++]);
                continue;
            }
            result.Append(world.EnvironmentVariable(text[start..end]));
            at = braced ? end + 1 : end;
        }
        return result.ToString();
    }

    private static AddressText? ParseDescriptor(string text, string number, AddressRules rules, IWorld? world, out string error)
    {
        error = "";
        if ((rules & (AddressRules.Descriptor | AddressRules.AnyDescriptor)) == 0) error = $"a file descriptor is not acceptable here in '{text}'";
        else if (!Units.TryInteger(number, out var descriptor) || descriptor < 0) error = $"file descriptor '{number}' is not a valid integer in '{text}'";
        else if ((rules & AddressRules.AnyDescriptor) == 0 && world?.IsDescriptorOpen(descriptor) == false) error = $"cannot use file descriptor "
            + $"'{number}' : Bad file descriptor.";
        else return new AddressText { Family = SocketFamily.Descriptor, Descriptor = descriptor, HasPort = true };
        return null;
    }

    private static AddressText? ParseHostAndPort(string text, string rest, SocketFamily? family, AddressRules rules, IWorld world, out string error)
    {
        var colon = rest.LastIndexOf(':');
        var bracket = rest.LastIndexOf(']');
        var hasColon = colon >= 0 && colon > bracket && (rules & AddressRules.Port) != 0;
        var host = hasColon ? rest[..colon] : rest;
        var portText = hasColon ? rest[(colon + 1)..] : "";
        if (portText.Length == 0 && (rules & AddressRules.PortIsMandatory) != 0)
        {
            error = $"missing port specification in '{text}'";
            return null;
        }
        var ports = new AddressText { Family = SocketFamily.IPv4 };
        if (portText.Length > 0 && !TryPorts(text, portText, rules, ref ports, out error)) return null;
        error = "";
        if (TryLiteral(host, family, out var literal))
            return ports with { Family = literal.AddressFamily == AddressFamily.InterNetworkV6 ? SocketFamily.IPv6 : SocketFamily.IPv4, Address = literal };
        var isName = host.Length > 0 && host.IndexOfAny([':', '[', ']', ' ']) < 0;
        if (isName && (rules & AddressRules.HostName) != 0) return ports with { HostName = host };
        if ((rules & AddressRules.HostName) != 0 && host.Contains(':')) return ports with { HostName = host };
        if (isName && (rules & AddressRules.Resolve) != 0 && Resolve(host, family, world) is { } resolved)
            return ports with { Family = resolved.AddressFamily == AddressFamily.InterNetworkV6 ? SocketFamily.IPv6 : SocketFamily.IPv4, Address = resolved };
        error = $"invalid address: '{host}' in '{text}'";
        return null;
    }

    /// <summary>An empty host and `*` are every IPv4 address, `::` every address of both families.</summary>
    private static bool TryLiteral(string host, SocketFamily? family, out IPAddress address)
    {
        address = IPAddress.Any;
        if (host is "" or "*")
        {
            if (family == SocketFamily.IPv6) address = IPAddress.IPv6Any;
            return true;
        }
        if (host.StartsWith('[') && host.EndsWith(']')) host = host[1..^1];
        var looksV4 = host.Count(c => c == '.') == 3 && !host.Contains(':');
        if (!looksV4 && !host.Contains(':')) return false;
        if (!IPAddress.TryParse(host, out var parsed) || host.Contains('%') || host.Contains('[')) return false;
        if (family == SocketFamily.IPv4 && parsed.AddressFamily != AddressFamily.InterNetwork) return false;
        if (family == SocketFamily.IPv6 && parsed.AddressFamily != AddressFamily.InterNetworkV6) return false;
        address = parsed;
        return true;
    }

    private static IPAddress? Resolve(string host, SocketFamily? family, IWorld world)
    {
        foreach (var address in world.Resolve(host))
        {
            if (family == SocketFamily.IPv4 && address.AddressFamily != AddressFamily.InterNetwork) continue;
            if (family == SocketFamily.IPv6 && address.AddressFamily != AddressFamily.InterNetworkV6) continue;
            return address;
        }
        return null;
    }

    private static bool TryPorts(string text, string portText, AddressRules rules, ref AddressText ports, out string error)
    {
        error = "";
        if (portText[0] is '+' or '-')
        {
            if ((rules & AddressRules.PortOffset) == 0)
            {
                error = $"port offset not permitted here in '{text}'";
                return false;
            }
            if (!TryPort(text, portText[1..], portText, rules & ~AddressRules.PortIsNotZero, out var offset, out error)) return false;
            ports = ports with { Port = portText[0] == '-' ? -offset : offset, LastPort = offset, IsOffset = true, HasPort = true };
            return true;
        }
        var dash = portText.IndexOf('-');
        if (dash < 0)
        {
            if (!TryPort(text, portText, portText, rules, out var single, out error)) return false;
            ports = ports with { Port = single, LastPort = single, HasPort = true };
            return true;
        }
        if ((rules & AddressRules.PortRange) == 0)
        {
            error = $"port range not permitted here in '{text}'";
            return false;
        }
        if (!TryPort(text, portText[..dash], portText[..dash], rules, out var low, out error)) return false;
        if (!TryPort(text, portText[(dash + 1)..], portText[(dash + 1)..], rules, out var high, out error)) return false;
        if (low > high)
        {
            error = $"invalid port range '{portText}'";
            return false;
        }
        ports = ports with { Port = low, LastPort = high, HasPort = true };
        return true;
    }

    private static bool TryPort(string text, string digits, string shown, AddressRules rules, out int port, out string error)
    {
        port = 0;
        error = "";
        foreach (var c in digits)
        {
            if (char.IsAsciiDigit(c)) continue;
            error = $"invalid character '{c}' in port number '{shown}' in '{text}'";
            return false;
        }
        var isValid = digits.Length is > 0 and < 9 && Units.TryInteger(digits, out port) && port <= 65_535;
        if (isValid && (port > 0 || (rules & AddressRules.PortIsNotZero) == 0)) return true;
        error = $"invalid port '{shown}'";
        return false;
    }
}
