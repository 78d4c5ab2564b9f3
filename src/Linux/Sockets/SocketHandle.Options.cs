using System.Runtime.InteropServices;
using System.Text;

namespace Evenkeel.Linux.Sockets;

/// <summary>Socket options by what they do; names of the kernel's constants in brackets.</summary>
public readonly unsafe partial struct SocketHandle
{
    private const int SOL_SOCKET = 1;
    private const int SOL_IP = 0;
    private const int SOL_TCP = 6;
    private const int SOL_IPV6 = 41;
    private const int F_GETFL = 3;
    private const int F_SETFL = 4;
    private const int F_SETFD = 2;
    private const int FD_CLOEXEC = 1;

    public SysResult SetOption(int level, int name, int value) =>
        SysResult.From(SocketCalls.SetOption(Descriptor, level, name, &value, sizeof(int)));

    public SysResult GetOption(int level, int name)
    {
        var value = 0;
        uint length = sizeof(int);
        var result = SysResult.From(SocketCalls.GetOption(Descriptor, level, name, &value, &length));
        return result.IsOk ? SysResult.Ok(value) : result;
    }

    /// <summary>The error that ended a connect or a connection, and forgets it [SO_ERROR].</summary>
    public Errno TakeError()
    {
        var result = GetOption(SOL_SOCKET, 4);
        return result.IsOk ? (Errno)result.Value : result.Errno;
    }

    /// <summary>[SO_REUSEADDR]</summary>
    public SysResult SetReuseAddress() => SetOption(SOL_SOCKET, 2, 1);

    /// <summary>Several processes may listen on one address [SO_REUSEPORT].</summary>
    public SysResult SetReusePort() => SetOption(SOL_SOCKET, 15, 1);

    /// <summary>Sends small segments at once [TCP_NODELAY].</summary>
    public SysResult SetNoDelay() => SetOption(SOL_TCP, 1, 1);

    /// <summary>Turns off the immediate acknowledgement of what was just received [TCP_QUICKACK].</summary>
    public SysResult SetQuickAck(bool on) => SetOption(SOL_TCP, 12, on ? 1 : 0);

    /// <summary>Probes of silent peers [SO_KEEPALIVE].</summary>
    public SysResult SetKeepAlive() => SetOption(SOL_SOCKET, 9, 1);

    /// <summary>Accepts only once data is there [TCP_DEFER_ACCEPT]; seconds.</summary>
    public SysResult SetDeferAccept(int seconds) => SetOption(SOL_TCP, 9, seconds);

    /// <summary>[TCP_FASTOPEN]</summary>
    public SysResult SetFastOpen(int queue) => SetOption(SOL_TCP, 23, queue);

    /// <summary>Unacknowledged data ends the connection after this long [TCP_USER_TIMEOUT].</summary>
    public SysResult SetUserTimeout(int milliseconds) => SetOption(SOL_TCP, 18, milliseconds);

    /// <summary>The algorithm by its name, such as `cubic` [TCP_CONGESTION].</summary>
    public SysResult SetCongestionControl(string algorithm)
    {
        var name = Encoding.ASCII.GetBytes(algorithm + '\0');
        fixed (byte* bytes = name) return SysResult.From(SocketCalls.SetOption(Descriptor, SOL_TCP, 13, bytes, (uint)name.Length));
    }

    /// <summary>Longest password of <see cref="SetSignature"/>, bytes [TCP_MD5SIG_MAXKEYLEN].</summary>
    public const int LongestSignaturePassword = 80;

    /// <summary>Segments are exchanged only with an MD5 signature under this password (RFC 2385) [TCP_MD5SIG].</summary>
    /// <param name="peer">Whom it holds for. What listens gives its own address: it holds for everybody then [TCP_MD5SIG_EXT with a prefix of 0].</param>
    public SysResult SetSignature(KernelSocketAddress peer, string password, bool everybody)
    {
        // struct tcp_md5sig: address 128, flags u8, prefix length u8, key length u16, interface i32, key 80.
        const int AddressLength = 128, Length = AddressLength + 8 + LongestSignaturePassword;
        const int TCP_MD5SIG = 14, TCP_MD5SIG_EXT = 32, TCP_MD5SIG_FLAG_PREFIX = 1;
        var key = Encoding.UTF8.GetBytes(password);
        if (key.Length > LongestSignaturePassword) return SysResult.Fail(Errno.EINVAL);
        Span<byte> request = stackalloc byte[Length];
        request.Clear();
        peer.Raw[..peer.Length].CopyTo(request);
        request[AddressLength] = (byte)(everybody ? TCP_MD5SIG_FLAG_PREFIX : 0);
        BitConverter.TryWriteBytes(request[(AddressLength + 2)..], (ushort)key.Length);
        key.CopyTo(request[(AddressLength + 8)..]);
        fixed (byte* bytes = request)
            return SysResult.From(SocketCalls.SetOption(Descriptor, SOL_TCP, everybody ? TCP_MD5SIG_EXT : TCP_MD5SIG, bytes, Length));
    }

    /// <summary>[TCP_MAXSEG]</summary>
    public SysResult SetMaximumSegment(int bytes) => SetOption(SOL_TCP, 2, bytes);

    /// <summary>Keeps a copy of the SYN of each connection that will be accepted: 1 from its IP header on, 2 from its link header on.</summary>
    public SysResult SetSaveSyn(int mode) => SetOption(SOL_TCP, 27, mode);

    /// <summary>The saved SYN; the kernel forgets it once it was read.</summary>
    /// <returns>Its length.</returns>
    public SysResult TakeSavedSyn(Span<byte> destination)
    {
        var length = (uint)destination.Length;
        fixed (byte* bytes = destination)
        {
            var result = SysResult.From(SocketCalls.GetOption(Descriptor, SOL_TCP, 28, bytes, &length));
            return result.IsOk ? SysResult.From((int)length) : result;
        }
    }

    /// <summary>False when it is no TCP connection.</summary>
    public bool TryTcpInfo(out TcpInfo info)
    {
        info = default;
        uint length = TcpInfo.Length;
        fixed (TcpInfo* place = &info)
            return SysResult.From(SocketCalls.GetOption(Descriptor, SOL_TCP, 11, place, &length)).IsOk && length >= 92;
    }

    /// <summary>[IPV6_V6ONLY]</summary>
    public SysResult SetV6Only(bool on) => SetOption(SOL_IPV6, 26, on ? 1 : 0);

    /// <summary>Binds to and accepts for addresses that are not ours [IP_TRANSPARENT, IPV6_TRANSPARENT].</summary>
    public SysResult SetTransparent(bool six) => six ? SetOption(SOL_IPV6, 75, 1) : SetOption(SOL_IP, 19, 1);

    /// <summary>Binds to an address that is not there yet [IP_FREEBIND].</summary>
    public SysResult SetFreeBind() => SetOption(SOL_IP, 15, 1);

    /// <summary>The ephemeral port of an outgoing connection is chosen at connect [IP_BIND_ADDRESS_NO_PORT].</summary>
    public SysResult SetBindAddressNoPort() => SetOption(SOL_IP, 24, 1);

    /// <summary>close(2) resets the connection at once and leaves nothing behind [SO_LINGER 1, 0].</summary>
    public SysResult SetLingerZero()
    {
        var linger = 1L; // struct linger { int onoff = 1; int seconds = 0; } on a little-endian machine
        return SysResult.From(SocketCalls.SetOption(Descriptor, SOL_SOCKET, 13, &linger, sizeof(long)));
    }

    /// <summary>close(2) forgets the connection without a packet to the peer; needs CAP_NET_ADMIN [TCP_REPAIR].</summary>
    public SysResult SetRepair() => SetOption(SOL_TCP, 19, 1);

    /// <summary>How many routers a packet of this connection may pass [IP_TTL, IPV6_UNICAST_HOPS].</summary>
    public SysResult SetHopLimit(bool six, int hops) => six ? SetOption(SOL_IPV6, 16, hops) : SetOption(SOL_IP, 2, hops);

    /// <summary>What packets of this connection are marked with, for routes and filters; needs CAP_NET_ADMIN [SO_MARK].</summary>
    public SysResult SetMark(int mark) => SetOption(SOL_SOCKET, 36, mark);

    /// <summary>The type of service, or traffic class, that its packets say [IP_TOS, IPV6_TCLASS].</summary>
    public SysResult SetTypeOfService(bool six, int value) => six ? SetOption(SOL_IPV6, 67, value) : SetOption(SOL_IP, 1, value);

    /// <summary>How a silent peer is probed: probes, seconds before the first, seconds between [TCP_KEEPCNT, TCP_KEEPIDLE, TCP_KEEPINTVL].</summary>
    public void SetKeepAlive(int? probes, int? idleSeconds, int? intervalSeconds)
    {
        if (probes is { } count) _ = SetOption(SOL_TCP, 6, count);
        if (idleSeconds is { } idle) _ = SetOption(SOL_TCP, 4, idle);
        if (intervalSeconds is { } interval) _ = SetOption(SOL_TCP, 5, interval);
    }

    /// <summary>[SO_BINDTODEVICE]</summary>
    public SysResult SetDevice(string interfaceName)
    {
        var name = Encoding.UTF8.GetBytes(interfaceName);
        fixed (byte* bytes = name)
            return SysResult.From(SocketCalls.SetOption(Descriptor, SOL_SOCKET, 25, bytes, (uint)name.Length));
    }

    /// <summary>The interface it is bound to, or empty [SO_BINDTODEVICE].</summary>
    public string Device
    {
        get
        {
            const int IFNAMSIZ = 16;
            var name = stackalloc byte[IFNAMSIZ];
            uint length = IFNAMSIZ;
            var result = SysResult.From(SocketCalls.GetOption(Descriptor, SOL_SOCKET, 25, name, &length));
            return result.IsOk && length > 1 ? Encoding.UTF8.GetString(name, (int)length - 1) : "";
        }
    }

    /// <summary>The kernel's number of the network namespace it was made in; 0 from a kernel older than 5.14 [SO_NETNS_COOKIE].</summary>
    public ulong NamespaceCookie
    {
        get
        {
            ulong cookie = 0;
            uint length = sizeof(ulong);
            return SysResult.From(SocketCalls.GetOption(Descriptor, SOL_SOCKET, 71, &cookie, &length)).IsOk ? cookie : 0;
        }
    }

    /// <summary>The protocol it was opened with: 6 is TCP, 262 multipath TCP [SO_PROTOCOL].</summary>
    public int Protocol => GetOption(SOL_SOCKET, 38) is { IsOk: true } found ? found.Value : 0;

    /// <summary>Whether it listens already, as inherited sockets do [SO_ACCEPTCONN].</summary>
    public bool IsListening => GetOption(SOL_SOCKET, 30) is { IsOk: true, Value: not 0 };

    /// <summary>For descriptors that came from outside and may block.</summary>
    public SysResult SetNonBlocking()
    {
        const int O_NONBLOCK = 0x800;
        var flags = SysResult.From(SocketCalls.Control(Descriptor, F_GETFL, 0));
        return flags.IsError ? flags : SysResult.From(SocketCalls.Control(Descriptor, F_SETFL, flags.Value | O_NONBLOCK));
    }

    public SysResult SetCloseOnExec(bool on = true) =>
        SysResult.From(SocketCalls.Control(Descriptor, F_SETFD, on ? FD_CLOEXEC : 0));
}
