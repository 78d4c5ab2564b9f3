using Evenkeel.Linux;
using Evenkeel.Linux.Sockets;
using Evenkeel.Proxy.Memory;

namespace Evenkeel.Proxy.Transport;

/// <remarks>Sends that are collected until the end of the turn, and what becomes of those the kernel does not take whole.</remarks>
public sealed partial class Connection : IPoster
{
    /// <summary>The batch that holds a send of ours, by the low half of its number: one taken for it by chance leaves a little early.</summary>
    private uint _postedIn;

    /// <summary>What a collected send left over; it goes out before anything else.</summary>
    private NativeBuffer? _unsent;

    /// <summary>
    /// Like <see cref="Write(ReadOnlySpan{byte}, bool)"/>, but small pieces leave with others at the end of the turn. Whoever posts learns of a failure later,
    /// by an event: post only what need not be sent again over another connection, or is kept for that.
    /// </summary>
    /// <returns>Bytes taken over: those of a collected piece are all taken.</returns>
    public int Post(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second = default)
    {
        var sends = _worker.Sends;
        var length = first.Length + second.Length;
        if (length > SendBatch.MaxLength || !sends.IsOpen || !IsEstablished || !CanWrite || _tls is not null || _postedIn == (uint)sends.Number)
            return second.IsEmpty ? Write(first) : Write(first, second);
        sends.Post(this, first, second);
        _postedIn = (uint)sends.Number;
        BytesWritten += length;
        return length;
    }

    void IPoster.OnNotAllSent(SysResult result, ReadOnlySpan<byte> rest)
    {
        if (result.IsError && result.Errno is not (Errno.EAGAIN or Errno.EINTR))
        {
            BytesWritten -= rest.Length;
            Break(result.Errno);
            _worker.Sends.Tell(this);
            return;
        }

        _unsent = _worker.Memory.Regular.Take();
        _unsent.Append(rest);
        _writable = false;
    }

    /// <summary>What was posted goes out first; then there may be no room for more.</summary>
    private bool IsBehindPosted()
    {
        SendPosted();
        return _unsent is not null || IsBroken;
    }

    private void SendPosted()
    {
        if (_postedIn == (uint)_worker.Sends.Number) _worker.Sends.Run();
    }

    private void SendUnsent()
    {
        var result = Socket.Send(_unsent!.Filled);
        if (result.IsOk)
        {
            _unsent.Consumed(result.Value);
            if (_unsent.IsEmpty) _worker.Memory.Return(ref _unsent);
            else _writable = false;
        }
        else if (result.Errno is Errno.EAGAIN)
        {
            _writable = false;
        }
        else if (result.Errno is not Errno.EINTR)
        {
            _worker.Memory.Return(ref _unsent);
            Break(result.Errno);
        }

        if (_unsent is null && WriteEnded && !IsBroken) _ = Socket.Shutdown(ShutdownSide.Write);
    }

    /// <summary>The connection is over for its user, but not all of what he sent has left.</summary>
    /// <returns>True when somebody else closes the socket.</returns>
    private bool LeaveLastBytes()
    {
        if (_unsent is null) return false;
        if (IsBroken)
        {
            _worker.Memory.Return(ref _unsent);
            return false;
        }

        LastBytes.Send(_worker, Socket, _unsent);
        _unsent = null;
        return true;
    }
}
