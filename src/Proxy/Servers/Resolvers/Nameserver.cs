using Evenkeel.Linux;
using Evenkeel.Linux.Sockets;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Loop;
using Evenkeel.Proxy.Transport;

namespace Evenkeel.Proxy.Servers.Resolvers;

/// <summary>One nameserver: takes questions, hands answers on. Owner: the resolver's worker.</summary>
internal abstract class Nameserver(NameserverModel model, EventLoop loop) : IReadyHandler
{
    /// <summary>Called with each answer; the bytes are the nameserver's, for the time of the call.</summary>
    public delegate void AnswerHandler(Nameserver sender, ReadOnlySpan<byte> message);

    public NameserverModel Model { get; } = model;

    public NameserverCounters Counters { get; } = new();

    public AnswerHandler Answered { get; init; } = static (_, _) => { };

    protected EventLoop Loop { get; } = loop;

    protected SocketHandle Socket { get; private set; } = SocketHandle.None;

    public static Nameserver Create(NameserverModel model, EventLoop loop, int payloadSize, AnswerHandler answered) => model.IsStream
        ? new StreamNameserver(model, loop) { Answered = answered }
        : new DatagramNameserver(model, loop, payloadSize) { Answered = answered };

    /// <summary>Sends a question.</summary>
    /// <returns>False when it cannot even be tried.</returns>
    public bool Send(ReadOnlySpan<byte> question)
    {
        var isSent = (Socket.IsOpen || Open()) && Write(question);
        if (isSent) Counters.Sent++;
        else Counters.SendErrors++;
        return isSent;
    }

    public abstract void OnReady(Readiness events);

    public void OnFault(Exception bug) => Close();

    public virtual void Close()
    {
        if (!Socket.IsOpen) return;
        Loop.Forget(Socket.Descriptor);
        _ = Socket.Close();
        Socket = SocketHandle.None;
    }

    protected abstract SocketKind Kind { get; }

    protected abstract bool Write(ReadOnlySpan<byte> question);

    private bool Open()
    {
        if (!Model.Address.TryToKernel(out var address)) return false;
        var opened = SocketHandle.Open(address.Family, Kind);
        if (opened.IsError) return false;
        Socket = new SocketHandle(opened.Value);
        var isReady = Loop.Register(Socket.Descriptor, this).IsOk && Socket.Connect(address) is { IsOk: true } or { Errno: Errno.EINPROGRESS };
        if (!isReady) Close();
        return isReady;
    }
}

/// <summary>By datagrams. The socket is connected, so that the kernel drops what others send.</summary>
internal sealed class DatagramNameserver(NameserverModel model, EventLoop loop, int payloadSize) : Nameserver(model, loop)
{
    /// <summary>Answers read before others have their turn.</summary>
    private const int MaxAnswersPerEvent = 256;

    // One byte more shows an answer that is too big.
    private readonly byte[] _buffer = new byte[payloadSize + 1];

    protected override SocketKind Kind => SocketKind.Datagram;

    protected override bool Write(ReadOnlySpan<byte> question)
    {
        var sent = Socket.Send(question);
        // What is told here is about an earlier question (ECONNREFUSED): this one is tried again.
        if (sent.IsError && !sent.Is(Errno.EAGAIN)) sent = Socket.Send(question);
        return sent.IsOk;
    }

    public override void OnReady(Readiness events)
    {
        for (var i = 0; i < MaxAnswersPerEvent && Socket.IsOpen; i++)
        {
            var received = Socket.Receive(_buffer);
            if (received.IsError)
            {
                if (received.Is(Errno.EAGAIN)) return;
                continue;
            }

            if (received.Value > payloadSize) Counters.TooBig++;
            else Answered(this, _buffer.AsSpan(0, received.Value));
        }

        // Edge-triggered: who floods us is read on with a fresh socket.
        if (Socket.IsOpen) Close();
    }
}

/// <summary>Over TCP, each message behind its length (RFC 7766). The connection is made when it is needed and kept while it lasts.</summary>
internal sealed class StreamNameserver(NameserverModel model, EventLoop loop) : Nameserver(model, loop)
{
    private const int LengthBytes = 2;
    private const int MaxWaiting = 65_536;

    private readonly byte[] _received = new byte[LengthBytes + ushort.MaxValue];
    private readonly byte[] _waiting = new byte[MaxWaiting];
    private int _receivedLength;
    private int _waitingLength;

    protected override SocketKind Kind => SocketKind.Stream;

    protected override bool Write(ReadOnlySpan<byte> question)
    {
        if (_waitingLength + LengthBytes + question.Length > _waiting.Length) return false;
        _waiting[_waitingLength++] = (byte)(question.Length >> 8);
        _waiting[_waitingLength++] = (byte)question.Length;
        question.CopyTo(_waiting.AsSpan(_waitingLength));
        _waitingLength += question.Length;
        return Flush();
    }

    public override void OnReady(Readiness events)
    {
        if ((events & Readiness.Writable) != 0 && !Flush()) return;
        while (Socket.IsOpen)
        {
            var received = Socket.Receive(_received.AsSpan(_receivedLength));
            if (received.Is(Errno.EAGAIN)) return;
            if (received.IsError || received.Value == 0)
            {
                Close();
                return;
            }

            _receivedLength += received.Value;
            TakeMessages();
        }
    }

    public override void Close()
    {
        _receivedLength = _waitingLength = 0;
        base.Close();
    }

    private void TakeMessages()
    {
        var at = 0;
        while (_receivedLength - at >= LengthBytes)
        {
            var length = _received[at] << 8 | _received[at + 1];
            if (_receivedLength - at < LengthBytes + length) break;
            Answered(this, _received.AsSpan(at + LengthBytes, length));
            at += LengthBytes + length;
        }

        // Whoever was told of an answer may have closed the connection.
        _receivedLength = Math.Max(0, _receivedLength - at);
        _received.AsSpan(at, _receivedLength).CopyTo(_received);
    }

    private bool Flush()
    {
        while (_waitingLength > 0)
        {
            var sent = Socket.Send(_waiting.AsSpan(0, _waitingLength));
            if (sent.Is(Errno.EAGAIN) || sent.Is(Errno.ENOTCONN)) return true;
            if (sent.IsError)
            {
                Close();
                return false;
            }

            _waitingLength -= sent.Value;
            _waiting.AsSpan(sent.Value, _waitingLength).CopyTo(_waiting);
        }

        return true;
    }
}
