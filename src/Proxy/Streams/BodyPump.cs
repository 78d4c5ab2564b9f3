using Evenkeel.Linux.Sockets;
using Evenkeel.Proxy.Http1;
using Evenkeel.Proxy.Loop;
using Evenkeel.Proxy.Memory;
using Evenkeel.Proxy.Transport;

namespace Evenkeel.Proxy.Streams;

/// <summary>How far a pump came.</summary>
internal enum PumpStatus : byte
{
    /// <summary>The whole body has been received and sent.</summary>
    Done,

    /// <summary>Nothing to read now.</summary>
    NeedSource,

    /// <summary>The sink is full.</summary>
    NeedSink,

    /// <summary>Its share of this turn is used up; it wants to go on.</summary>
    Yield,

    /// <summary>The source ended before its body did.</summary>
    SourceCut,

    /// <summary>The source broke (reset).</summary>
    SourceFailed,

    SinkFailed,

    /// <summary>The source's chunks are not chunks.</summary>
    BadFraming,
}

/// <summary>
/// One direction of a stream: bytes come from one connection, are checked against the message's framing, and go to the other. Holds a buffer only while bytes
/// are in flight. Owner: its stream.
/// </summary>
/// <remarks>
/// Buffer layout: <c>[ head, held | sendable body | not scanned yet, or behind the message ]</c>. A read that fills a regular buffer makes the next one a bulk
/// buffer; a small read makes it regular again.
/// </remarks>
internal sealed partial class BodyPump(Worker worker)
{
    /// <summary>Bytes one stream may move in a row before others get their turn: four bulk buffers.</summary>
    private const int TurnBudget = 4 * WorkerMemory.BulkSize;

    private readonly WorkerMemory _memory = worker.Memory;
    private NativeBuffer? _buffer;
    private NativeBuffer? _unsentHead;
    private PipePair? _pipe;
    private Connection? _sink;
    private ChunkScanner _chunks;
    private BodyKind _kind;
    private bool _bulk;
    private int _sendable;
    private int _retained;
    private long _dropped;
    private long _left;

    public Connection? Source { get; set; }

    public Connection? Sink
    {
        get => _sink;
        set => _sink = value;
    }

    /// <summary>splice(2) may be used for what is long enough.</summary>
    public bool MaySplice { get; set; }

    /// <summary>Bytes of bodies received so far: of chunks what is in them.</summary>
    public long Received { get; private set; }

    /// <summary>What of <see cref="Received"/> has gone to the sink.</summary>
    public long Forwarded => Received - Math.Min(Received, _dropped + _sendable + (_pipe?.Length ?? 0));

    /// <summary>Bytes that went to the sink without passing through this process.</summary>
    public long BytesSpliced { get; private set; }

    /// <summary>Every byte of the body has been received.</summary>
    public bool SourceDone { get; private set; }

    /// <summary>The source closed, where closing is how the body ends.</summary>
    public bool SourceEnded { get; private set; }

    /// <summary>Nothing received waits to be sent.</summary>
    public bool IsFlushed => _sendable == 0 && _unsentHead is null && (_pipe is null || _pipe.Length == 0) && _sink is not { HasUnsent: true };

    /// <summary>Bytes of the body that were received and not sent on yet.</summary>
    public ReadOnlySpan<byte> Pending => _buffer is null ? default : _buffer.Filled[.._sendable];

    public NativeBuffer? Buffer => _buffer;

    /// <summary>More may be read without sending something first.</summary>
    public bool HasRoom => _buffer is null || !_buffer.Free.IsEmpty;

    /// <summary>Takes over a buffer with the first bytes of a message.</summary>
    public void Adopt(NativeBuffer buffer) => _buffer = buffer;

    /// <summary>The buffer for the head of a message.</summary>
    public NativeBuffer NeedBuffer() => _buffer ??= _memory.Regular.Take();

    /// <summary>The head is parsed and ends at <paramref name="headEnd"/>; it stays where it is until <see cref="ReleaseHead"/>.</summary>
    public void HoldHead(int headEnd)
    {
        _buffer!.IsHeld = true;
        _buffer.Consumed(headEnd - _buffer.Start);
    }

    /// <summary>Nobody needs the head's bytes any more.</summary>
    public void ReleaseHead()
    {
        if (_buffer is null) return;
        _buffer.IsHeld = false;
        if (_buffer.IsEmpty) _memory.Return(ref _buffer);
    }

    /// <summary>A head that begins deep in its buffer, behind an earlier message, and finds no room there moves to the front.</summary>
    /// <returns>True when it has moved: offsets into it are void, and it must be parsed from its beginning.</returns>
    public bool MoveHeadToFront()
    {
        if (_buffer is not { IsHeld: false, Start: > 0 } buffer || !buffer.Free.IsEmpty) return false;
        buffer.Compact();
        return true;
    }

    /// <summary>Begins the body that follows the head.</summary>
    /// <returns>False when the bytes that are here already are not good chunks.</returns>
    public bool BeginBody(BodyKind kind, long length, bool dropsTrailers = false)
    {
        _kind = kind;
        _left = length;
        _chunks = new ChunkScanner { DropsTrailers = dropsTrailers };
        _sendable = 0;
        SourceDone = kind == BodyKind.None;
        SourceEnded = false;
        return SourceDone || Scan();
    }

    /// <summary>What is pending has the form of chunks.</summary>
    public bool IsChunked => _kind == BodyKind.Chunked;

