using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text;
using Evenkeel.Linux.Files;

namespace Evenkeel.Linux.Sockets;

/// <summary>
/// A network namespace that has a name (ip-netns(8)), held open so that sockets can be made in it: the calling thread enters it, makes the socket, and
/// comes back (network_namespaces(7), setns(2)).
/// </summary>
/// <remarks>The process keeps what it has opened: behind a chroot no name leads there any more. Making a socket takes CAP_SYS_ADMIN and two changes of
/// the thread's namespaces. Any thread.</remarks>
public sealed unsafe partial class NetworkNamespace
{
    /// <summary>Where ip-netns(8) keeps them.</summary>
    private const string Folder = "/var/run/netns/";
    private const int CLONE_NEWNET = 0x40000000;
    private const int O_RDONLY_CLOEXEC = 0x80000;

    /// <summary>Tries to come back; one fails only for want of memory.</summary>
    private const int MostReturns = 1_000;

    private static readonly ConcurrentDictionary<string, NetworkNamespace> Opened = new(StringComparer.Ordinal);
    private static readonly Lazy<SysResult> Home = new(static () => OpenFile("/proc/thread-self/ns/net"));
    private static readonly Lazy<ulong> CookieOfHome = new(static () => CookieOf(SocketHandle.Open(KernelSocketAddress.AF_UNIX, SocketKind.Datagram)));
    private static NetworkNamespace[] _known = [];

    private readonly int _descriptor;

    private NetworkNamespace(string name, int descriptor)
    {
        Name = name;
        WireName = Encoding.UTF8.GetBytes(name);
        _descriptor = descriptor;
    }

    public string Name { get; }

    /// <summary>The name as it stands in a PROXY header.</summary>
    public byte[] WireName { get; }

    /// <summary>The kernel's number of it, which its sockets know too (<see cref="SocketHandle.NamespaceCookie"/>); 0 when it could not be entered.</summary>
    public ulong Cookie { get; private init; }

    /// <summary>The number of the namespace this process was started in; 0 from a kernel older than 5.14.</summary>
    public static ulong OwnCookie => CookieOfHome.Value;

    /// <summary>The file's number of a namespace, which no other one has as long as this one lives; null when there is none of that name.</summary>
    public static ulong? InodeOf(string name) =>
        IsName(name) && FileStatus.Of(Folder + name, followLink: true, out var status).IsOk ? status.Inode : null;

    /// <summary>The namespace of a name, opened when it is asked for first; null when it cannot be.</summary>
    public static NetworkNamespace? Named(string name)
    {
        if (Opened.TryGetValue(name, out var known)) return known;
        if (!IsName(name) || Home.Value.IsError || OpenFile(Folder + name) is not { IsOk: true } opened) return null;
        var found = new NetworkNamespace(name, opened.Value);
        found = new NetworkNamespace(name, opened.Value) { Cookie = CookieOf(found.Open(KernelSocketAddress.AF_UNIX, SocketKind.Datagram)) };
        found = Opened.GetOrAdd(name, found);
        _known = [.. Opened.Values];
        return found;
    }

    /// <summary>One that is open already, by the name a peer sent; null for all others.</summary>
    public static NetworkNamespace? Known(ReadOnlySpan<byte> name)
    {
        foreach (var each in _known)
            if (name.SequenceEqual(each.WireName)) return each;
        return null;
    }

    /// <summary>The one a socket was made in, if it is open here.</summary>
    public static NetworkNamespace? Of(SocketHandle socket)
    {
        var cookie = socket.NamespaceCookie;
        foreach (var each in _known)
            if (each.Cookie == cookie && cookie != 0) return each;
        return null;
    }

    /// <summary>As <see cref="SocketHandle.Open"/>, in this namespace.</summary>
    /// <returns>EPERM without CAP_SYS_ADMIN.</returns>
    public SysResult Open(int family, SocketKind kind, bool isMultipath = false)
    {
        if (Enter() is { IsError: true } refused) return refused;
        var opened = SocketHandle.Open(family, kind, isMultipath);
        Leave();
        return opened;
    }

    private SysResult Enter() => SysResult.From(setns(_descriptor, CLONE_NEWNET));

    /// <summary>A thread that stayed would make every other socket in the wrong network, so that the process ends rather than go on.</summary>
    private static void Leave()
    {
        for (var tries = 0; tries < MostReturns; tries++)
            if (SysResult.From(setns(Home.Value.Value, CLONE_NEWNET)).IsOk) return;
        Environment.FailFast("The way back from a network namespace is closed; give the machine memory.");
    }

    private static ulong CookieOf(SysResult opened)
    {
        if (opened.IsError) return 0;
        var socket = new SocketHandle(opened.Value);
        var cookie = socket.NamespaceCookie;
        _ = socket.Close();
        return cookie;
    }

    private static bool IsName(string name) => name.Length > 0 && !name.Contains('\0', StringComparison.Ordinal);

    private static SysResult OpenFile(string path) => SysResult.From(open(path, O_RDONLY_CLOEXEC, 0), Marshal.GetLastPInvokeError());

    [LibraryImport("libc", EntryPoint = "setns")]
    private static partial int setns(int descriptor, int kind);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int open(string path, int flags, uint mode);
}
