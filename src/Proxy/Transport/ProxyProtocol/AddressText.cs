using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Evenkeel.Linux.Sockets;

namespace Evenkeel.Proxy.Transport.ProxyProtocol;

/// <summary>The addresses of a version 1 line.</summary>
internal static class AddressText
{
    /// <returns>False when the text is no address of that family.</returns>
    public static bool TryRead(ReadOnlySpan<byte> text, EndpointFamily family, int port, out IpEndpoint endpoint)
    {
        endpoint = default;
        return family == EndpointFamily.IPv4 ? TryReadIPv4(text, port, out endpoint) : TryReadIPv6(text, port, out endpoint);
    }

    private static bool TryReadIPv4(ReadOnlySpan<byte> text, int port, out IpEndpoint endpoint)
    {
        endpoint = default;
        var (address, octet, digits, dots) = (0u, 0u, 0, 0);
        foreach (var c in text)
        {
            if (c == '.' && digits > 0 && dots < 3)
            {
                (address, octet, digits) = (address << 8 | octet, 0, 0);
                dots++;
                continue;
            }

            if (c is < (byte)'0' or > (byte)'9' || ++digits > 3) return false;
            octet = octet * 10 + (uint)(c - '0');
            if (octet > 255) return false;
        }

        if (dots != 3 || digits == 0) return false;
        endpoint = new IpEndpoint(EndpointFamily.IPv4, 0, address << 8 | octet, port);
        return true;
    }

    private static bool TryReadIPv6(ReadOnlySpan<byte> text, int port, out IpEndpoint endpoint)
    {
        endpoint = default;
        // Without a colon it would be read as an IPv4 number; a scope has no place in the line.
        if (text.Length > 45 || text.IndexOf((byte)':') < 0 || text.IndexOfAny((byte)'%', (byte)'[') >= 0) return false;
        if (!IPAddress.TryParse(text, out var address) || address.AddressFamily != AddressFamily.InterNetworkV6) return false;
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        endpoint = new IpEndpoint(EndpointFamily.IPv6, BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]), port);
        return true;
    }
}
