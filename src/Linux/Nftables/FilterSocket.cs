using System.Buffers.Binary;
using Evenkeel.Linux.Netlink;
using Evenkeel.Linux.Sockets;

namespace Evenkeel.Linux.Nftables;

/// <summary>The door to nf_tables. Owner: one thread. Needs CAP_NET_ADMIN.</summary>
public sealed unsafe class FilterSocket : IDisposable
{
    private const int AF_NETLINK = 16;
    private const int SOCK_RAW = 3;
    private const int SOCK_CLOEXEC = 0x80000;
    private const int NETLINK_NETFILTER = 12;
    private const int SOL_SOCKET = 1;
    private const int SO_RCVTIMEO = 20;
    private const ushort NLMSG_ERROR = 2;

    private readonly int _descriptor;
    private readonly byte[] _answer = new byte[8_192];
    private uint _sequence = 1;
    private bool _closed;

    private FilterSocket(int descriptor) => _descriptor = descriptor;

    /// <returns>Null with the errno: EPROTONOSUPPORT when the kernel has no nf_tables.</returns>
    public static FilterSocket? Open(out SysResult result)
    {
        result = SysResult.From(SocketCalls.Open(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER));
        if (result.IsError) return null;
        // The kernel answers within its own system call; a second of patience only guards against waiting for ever.
        var patience = stackalloc long[] { 1, 0 };
        _ = SocketCalls.SetOption(result.Value, SOL_SOCKET, SO_RCVTIMEO, patience, 16);
        return new FilterSocket(result.Value);
    }

    /// <summary>Has one transaction done.</summary>
    /// <returns>The first refusal of the kernel; nothing was changed then.</returns>
    public SysResult Run(Action<FilterBatch> write)
    {
        var batch = new FilterBatch(_sequence);
        write(batch);
        if (!batch.Fits) return SysResult.Fail(Errno.EMSGSIZE);
        var last = batch.LastSequence;
        var message = batch.Finish();
        _sequence = last + 2;
        fixed (byte* bytes = message)
        {
            var sent = SysResult.From(SocketCalls.Send(_descriptor, bytes, (nuint)message.Length, 0));
            if (sent.IsError) return sent;
        }
        return ReadAnswer(last);
    }

    private SysResult ReadAnswer(uint last)
    {
        while (true)
        {
            SysResult read;
            fixed (byte* bytes = _answer) read = SysResult.From(SocketCalls.Receive(_descriptor, bytes, (nuint)_answer.Length, 0));
            if (read.Is(Errno.EINTR)) continue;
            if (read.IsError) return read;
            var reader = new NetlinkReader(_answer.AsSpan(0, Math.Min(read.Value, _answer.Length)));
            while (reader.Next())
            {
                if (reader.Type != NLMSG_ERROR || reader.Payload.Length < 4) continue;
                var error = BinaryPrimitives.ReadInt32LittleEndian(reader.Payload);
                if (error != 0)
                {
                    Drain();
                    return SysResult.Fail((Errno)(-error));
                }
                if (reader.Sequence == last) return SysResult.Ok();
            }
        }
    }

    /// <summary>What else the kernel said of a transaction that failed must not answer the next one.</summary>
    private void Drain()
    {
        const int MSG_DONTWAIT = 0x40;
        fixed (byte* bytes = _answer)
            while (SocketCalls.Receive(_descriptor, bytes, (nuint)_answer.Length, MSG_DONTWAIT) > 0) { }
    }

    public void Dispose()
    {
        if (_closed) return;
        _closed = true;
        _ = SocketCalls.Close(_descriptor);
    }
}
