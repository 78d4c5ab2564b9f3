using System.Net;
using System.Runtime.InteropServices;

namespace Evenkeel.Linux.Names;

/// <summary>Host names as the C library resolves them (hosts file, DNS, ...): getaddrinfo(3).</summary>
/// <remarks>Blocks for as long as the resolver takes: start-up and reload only.</remarks>
public static unsafe partial class HostNames
{
    private const int AF_INET = 2;
    private const int AF_INET6 = 10;
    private const int SOCK_STREAM = 1;

    // A name behind which more addresses stand than this is a mistake or an attack.
    private const int MostAddresses = 256;

    /// <summary>The machine's own name.</summary>
    public static string Own => Environment.MachineName;

    /// <summary>Addresses of a name in the order the C library prefers them, without repeats; empty when it does not resolve.</summary>
    public static IReadOnlyList<IPAddress> Resolve(string host)
    {
        var hints = new AddressInfo { SocketType = SOCK_STREAM };
        AddressInfo* first;
        if (getaddrinfo(host, 0, &hints, &first) != 0) return [];

        var addresses = new List<IPAddress>();
        for (var entry = first; entry is not null && addresses.Count < MostAddresses; entry = entry->Next)
        {
            var address = Read(entry);
            if (address is not null && !addresses.Contains(address)) addresses.Add(address);
        }
        freeaddrinfo(first);
        return addresses;
    }

    private static IPAddress? Read(AddressInfo* entry) => entry->Family switch
    {
        // struct sockaddr_in: the address stands at 4; sockaddr_in6: at 8, its scope at 24. Bound: the C library sized each for its family.
        AF_INET => new IPAddress(new ReadOnlySpan<byte>(entry->Address + 4, 4)),
        AF_INET6 => new IPAddress(new ReadOnlySpan<byte>(entry->Address + 8, 16), *(uint*)(entry->Address + 24)),
        _ => null,
    };

    /// <summary>struct addrinfo (netdb.h), 64 bit.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct AddressInfo
    {
        public int Flags;
        public int Family;
        public int SocketType;
        public int Protocol;
        public uint AddressLength;
        public byte* Address;
        public byte* CanonicalName;
        public AddressInfo* Next;
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int getaddrinfo(string node, nint service, AddressInfo* hints, AddressInfo** result);

    [LibraryImport("libc")]
    private static partial void freeaddrinfo(AddressInfo* list);
}
