using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Evenkeel.Linux.Sockets;

/// <summary>
/// A socket address as the kernel reads and writes it (sockaddr_in, sockaddr_in6, sockaddr_un) with its length. A value: copying it is copying the address.
/// </summary>
/// <remarks>
/// Layout: family u16 host order · then IPv4: port u16 big-endian, address 4 · IPv6: port u16 big-endian, flow 4, address 16, scope 4 · unix: path, up to 108.
/// </remarks>
public struct KernelSocketAddress
{
    public const int AF_UNIX = 1;
    public const int AF_INET = 2;
    public const int AF_INET6 = 10;

    /// <summary>sockaddr_un: 2 bytes of family and 108 of path.</summary>
    public const int MaxLength = 110;

    /// <summary>Longest path of a unix socket; one byte is left for the terminator.</summary>
    public const int MaxPathLength = 107;

    private Bytes _bytes;

    [InlineArray(MaxLength)]
    private struct Bytes
    {
        private byte _first;
    }

    /// <summary>Bytes that count; 0 is "no address".</summary>
    public int Length { readonly get; internal set; }

    [UnscopedRef]
    internal Span<byte> Raw => _bytes;

    public readonly int Family => Length < 2 ? 0 : BitConverter.ToUInt16(((ReadOnlySpan<byte>)_bytes)[..2]);

    public readonly int Port => Family is AF_INET or AF_INET6 ? BinaryPrimitives.ReadUInt16BigEndian(((ReadOnlySpan<byte>)_bytes)[2..]) : 0;

    /// <summary>4 or 16 bytes in network order; empty for unix sockets.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<byte> AddressBytes => Family switch
    {
        AF_INET => ((ReadOnlySpan<byte>)_bytes).Slice(4, 4),
        AF_INET6 => ((ReadOnlySpan<byte>)_bytes).Slice(8, 16),
        _ => default,
    };

    public static KernelSocketAddress FromIp(IPAddress address, int port)
    {
        var result = default(KernelSocketAddress);
        var bytes = result.Raw;
        var six = address.AddressFamily == AddressFamily.InterNetworkV6;
        MemoryMarshal.Write(bytes, (ushort)(six ? AF_INET6 : AF_INET));
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], (ushort)port);
        address.TryWriteBytes(bytes[(six ? 8 : 4)..], out _);
        if (six) MemoryMarshal.Write(bytes[24..], (uint)address.ScopeId);
        result.Length = six ? 28 : 16;
        return result;
    }

    /// <summary>An IPv4 or IPv6 endpoint; anything else gives no address.</summary>
    public static KernelSocketAddress From(in IpEndpoint endpoint)
    {
        var result = default(KernelSocketAddress);
        if (endpoint.AddressLength == 0) return result;
        var bytes = result.Raw;
        var six = endpoint.Family == EndpointFamily.IPv6;
        MemoryMarshal.Write(bytes, (ushort)(six ? AF_INET6 : AF_INET));
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], endpoint.Port);
        endpoint.CopyAddressTo(bytes[(six ? 8 : 4)..]);
        result.Length = six ? 28 : 16;
        return result;
    }

    /// <returns>False when the path does not fit.</returns>
    public static bool TryFromUnix(string path, out KernelSocketAddress address) => TryFromPath(path, 2, out address);

    /// <summary>A name in the abstract space (no file): its first byte is NUL, and it is filled up with NULs to the full length, which is part of the name
    /// (configuration.txt 2.9, `abns@`).</summary>
    public static bool TryFromAbstract(string name, out KernelSocketAddress address)
    {
        var fits = TryFromPath(name, 3, out address);
        if (fits) address.Length = MaxLength;
        return fits;
    }

    /// <summary>A name in the abstract space that is as long as its text, as systemd and most other programs have them.</summary>
    public static bool TryFromAbstractExactly(string name, out KernelSocketAddress address) => TryFromPath(name, 3, out address);

    private static bool TryFromPath(string text, int offset, out KernelSocketAddress address)
    {
        address = default;
        if (Encoding.UTF8.GetByteCount(text) > MaxLength - 1 - offset) return false;
        var bytes = address.Raw;
        MemoryMarshal.Write(bytes, (ushort)AF_UNIX);
        var written = Encoding.UTF8.GetBytes(text, bytes[offset..]);
        address.Length = offset + written + (offset == 2 ? 1 : 0);
        return true;
    }

    /// <summary>AF_UNIX: the path, or the abstract name behind one NUL character; empty for other families and for sockets without a name.</summary>
    public readonly string UnixName
    {
        get
        {
            if (Family != AF_UNIX || Length <= 2) return "";
            var name = ((ReadOnlySpan<byte>)_bytes)[2..Length];
            // A path ends at its terminator, an abstract name is as long as the address says; some fill theirs up with NULs.
            return name[0] == 0 ? "\0" + Encoding.UTF8.GetString(name[1..].TrimEnd((byte)0)) : Encoding.UTF8.GetString(name.TrimEnd((byte)0));
        }
    }

    /// <summary>Same address, other port; unix addresses come back as they are.</summary>
    public readonly KernelSocketAddress WithPort(int port)
    {
        var copy = this;
        if (Family is AF_INET or AF_INET6) BinaryPrimitives.WriteUInt16BigEndian(copy.Raw[2..], (ushort)port);
        return copy;
    }

    public readonly override string ToString() => Family switch
    {
        AF_INET or AF_INET6 => new IPEndPoint(new IPAddress(AddressBytes), Port).ToString(),
        AF_UNIX => "unix",
        _ => "-",
    };
}
