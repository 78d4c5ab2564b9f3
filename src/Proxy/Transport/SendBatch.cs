using Evenkeel.Linux;
using Evenkeel.Linux.Sockets;
using Evenkeel.Linux.Uring;
using Evenkeel.Proxy.Loop;

namespace Evenkeel.Proxy.Transport;

/// <summary>Whose bytes a <see cref="SendBatch"/> sends.</summary>
public interface IPoster
{
    SocketHandle Socket { get; }

    /// <summary>The kernel did not take everything.</summary>
    /// <param name="result">Bytes taken, fewer than were posted, or why none were.</param>
    /// <param name="rest">What was not sent; only until this returns.</param>
    void OnNotAllSent(SysResult result, ReadOnlySpan<byte> rest);
}

/// <summary>
/// Collects the small sends of one turn and gives them to the kernel in one system call (docs/adr/0034): where a call is dear, that is a fifth of a small
/// request's cost. Without io_uring nothing is collected, and every send goes out at once. Owner: one worker.
/// </summary>
public sealed class SendBatch : LoopTask
{
    /// <summary>Longest piece that is collected, bytes: longer ones cost more to copy than the call they save.</summary>
    public const int MaxLength = 4_096;

    /// <summary>Sends of one call: most of the gain is there at 16, and the first of them must not wait long for the last.</summary>
    private const int MaxSends = 32;
    private const int RoomLength = MaxSends * MaxLength / 2;

    private readonly EventLoop _loop;
    private readonly Sent[] _sends = new Sent[MaxSends];
    private readonly Notices _notices;
    private SendRing? _ring;
    private int _count;
    private int _used;

    public SendBatch(EventLoop loop)
    {
        _loop = loop;
        _notices = new Notices(loop);
    }

    /// <summary>Names what is being collected now; a connection that posted remembers it.</summary>
    public long Number { get; private set; } = 1;

    /// <summary>Sends are collected.</summary>
    public bool IsOpen => _ring is not null;

    /// <summary>Begins to collect, if the kernel lets us.</summary>
    public void Open()
    {
        _ring = SendRing.Create(MaxSends, RoomLength);
        if (_ring is not null) _loop.TurnEnd = this;
    }

    /// <summary>Copies what is to be sent. The caller has seen that it fits (<see cref="MaxLength"/>) and that <see cref="IsOpen"/>.</summary>
    public void Post(IPoster poster, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second = default)
    {
        var length = first.Length + second.Length;
        if (_count == MaxSends || _used + length > RoomLength) Run();
        var room = _ring!.Room(_used, length);
        first.CopyTo(room);
        second.CopyTo(room[first.Length..]);
        ref var send = ref _sends[_count++];
        send.Poster = poster;
        send.Descriptor = poster.Socket.Descriptor;
        send.Offset = _used;
        send.Length = length;
        _used += length;
    }

    /// <summary>Sends what was collected.</summary>
    public override void Run()
    {
        var count = _count;
        if (count == 0) return;
        _count = _used = 0;
        Number++;
        var ring = _ring!;
        if (count == 1)
        {
            SendDirectly(ring, in _sends[0]);
            return;
        }

        for (var i = 0; i < count; i++)
        {
            ref var send = ref _sends[i];
            ring.Prepare(i, send.Descriptor, send.Offset, send.Length);
        }

        var isWhole = ring.Submit(count);
        for (var i = 0; i < count; i++)
        {
            ref var send = ref _sends[i];
            if (!ring.IsDone(i)) SendDirectly(ring, in send);
            else if (!ring.WasWhole(i, send.Length)) Settle(ring, in send, ring.Result(i));
        }

        if (isWhole) return;
        _ring = null;
        ring.Dispose();
    }

    public override void OnFault(Exception bug) => _count = _used = 0;

    private static void SendDirectly(SendRing ring, in Sent send)
    {
        var result = send.Poster.Socket.Send(ring.Room(send.Offset, send.Length));
        if (!result.IsOk || result.Value != send.Length) Settle(ring, in send, result);
    }

    /// <summary>Some of it was not taken.</summary>
    private static void Settle(SendRing ring, in Sent send, SysResult result)
    {
        var taken = result.IsOk ? result.Value : 0;
        send.Poster.OnNotAllSent(result, ring.Room(send.Offset + taken, send.Length - taken));
    }

    /// <summary>The connection has broken while its bytes were sent; its user will be told.</summary>
    public void Tell(Connection broken) => _notices.Add(broken);

    private struct Sent
    {
        public IPoster Poster;
        public int Descriptor;
        public int Offset;
        public int Length;
    }

    /// <summary>Tells users of connections that a send has failed, outside of whatever they are doing just now.</summary>
    private sealed class Notices(EventLoop loop) : LoopTask
    {
        private readonly Connection[] _failed = new Connection[MaxSends];
        private int _count;

        public void Add(Connection connection)
        {
            // One too many is told by the kernel's own event.
            if (_count < _failed.Length) _failed[_count++] = connection;
            loop.RunLater(this);
        }

        public override void Run()
        {
            var count = _count;
            _count = 0;
            for (var i = 0; i < count; i++)
                if (_failed[i] is { IsBroken: true } connection) connection.User?.OnReady(connection);
        }
    }
}
