using System.Net;
using System.Runtime.InteropServices;

namespace Evenkeel.Linux.Names;

/// <summary>Network interfaces as a configuration check sees them: their kernel index and the addresses they carry now.</summary>
public static unsafe partial class NetworkInterfaces
{
    private const int AF_INET = 2;
    private const int AF_INET6 = 10;

    // Machines with tens of thousands of addresses exist (container hosts); more is a loop in the list.
    private const int MostEntries = 1_000_000;

    public static int? IndexOf(string name) => if_nametoindex(name) is var index and not 0 ? (int)index : null;

    /// <summary>Longest packet in bytes, null when there is no such interface.</summary>
    public static int? MtuOf(string name)
    {
        try
        {
            return IndexOf(name) is null ? null : int.Parse(File.ReadAllText($"/sys/class/net/{name}/mtu"), System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or FormatException)
        {
            // /sys shows the interfaces of the namespace it was mounted in.
            return null;
        }
    }

    public static IReadOnlyList<IPAddress> AddressesOf(string name)
    {
        InterfaceAddress* first;
        if (getifaddrs(&first) != 0) return [];

        var addresses = new List<IPAddress>();
        var left = MostEntries;
        for (var entry = first; entry is not null && left-- > 0; entry = entry->Next)
        {
            if (entry->Address is null || Marshal.PtrToStringUTF8((nint)entry->Name) != name) continue;
            // Bound: the C library sized each address for its family (sockaddr_in, sockaddr_in6).
            var family = *(ushort*)entry->Address;
            if (family == AF_INET) addresses.Add(new IPAddress(new ReadOnlySpan<byte>(entry->Address + 4, 4)));
            if (family == AF_INET6) addresses.Add(new IPAddress(new ReadOnlySpan<byte>(entry->Address + 8, 16), *(uint*)(entry->Address + 24)));
        }
        freeifaddrs(first);
        return addresses;
    }

    /// <summary>struct ifaddrs (ifaddrs.h), 64 bit.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct InterfaceAddress
    {
        public InterfaceAddress* Next;
        public byte* Name;
        public uint Flags;
        public byte* Address;
        public byte* Mask;
        public byte* Broadcast;
        public void* Data;
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial uint if_nametoindex(string name);

    [LibraryImport("libc")]
    private static partial int getifaddrs(InterfaceAddress** list);

    [LibraryImport("libc")]
    private static partial void freeifaddrs(InterfaceAddress* list);
}
