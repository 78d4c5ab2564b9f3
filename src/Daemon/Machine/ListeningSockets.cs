using System.Net;
using Evenkeel.Linux;
using Evenkeel.Linux.Files;
using Evenkeel.Linux.Processes;
using Evenkeel.Linux.Sockets;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Transport;

namespace Evenkeel.Daemon.Machine;

/// <summary>Opens the sockets of bind lines: taken over from a process before this one, bound here, or taken by their number (`fd@N`).</summary>
/// <param name="virtualAddresses">Addresses that this node will carry but perhaps does not carry yet: they are bound ahead of their arrival.</param>
public sealed class ListeningSockets(IReadOnlySet<IPAddress> virtualAddresses, InheritedListeners inherited) : ISocketSource
{
    /// <summary>How long to go on trying while a process that was asked to pause lets go of the port, and how often.</summary>
    private const int MostTries = 100;
    private const int TryEveryMs = 10;

    /// <summary>Asks the processes to be replaced to let go of their ports; null when there are none. Called at most once.</summary>
    public Action? AskForPause { get; set; }

    /// <summary>Another process may listen to the same address at the same time (not with `noreuseport`).</summary>
    public bool SharesPorts { get; init; } = true;

    /// <summary>Whoever opened the inherited ones has done all that a bind line asks of files.</summary>
    public bool IsPrepared { get; init; }

    /// <summary>False for who has no right to: what is not open already is not opened.</summary>
    public bool MayOpen { get; init; } = true;

    /// <summary>Everything opened so far, to be handed to the next process.</summary>
    public List<SocketHandle> Opened { get; } = [];

    private readonly List<int> _backlogs = [];

    /// <summary>A socket that was taken over listens no longer when the process that gave it was asked to pause.</summary>
    public void ListenAgain()
    {
        for (var i = 0; i < Opened.Count; i++)
            if (!Opened[i].IsListening) _ = Opened[i].Listen(_backlogs[i]);
    }

    public SysResult Open(BindModel bind, int backlog, out SocketHandle socket, out string problem)
    {
        problem = "";
        socket = inherited.Take(bind);
        if (!socket.IsOpen && !MayOpen) return SysResult.Fail(Errno.EPERM);
        var result = socket.IsOpen ? TakeOver(bind, socket, out problem) : OpenNew(bind, backlog, out socket, out problem);
        if (result.IsOk && bind.Address.Family != SocketFamily.Descriptor)
        {
            Opened.Add(socket);
            _backlogs.Add(backlog);
        }
        if (result.IsError) problem += RemedyFor(result.Errno, bind.Address, bind.Namespace);
        return result;
    }

    /// <summary>What the operator can do about it, as an end of the sentence; empty when the words of the error say it.</summary>
    private static string RemedyFor(Errno error, SocketAddressModel address, NetworkNamespaceModel? where)
    {
        var isFile = address.Family == SocketFamily.Unix;
        return error switch
        {
            Errno.EADDRINUSE when address.Family is SocketFamily.Unix or SocketFamily.AbstractUnix =>
                "; see who listens there (ss -lxp), and stop it or choose another name",
            Errno.EADDRINUSE => "; see who listens there (ss -ltnp), and stop it or choose another port",
            Errno.EPERM when where is not null => "; start as root, or give the program cap_sys_admin",
            Errno.ENOENT when where is not null => "; create it (ip netns add), or correct 'namespace'",
            Errno.EADDRNOTAVAIL => "; give this machine the address, or use 'transparent' or net.ipv4.ip_nonlocal_bind",
            Errno.EACCES when !isFile => "; start as root, or give the program cap_net_bind_service",
            Errno.EACCES => "; let this user write to its directory",
            Errno.ENOENT or Errno.ENOTDIR when isFile => "; create its directory",
            Errno.EROFS when isFile => "; choose a directory that can be written to",
            Errno.ENOSPC when isFile => "; make room on that file system (df, df -i), or choose another directory",
            Errno.EMFILE or Errno.ENFILE => "; raise the limit on descriptors (ulimit -n, LimitNOFILE= of the unit)",
            _ => "",
        };
    }

