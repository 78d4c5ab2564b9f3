using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Proxy.Servers;

/// <remarks>What a persistence cookie calls this server: `cookie` of its line, or with `cookie ... dynamic` a hash of its address and the backend's key.
/// </remarks>
public sealed partial class Server
{
    private volatile byte[]? _cookieValue;

    /// <summary>Null when it has none.</summary>
    public byte[]? CookieValue => _cookieValue;

    /// <summary>Works it out; again whenever the address or the key has changed. Any thread.</summary>
    internal void NameForCookies()
    {
        if (Model.Cookie is { } fixedValue) _cookieValue = Encoding.Latin1.GetBytes(fixedValue);
        else _cookieValue = Backend.UsesDynamicCookies && Backend.DynamicCookieKey is { } key ? Hash(key) : null;
    }

    /// <summary>XXH64 of key, address and port (four bytes, network order) in hexadecimal: every balancer with the same key gives the same.</summary>
    private byte[]? Hash(string key)
    {
        if (Address is not { Family: SocketFamily.IPv4 or SocketFamily.IPv6 } address || address.Address is not { } ip) return null;
        var secret = Encoding.Latin1.GetBytes(key);
        var bytes = ip.GetAddressBytes();
        Span<byte> port = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(port, address.Port);
        var hash = new XxHash64();
        hash.Append(secret);
        hash.Append(bytes);
        hash.Append(port);
        return Encoding.ASCII.GetBytes(hash.GetCurrentHashAsUInt64().ToString("x16", System.Globalization.CultureInfo.InvariantCulture));
    }
}
