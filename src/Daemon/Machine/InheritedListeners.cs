using System.Globalization;
using System.Net;
using Evenkeel.Linux.Files;
using Evenkeel.Linux.Sockets;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Daemon.Machine;

/// <summary>Listening sockets of a process before this one, found again by what they are bound to; those that nobody asks for are closed.</summary>
/// <remarks>Compared are the network namespace, the address, the interface, and whether it is multipath TCP; of a unix socket its name
/// (doc/management.txt 3, `-x`).</remarks>
public sealed class InheritedListeners
{
    private const int MultipathProtocol = 262;

    private readonly List<(string Key, SocketHandle Socket)> _sockets = [];

    public InheritedListeners(IEnumerable<SocketHandle> sockets)
    {
        foreach (var socket in sockets)
        {
            _ = socket.SetCloseOnExec();
            if (KeyOf(socket) is { } key) _sockets.Add((key, socket));
            else _ = socket.Close();
        }
    }

    public static InheritedListeners None => new([]);

    /// <summary>A unix socket whose file has gone is made anew; not for a process that cannot see the files.</summary>
    public bool LooksAtFiles { get; init; } = true;

    public int Count => _sockets.Count;

    /// <summary>The socket that is bound to what the line asks for, now the caller's; none when there is none.</summary>
    public SocketHandle Take(BindModel bind)
    {
        var key = KeyOf(bind);
        var place = bind.Namespace is { } where ? NetworkNamespace.Named(where.Name)?.Cookie ?? 0 : NetworkNamespace.OwnCookie;
        // A kernel that does not number its namespaces does not tell where a socket belongs: those of other namespaces are made anew.
        if (place == 0 && bind.Namespace is not null) return SocketHandle.None;
        var found = _sockets.FindIndex(each => each.Key == key && each.Socket.NamespaceCookie == place);
        if (found < 0) return SocketHandle.None;
        var socket = _sockets[found].Socket;
        // A file that somebody removed leads nobody to the socket behind it: it has to be made anew.
        var isFile = LooksAtFiles && bind.Address.Family == SocketFamily.Unix;
        if (isFile && !FileStatus.Of(bind.Address.Path, followLink: true, out _).IsOk) return SocketHandle.None;
        _sockets.RemoveAt(found);
        return socket;
    }

    public void CloseRest()
    {
        foreach (var (_, socket) in _sockets) _ = socket.Close();
        _sockets.Clear();
    }

    private static string? KeyOf(SocketHandle socket)
    {
        if (socket.LocalAddress(out var address).IsError || !(socket.IsListening || IsPaused(socket, address))) return null;
        if (address.Family == KernelSocketAddress.AF_UNIX) return "unix " + WithoutTemporaryEnding(address.UnixName);
        if (address.Family is not (KernelSocketAddress.AF_INET or KernelSocketAddress.AF_INET6)) return null;
        return KeyOf(new IPAddress(address.AddressBytes), address.Port, socket.Device, socket.Protocol == MultipathProtocol);
    }

    /// <summary>It listened, and its frontend was paused: bound, but neither listening nor connected.</summary>
    private static bool IsPaused(SocketHandle socket, KernelSocketAddress address)
    {
        const int IPPROTO_TCP = 6;
        return address.Family != KernelSocketAddress.AF_UNIX && address.Port > 0 && socket.Protocol is IPPROTO_TCP or MultipathProtocol
            && socket.PeerAddress(out _).IsError;
    }

    private static string KeyOf(BindModel bind) => bind.Address.Family switch
    {
        SocketFamily.Unix => "unix " + bind.Address.Path,
        SocketFamily.AbstractUnix => "unix \0" + bind.Address.Path,
        SocketFamily.Descriptor => "",
        SocketFamily.IPv6 => KeyOf(bind.Address.Address ?? IPAddress.IPv6Any, bind.Address.Port, bind.Interface ?? "", bind.Address.IsMultipath),
        _ => KeyOf(bind.Address.Address ?? IPAddress.Any, bind.Address.Port, bind.Interface ?? "", bind.Address.IsMultipath),
    };

    private static string KeyOf(IPAddress address, int port, string device, bool isMultipath) =>
        string.Create(CultureInfo.InvariantCulture, $"{address} {port} {device} {(isMultipath ? "mptcp" : "tcp")}");

    /// <summary>A unix socket keeps the name under which it was bound, `PATH.PID.tmp`, when its file has been renamed to PATH.</summary>
    internal static string WithoutTemporaryEnding(string name)
    {
        const string Ending = ".tmp";
        if (!name.EndsWith(Ending, StringComparison.Ordinal)) return name;
        var dot = name.LastIndexOf('.', name.Length - Ending.Length - 1);
        return dot > 0 && name.AsSpan(dot + 1, name.Length - Ending.Length - dot - 1) is { Length: > 0 } pid && !pid.ContainsAnyExceptInRange('0', '9')
            ? name[..dot]
            : name;
    }
}