    /// <summary>It listens already; what the line asks of its file may have changed.</summary>
    private SysResult TakeOver(BindModel bind, SocketHandle socket, out string problem)
    {
        problem = "";
        _ = socket.SetNonBlocking();
        if (Sign(socket, bind, out problem) is { IsError: true } unsigned) return unsigned;
        if (IsPrepared || bind.Address.Family != SocketFamily.Unix) return SysResult.Ok();
        var result = SocketFile.SetRights(bind.Address.Path, bind.Mode, bind.UserId, bind.GroupId);
        if (result.IsError) problem = $"cannot give UNIX socket its rights ({ErrnoText.Of(result.Errno)}) [{bind.Address.Path}]";
        return result;
    }

    private SysResult OpenNew(BindModel bind, int backlog, out SocketHandle socket, out string problem)
    {
        socket = SocketHandle.None;
        var result = bind.Address.Family switch
        {
            SocketFamily.Descriptor => Inherit(bind.Address.Descriptor, backlog, out socket, out problem),
            SocketFamily.Unix or SocketFamily.AbstractUnix => OpenUnix(bind, backlog, out socket, out problem),
            _ => OpenIp(bind, backlog, out socket, out problem),
        };
        if (result.IsOk || !socket.IsOpen || bind.Address.Family == SocketFamily.Descriptor) return result;
        _ = socket.Close();
        socket = SocketHandle.None;
        return result;
    }

    /// <summary>The giver has bound it and perhaps made it listen; it is not bound again, and listening twice would change its backlog.</summary>
    private static SysResult Inherit(int descriptor, int backlog, out SocketHandle socket, out string problem)
    {
        socket = new SocketHandle(descriptor);
        problem = $"cannot use file descriptor '{descriptor}': no socket was handed over under this number";
        if (!Descriptors.IsOpen(descriptor)) return SysResult.Fail(Errno.EBADF);
        _ = socket.SetCloseOnExec();
        var result = socket.SetNonBlocking();
        if (result.IsOk && !socket.IsListening) result = socket.Listen(backlog);
        if (result.IsError) problem = $"cannot listen to file descriptor '{descriptor}' ({ErrnoText.Of(result.Errno)})";
        return result;
    }

    /// <summary>A socket where the line wants it made.</summary>
    private static SysResult OpenWhere(NetworkNamespaceModel? where, int family, SocketKind kind, bool isMultipath, ref string problem)
    {
        var opened = where is null ? SocketHandle.Open(family, kind, isMultipath)
            : NetworkNamespace.Named(where.Name)?.Open(family, kind, isMultipath) ?? SysResult.Fail(Errno.ENOENT);
        if (opened.IsError && where is not null) problem += $" in network namespace '{where.Name}' ({ErrnoText.Of(opened.Errno)})";
        return opened;
    }

    private SysResult OpenIp(BindModel bind, int backlog, out SocketHandle socket, out string problem)
    {
        var six = bind.Address.Family == SocketFamily.IPv6;
        var address = bind.Address.Address ?? (six ? IPAddress.IPv6Any : IPAddress.Any);
        socket = SocketHandle.None;
        problem = $"cannot create listening socket for [{bind.Address}]";
        var family = six ? KernelSocketAddress.AF_INET6 : KernelSocketAddress.AF_INET;
        var opened = OpenWhere(bind.Namespace, family, SocketKind.Stream, bind.Address.IsMultipath, ref problem);
        if (opened.IsError) return opened;

        socket = new SocketHandle(opened.Value);
        _ = socket.SetReuseAddress();
        if (SharesPorts) _ = socket.SetReusePort();
        var prepared = Prepare(socket, bind, six, out problem);
        if (prepared.IsError) return prepared;
        if (virtualAddresses.Contains(address)) _ = socket.SetFreeBind();

        var bound = Bind(socket, KernelSocketAddress.FromIp(address, bind.Address.Port));
        var shown = $"[{AddressText(address)}:{bind.Address.Port}]";
        problem = bound.IsError ? $"cannot bind socket ({ErrnoText.Of(bound.Errno)}) for {shown}" : "";
        if (bound.IsError) return bound;
        var listening = socket.Listen(bind.Backlog ?? backlog);
        if (listening.IsError) problem = $"cannot listen to socket ({ErrnoText.Of(listening.Errno)}) for {shown}";
        return listening;
    }