    /// <summary>Trailers are not sent on, those that have come already included.</summary>
    public void DropTrailers()
    {
        if (_kind != BodyKind.Chunked) return;
        _chunks.DropsTrailers = true;
        if (!SourceDone || _buffer is null) return;
        // The last chunk in canonical form; no trailer can look like it.
        var end = Pending.LastIndexOf("\r\n0\r\n"u8);
        var first = end >= 0 ? end + 5 : 3;
        var trailers = _sendable - 2 - first;
        if (trailers <= 0) return;
        _buffer.CutOut(first, trailers);
        _sendable -= trailers;
    }

    /// <summary>Reads once.</summary>
    /// <returns>WouldBlock also when there is no room left.</returns>
    public ReadOutcome Fill()
    {
        var buffer = RoomyBuffer();
        if (buffer.Free.IsEmpty) return ReadOutcome.WouldBlock;
        var outcome = Source!.Read(buffer.Free, out var count);
        buffer.Produced(count);
        if (outcome == ReadOutcome.Data) _bulk = buffer.Free.IsEmpty || (_bulk && count >= _memory.Regular.BufferSize);
        else if (buffer.IsEmpty && !buffer.IsHeld) _memory.Return(ref _buffer);
        return outcome;
    }

    /// <summary>Looks at what has been read since: how much of it is body. False for bad chunks.</summary>
    public bool Scan()
    {
        if (_buffer is null || SourceDone) return true;
        switch (_kind)
        {
            case BodyKind.Length:
                var take = (int)Math.Min(_left, _buffer.Length - _sendable);
                _sendable += take;
                _left -= take;
                Received += take;
                SourceDone = _left == 0;
                return true;
            case BodyKind.Chunked:
                var before = _chunks.Content;
                var status = _chunks.Scan(_buffer, _sendable, out var scanned);
                _sendable = scanned;
                Received += _chunks.Content - before;
                SourceDone = status == ParseStatus.Done;
                return status != ParseStatus.Invalid;
            default:
                Received += _buffer.Length - _sendable;
                _sendable = _buffer.Length;
                return true;
        }
    }

    /// <summary>Moves bytes until one side stops it.</summary>
    public PumpStatus Pump()
    {
        var budget = TurnBudget;
        while (true)
        {
            if (!Flush()) return _sink!.IsBroken ? PumpStatus.SinkFailed : PumpStatus.NeedSink;
            if (SourceDone) return PumpStatus.Done;
            if (budget <= 0) return PumpStatus.Yield;
            if (!Source!.CanRead && !Source.ReadEnded) return PumpStatus.NeedSource;
            if (MaySplice && CanSplice)
            {
                var spliced = SpliceIn(ref budget);
                if (spliced != PumpStatus.Yield) return spliced;
                continue;
            }

            switch (Fill())
            {
                case ReadOutcome.Data:
                    budget -= _buffer!.Length;
                    if (!Scan()) return PumpStatus.BadFraming;
                    break;
                case ReadOutcome.WouldBlock:
                    return PumpStatus.NeedSource;
                case ReadOutcome.End:
                    return EndOfSource();
                default:
                    return PumpStatus.SourceFailed;
            }
        }
    }

    /// <summary>Like <see cref="Pump"/>, but nobody wants the bytes.</summary>
    public PumpStatus Discard()
    {
        DropRetained();
        if (_pipe is not null) worker.Pipes.Return(ref _pipe);
        for (var budget = TurnBudget; ; budget -= _buffer!.Length)
        {
            _dropped += _sendable;
            TakeSent(_sendable, retain: false);
            if (SourceDone) return PumpStatus.Done;
            if (budget <= 0) return PumpStatus.Yield;
            if (!Source!.CanRead && !Source.ReadEnded) return PumpStatus.NeedSource;
            switch (Fill())
            {
                case ReadOutcome.Data:
                    if (!Scan()) return PumpStatus.BadFraming;
                    break;
                case ReadOutcome.WouldBlock:
                    return PumpStatus.NeedSource;
                case ReadOutcome.End:
                    return EndOfSource();
                default:
                    return PumpStatus.SourceFailed;
            }
        }
    }

    /// <summary>Bytes received behind the end of the message: the next request of a pipelining client. The caller takes the buffer over.</summary>
    public NativeBuffer? TakeLeftover()
    {
        DropRetained();
        if (_buffer is null || _buffer.Length <= _sendable) return null;
        _buffer.IsHeld = false;
        _buffer.Consumed(_sendable);
        _sendable = 0;
        var leftover = _buffer;
        _buffer = null;
        return leftover;
    }

    public bool HasLeftover => _buffer is not null && _buffer.Length > _sendable + _retained;

    /// <summary>What was received is read anew, as something else.</summary>
    public void ForgetReceived() => Received = 0;

    /// <summary>Gives everything back.</summary>
    public void Reset()
    {
        _memory.Return(ref _buffer);
        _memory.Return(ref _unsentHead);
        if (_pipe is not null) worker.Pipes.Return(ref _pipe);
        Source = _sink = null;
        _sendable = _retained = 0;
        _dropped = 0;
        _left = BytesSpliced = Received = 0;
        _bulk = false;
        _kind = BodyKind.None;
        MaySplice = SourceDone = SourceEnded = false;
    }

    private PumpStatus EndOfSource()
    {
        if (_kind != BodyKind.UntilClose) return PumpStatus.SourceCut;
        SourceDone = SourceEnded = true;
        return PumpStatus.Done;
    }

    /// <summary>A buffer with room behind its bytes, of the size that suits what came last.</summary>
    private NativeBuffer RoomyBuffer()
    {
        if (_buffer is null) return _buffer = _bulk ? _memory.Bulk.Take() : _memory.Regular.Take();
        if (_buffer.Free.IsEmpty) _buffer.Compact();
        return _buffer;
    }
}
