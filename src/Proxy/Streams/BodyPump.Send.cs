using Evenkeel.Proxy.Http1;
using Evenkeel.Proxy.Memory;
using Evenkeel.Proxy.Message;
using Evenkeel.Proxy.Transport;

namespace Evenkeel.Proxy.Streams;

/// <summary>The sending half: heads, buffered bytes, spliced bytes.</summary>
internal sealed partial class BodyPump
{
    /// <summary>Bodies up to this size are copied behind the head and go out in one plain send, which costs less than two vectors.</summary>
    private const int CopyBehindHead = 2_048;

    /// <summary>Below this splice costs more than it saves (docs/performance.md).</summary>
    private const int SpliceThreshold = 65_536;

    /// <summary>Writes the head and as much body as is here to the sink, in one system call.</summary>
    /// <param name="retain">Keep the bytes, in case they must be sent once more over another connection.</param>
    /// <param name="mayWait">They may leave at the end of the turn, and a failure may be told later.</param>
    /// <returns>False when the sink has broken.</returns>
    public bool SendHead(HttpMessage message, bool retain, bool mayWait)
    {
        var scratch = _memory.Scratch;
        var space = scratch.Slice(0, scratch.Capacity);
        var headLength = message.Write(space);
        var body = Pending;
        var copied = 0;
        if (body.Length is > 0 and <= CopyBehindHead && headLength + body.Length <= space.Length)
        {
            body.CopyTo(space[headLength..]);
            copied = body.Length;
        }

        var sent = !_sink!.CanWrite ? 0
            : copied < body.Length ? _sink.Write(space[..headLength], body)
            : mayWait ? _sink.Post(space[..(headLength + copied)])
            : _sink.Write(space[..(headLength + copied)]);
        if (sent < headLength) KeepHead(space[sent..headLength]);
        else TakeSent(sent - headLength, retain);
        return !_sink.IsBroken;
    }

    /// <summary>The head has gone out whole.</summary>
    public bool IsHeadSent => _unsentHead is null;

    /// <summary>Writes a head and a body that lies in managed memory; what does not go out of the body is left to the caller.</summary>
    /// <param name="bodySent">Grows by the bytes of the body that went out.</param>
    /// <returns>False when the sink has broken.</returns>
    public bool SendHeadAndBytes(HttpMessage message, ReadOnlySpan<byte> body, ref int bodySent)
    {
        var space = _memory.Scratch.Slice(0, _memory.Scratch.Capacity);
        var headLength = message.Write(space);
        var sent = !_sink!.CanWrite || _unsentHead is not null ? 0
            : _sink.Post(space[..headLength], body);
        if (sent < headLength) KeepHead(space[sent..headLength]);
        else bodySent += sent - headLength;
        return !_sink.IsBroken;
    }

    /// <summary>Gives up what was received for this direction, not what waits to be sent already.</summary>
    public void DropAll()
    {
        _memory.Return(ref _buffer);
        _dropped += _sendable;
        _sendable = _retained = 0;
    }

    /// <summary>Sends bytes that belong to no message (a 100 Continue of our own) ahead of everything else.</summary>
    public bool SendRaw(ReadOnlySpan<byte> bytes)
    {
        var sent = _sink!.CanWrite && _unsentHead is null ? _sink.Write(bytes) : 0;
        if (sent < bytes.Length) KeepHead(bytes[sent..]);
        return !_sink.IsBroken;
    }

    /// <summary>The sink is gone, and the head that was to go there is written anew for the next one.</summary>
    public void DropUnsentHead() => _memory.Return(ref _unsentHead);

    /// <summary>What <see cref="SendHead"/> kept is to be sent again.</summary>
    public void Replay()
    {
        _memory.Return(ref _unsentHead);
        _sendable += _retained;
        _retained = 0;
    }

    /// <summary>It will not be sent again.</summary>
    public void DropRetained()
    {
        if (_retained == 0 || _buffer is null) return;
        _buffer.Consumed(_retained);
        _retained = 0;
        if (_buffer.IsEmpty && !_buffer.IsHeld) _memory.Return(ref _buffer);
    }

    /// <summary>Sends what is waiting. False when some of it must go on waiting, or the sink has broken.</summary>
    public bool Flush()
    {
        if (IsFlushed) return true;
        if (!_sink!.CanWrite) return false;
        if (_unsentHead is not null)
        {
            _unsentHead.Consumed(_sink.Write(_unsentHead.Filled, more: _sendable > 0));
            if (!_unsentHead.IsEmpty) return false;
            _memory.Return(ref _unsentHead);
        }

        if (_pipe is not null && _pipe.Length > 0)
        {
            BytesSpliced += _sink.Write(_pipe);
            if (_pipe.Length > 0) return false;
        }

        if (_sendable > 0 && _sink.CanWrite) TakeSent(_sink.Post(Pending), retain: false);
        return _sendable == 0 && !_sink.HasUnsent;
    }

    private bool CanSplice => _kind is BodyKind.Length or BodyKind.UntilClose && _buffer is null && (_kind == BodyKind.UntilClose || _left >= SpliceThreshold);

    private PumpStatus SpliceIn(ref int budget)
    {
        _pipe ??= worker.Pipes.Take();
        if (_pipe is null)
        {
            MaySplice = false;
            return PumpStatus.Yield;
        }

        var want = _kind == BodyKind.Length ? (int)Math.Min(_left, _pipe.Capacity) : _pipe.Capacity;
        switch (Source!.Splice(_pipe, want, out var count))
        {
            case ReadOutcome.Data:
                Received += count;
                budget -= count / 4; // the kernel moves pages, not bytes: four times the share costs about the same
                if (_kind != BodyKind.Length) return PumpStatus.Yield;
                _left -= count;
                SourceDone = _left == 0;
                return PumpStatus.Yield;
            case ReadOutcome.WouldBlock:
                // A pipe is lent only while bytes are in it.
                worker.Pipes.Return(ref _pipe);
                return PumpStatus.NeedSource;
            case ReadOutcome.End:
                return EndOfSource();
            default:
                return PumpStatus.SourceFailed;
        }
    }

    private void TakeSent(int count, bool retain)
    {
        _sendable -= count;
        if (retain && _sendable == 0)
        {
            _retained += count;
            return;
        }

        if (_buffer is null) return;
        _buffer.Consumed(count);
        if (_buffer.IsEmpty && !_buffer.IsHeld) _memory.Return(ref _buffer);
    }

    private void KeepHead(ReadOnlySpan<byte> rest)
    {
        _unsentHead ??= _memory.Regular.Take();
        _unsentHead.Append(rest);
    }
}