    /// <summary>A datagram socket (`dgram-bind`). Never inherited: another process that has the same port shares it, and takes what it has received.</summary>
    public SysResult OpenDatagram(BindModel bind, out SocketHandle socket, out string problem)
    {
        var address = KernelAddress(bind.Address);
        socket = SocketHandle.None;
        problem = $"cannot create receiving socket for [{bind.Address}]";
        if (bind.Address.Family is SocketFamily.Unix) _ = SocketFile.Remove(bind.Address.Path);
        if (address is not { } place) return SysResult.Fail(Errno.ENAMETOOLONG);
        var opened = OpenWhere(bind.Namespace, place.Family, SocketKind.Datagram, isMultipath: false, ref problem);
        if (opened.IsError) return opened;

        socket = new SocketHandle(opened.Value);
        if (place.Family != KernelSocketAddress.AF_UNIX)
        {
            _ = socket.SetReuseAddress();
            if (SharesPorts) _ = socket.SetReusePort();
        }
        var result = Prepare(socket, bind with { DeferAccept = false, TcpFastOpen = false, TcpUserTimeoutMs = null, SaveSyn = 0, CongestionControl = null,
            MaximumSegmentSize = null }, place.Family == KernelSocketAddress.AF_INET6, out problem);
        if (result.IsOk)
        {
            result = socket.Bind(place);
            problem = result.IsError
                ? $"cannot bind socket ({ErrnoText.Of(result.Errno)}) for [{bind.Address}]{RemedyFor(result.Errno, bind.Address, bind.Namespace)}" : "";
        }
        if (result.IsOk && bind.Address.Family == SocketFamily.Unix) _ = SocketFile.SetRights(bind.Address.Path, bind.Mode, bind.UserId, bind.GroupId);
        if (result.IsOk) return result;
        _ = socket.Close();
        socket = SocketHandle.None;
        return result;
    }

    private static KernelSocketAddress? KernelAddress(SocketAddressModel model)
    {
        switch (model.Family)
        {
            case SocketFamily.Unix:
                return KernelSocketAddress.TryFromUnix(model.Path, out var path) ? path : null;
            case SocketFamily.AbstractUnix:
                return KernelSocketAddress.TryFromAbstract(model.Path, out var name) ? name : null;
            default:
                var any = model.Family == SocketFamily.IPv6 ? IPAddress.IPv6Any : IPAddress.Any;
                return KernelSocketAddress.FromIp(model.Address ?? any, model.Port);
        }
    }

    private SysResult Bind(SocketHandle socket, KernelSocketAddress address)
    {
        var bound = socket.Bind(address);
        if (!bound.Is(Errno.EADDRINUSE) || AskForPause is null) return bound;
        AskForPause();
        AskForPause = static () => { };
        for (var tries = 0; bound.Is(Errno.EADDRINUSE) && tries < MostTries; tries++)
        {
            Thread.Sleep(TryEveryMs);
            bound = socket.Bind(address);
        }
        return bound;
    }

