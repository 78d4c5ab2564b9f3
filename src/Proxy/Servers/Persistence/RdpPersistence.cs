using System.Text;
using Evenkeel.Linux.Sockets;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Message;

namespace Evenkeel.Proxy.Servers.Persistence;

/// <summary>`persist rdp-cookie`: the terminal server a client was at wrote its address and port in numbers into the cookie.</summary>
public sealed class RdpPersistence(string name)
{
    private readonly byte[] _name = Encoding.Latin1.GetBytes(name);

    /// <summary>The server whose address stands in the cookie, or null.</summary>
    /// <param name="received">What the client has sent so far.</param>
    public Server? Find(Backend backend, ReadOnlySpan<byte> received, bool takesDownServers)
    {
        if (!RdpCookie.TryFind(received, _name, out var value, out _)) return null;
        // ADDRESS.PORT.0000, both as a little-endian machine reads what stands in network order.
        if (!TryNumber(ref value, out var address) || !TryNumber(ref value, out var port) || port > ushort.MaxValue) return null;
        port = (uint)System.Buffers.Binary.BinaryPrimitives.ReverseEndianness((ushort)port);
        Span<byte> bytes = stackalloc byte[4];
        foreach (var server in backend.Servers)
        {
            if (server.Address is not { Family: SocketFamily.IPv4, Address: { } own } target || target.Port != port) continue;
            if (!own.TryWriteBytes(bytes, out _) || System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(bytes) != address) continue;
            if (server.IsUp || takesDownServers) return server;
        }

        return null;
    }

    private static bool TryNumber(ref ReadOnlySpan<byte> text, out uint number)
    {
        number = 0;
        var dot = text.IndexOf((byte)'.');
        if (dot <= 0 || !System.Buffers.Text.Utf8Parser.TryParse(text[..dot], out number, out var read) || read != dot) return false;
        text = text[(dot + 1)..];
        return true;
    }
}