    /// <summary>Options of the bind line; those that the kernel may refuse for want of rights are told, the others are hints.</summary>
    private static SysResult Prepare(SocketHandle socket, BindModel bind, bool six, out string problem)
    {
        problem = "";
        if (six && (bind.V6Only || bind.V4V6)) _ = socket.SetV6Only(bind.V6Only);
        if (bind.DeferAccept) _ = socket.SetDeferAccept(1);
        if (bind.TcpFastOpen) _ = socket.SetFastOpen(256);
        if (bind.TcpUserTimeoutMs is { } timeoutMs) _ = socket.SetUserTimeout(timeoutMs);
        if (bind.SaveSyn > 0) _ = socket.SetSaveSyn(bind.SaveSyn);
        if (bind.CongestionControl is { } algorithm) _ = socket.SetCongestionControl(algorithm);
        if (bind.MaximumSegmentSize is { } bytes) _ = socket.SetMaximumSegment(bytes);
        if (Sign(socket, bind, out problem) is { IsError: true } unsigned) return unsigned;
        if (bind.Transparent && socket.SetTransparent(six) is { IsError: true } transparent)
        {
            problem = $"cannot make listening socket transparent ({ErrnoText.Of(transparent.Errno)}) for [{bind.Address}]";
            return transparent;
        }
        if (bind.Interface is { } name && socket.SetDevice(name) is { IsError: true } device)
        {
            problem = $"cannot bind listener to device {name} ({ErrnoText.Of(device.Errno)}) for [{bind.Address}]";
            return device;
        }
        return SysResult.Ok();
    }

    /// <summary>`tcp-md5sig`: without it the socket would take what the operator wants refused.</summary>
    private static SysResult Sign(SocketHandle socket, BindModel bind, out string problem)
    {
        problem = "";
        if (bind.SignaturePassword is not { } password || bind.Address.Family is not (SocketFamily.IPv4 or SocketFamily.IPv6)) return SysResult.Ok();
        var six = bind.Address.Family == SocketFamily.IPv6;
        var result = socket.SetSignature(KernelSocketAddress.FromIp(six ? IPAddress.IPv6Any : IPAddress.Any, 0), password, everybody: true);
        if (result.IsError) problem = $"cannot have segments signed ({ErrnoText.Of(result.Errno)}) for [{bind.Address}]; the kernel needs TCP_MD5SIG";
        return result;
    }

    /// <summary>A path is bound under another name and then renamed over the old one, so that there is always one to connect to.</summary>
    private static SysResult OpenUnix(BindModel bind, int backlog, out SocketHandle socket, out string problem)
    {
        socket = SocketHandle.None;
        var path = bind.Address.Path;
        var isAbstract = bind.Address.Family == SocketFamily.AbstractUnix;
        var temporary = isAbstract ? path : $"{path}.{Environment.ProcessId}.tmp";
        problem = $"socket path '{path}' too long (max {KernelSocketAddress.MaxPathLength})";
        if (!(isAbstract ? KernelSocketAddress.TryFromAbstract(path, out var address) : KernelSocketAddress.TryFromUnix(temporary, out address)))
            return SysResult.Fail(Errno.ENAMETOOLONG);

        problem = $"cannot create UNIX socket [{path}]";
        var opened = OpenWhere(bind.Namespace, KernelSocketAddress.AF_UNIX, SocketKind.Stream, isMultipath: false, ref problem);
        if (opened.IsError) return opened;
        socket = new SocketHandle(opened.Value);
        if (!isAbstract) _ = SocketFile.Remove(temporary);
        var result = socket.Bind(address);
        problem = $"cannot bind UNIX socket ({ErrnoText.Of(result.Errno)}) [{(isAbstract ? "abns@" : "")}{path}]";
        if (result.IsError) return result;
        result = isAbstract ? SysResult.Ok() : SocketFile.SetRights(temporary, bind.Mode, bind.UserId, bind.GroupId);
        if (result.IsOk) result = socket.Listen(bind.Backlog ?? backlog);
        if (result.IsOk && !isAbstract) result = SocketFile.Rename(temporary, path);
        if (result.IsOk) return result;
        problem = $"cannot give UNIX socket its name and rights ({ErrnoText.Of(result.Errno)}) [{path}]";
        if (!isAbstract) _ = SocketFile.Remove(temporary);
        return result;
    }

    private static string AddressText(IPAddress address) => address.Equals(IPAddress.IPv6Any) ? "::" : address.ToString();
}
