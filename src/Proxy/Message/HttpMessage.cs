using System.Runtime.InteropServices;
using Evenkeel.Proxy.Memory;

namespace Evenkeel.Proxy.Message;

/// <summary>
/// The head of a request or response: start line and header table. The table points into the bytes as they were received; what rules change is written to a
/// buffer of its own and the table pointed there. Nothing is moved until the head is written out once with <see cref="Write"/>.
/// </summary>
/// <remarks>
/// Owner: worker; pooled with its stream. Names are in lower case as HAProxy emits them. Every edit is bounded: when the whole head would become longer than
/// `tune.bufsize`, or the edits' buffer is full, the method answers false and changes nothing. Spans are good until the next edit of the same thing.
/// </remarks>
public sealed partial class HttpMessage
{
    /// <summary>"name: value\r\n" has four bytes around name and value.</summary>
    private const int LineOverhead = 4;
    private const int VersionLength = 8;

    /// <summary>What a head without headers counts for, see <see cref="CountedLength"/>, beyond the bytes that are written of it.</summary>
    internal const int CountedLessWritten = 15;

    private readonly BufferPool _editPool;
    private NativeBuffer? _received;
    private NativeBuffer? _edits;
    private HeaderField[] _fields = new HeaderField[32];
    private Piece _method;
    private Piece _target;
    private Piece _reason;
    private Piece _version;
    private int _fieldsLength;

    public HttpMessage(WorkerMemory memory)
    {
        _editPool = memory.Regular;
        MaxLength = memory.Regular.BufferSize;
    }

    /// <summary>Longest head, bytes, edits included.</summary>
    public int MaxLength { get; }

    /// <summary>Bytes of <see cref="MaxLength"/> that belong to a body which waits together with the head: edits cannot have them.</summary>
    public int Occupied { get; set; }

    public bool IsRequest { get; private set; }

    /// <summary>There is a head in here.</summary>
    public bool IsPresent { get; private set; }

    public HttpMethod KnownMethod { get; private set; }

    public ReadOnlySpan<byte> Method => At(_method);

    /// <summary>Request target as on the wire (origin, absolute, authority or asterisk form).</summary>
    public ReadOnlySpan<byte> Target => At(_target);

    /// <summary>The target is not the one that was received.</summary>
    public bool HasNewTarget => _target.IsEdit;

    /// <summary>What is written.</summary>
    public ReadOnlySpan<byte> Version => MinorVersion == 0 ? "HTTP/1.0"u8 : "HTTP/1.1"u8;

    /// <summary>What a request said of itself, versions that do not exist included; empty for what was not received.</summary>
    public ReadOnlySpan<byte> ReceivedVersion => At(_version);

    /// <summary>0 for HTTP/1.0, 1 for everything later, which is spoken to as HTTP/1.1.</summary>
    public int MinorVersion { get; set; }

    public int Status { get; private set; }

    public ReadOnlySpan<byte> Reason => At(_reason);

    public int HeaderCount { get; private set; }

    /// <summary>Bytes <see cref="Write"/> will write.</summary>
    public int Length => StartLineLength + _fieldsLength + 2;

    /// <summary>
    /// What the head counts for where bytes are counted (`%B`, `bin` and the like): words of the start line, names and values, and 21 bytes for all that
    /// stands between them. It is what the original's own form of a head takes, whatever version of HTTP it came in.
    /// </summary>
    public int CountedLength => Length - LineOverhead * HeaderCount + CountedLessWritten;

    private int StartLineLength => IsRequest ? _method.Length + _target.Length + VersionLength + 4 : VersionLength + 3 + _reason.Length + 4;

    /// <summary>Name in lower case.</summary>
    public ReadOnlySpan<byte> Name(int index) => At(Field(index).Name);

    public ReadOnlySpan<byte> Value(int index) => At(Field(index).Value);

    public KnownHeader Known(int index) => Field(index).Known;

    /// <returns>Index of the first header of that name at or behind <paramref name="from"/>, or -1.</returns>
    public int Find(ReadOnlySpan<byte> lowerName, int from = 0)
    {
        for (var i = from; i < HeaderCount; i++)
            if (_fields[i].Name.Length == lowerName.Length && At(_fields[i].Name).SequenceEqual(lowerName)) return i;
        return -1;
    }

    public int Find(KnownHeader known, int from = 0)
    {
        for (var i = from; i < HeaderCount; i++)
            if (_fields[i].Known == known) return i;
        return -1;
    }

    /// <summary>Forgets everything and gives the edits' buffer back; the received buffer belongs to whoever received it.</summary>
    public void Reset()
    {
        if (!IsPresent && _received is null && _edits is null) return;
        _editPool.Return(ref _edits);
        _received = null;
        HeaderCount = 0;
        _fieldsLength = 0;
        _method = _target = _reason = _version = default;
        KnownMethod = HttpMethod.Other;
        Status = 0;
        IsPresent = false;
        Occupied = 0;
        Cases = null;
    }

    /// <summary>Writes the whole head with its empty last line.</summary>
    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    /// <returns>Bytes written.</returns>
    public int Write(Span<byte> destination)
    {
        if (Cases is not null) return WriteWithCases(destination, Cases);
        var at = WriteStartLine(destination);
        var fields = _fields.AsSpan(0, HeaderCount);
        for (var i = 0; i < fields.Length; i++)
        {
            ref readonly var field = ref fields[i];
            if (field.IsPlain)
            {
                var start = field.Name.Offset;
                var end = EndOfRun(fields, ref i);
                (field.Name.IsEdit ? _edits! : _received!).Slice(start, end - start).CopyTo(destination[at..]);
                at += end - start;
                continue;
            }

            At(field.Name).CopyTo(destination[at..]);
            at += field.Name.Length;
            destination[at++] = (byte)':';
            destination[at++] = (byte)' ';
            At(field.Value).CopyTo(destination[at..]);
            at += field.Value.Length;
            destination[at++] = (byte)'\r';
            destination[at++] = (byte)'\n';
        }

        destination[at++] = (byte)'\r';
        destination[at++] = (byte)'\n';
        return at;
    }

    /// <summary>Lines that follow each other in one buffer are copied in one piece.</summary>
    /// <param name="index">Of the first line; moves to the last one of the run.</param>
    /// <returns>Offset behind the last one.</returns>
    private static int EndOfRun(ReadOnlySpan<HeaderField> fields, ref int index)
    {
        while (true)
        {
            var end = fields[index].Value.Offset + fields[index].Value.Length + 2;
            if (index + 1 == fields.Length) return end;
            ref readonly var next = ref fields[index + 1];
            if (!next.IsPlain || next.Name.Offset != end || next.Name.IsEdit != fields[index].Name.IsEdit) return end;
            index++;
        }
    }

    /// <summary>`h1-case-adjust`: how header names are written for those who cannot read them in lower case; null for everybody else.</summary>
    internal HeaderCases? Cases { get; set; }

    private int WriteWithCases(Span<byte> destination, HeaderCases cases)
    {
        Cases = null;
        var length = Write(destination);
        Cases = cases;
        var at = WriteStartLine(destination);
        for (var i = 0; i < HeaderCount; i++)
        {
            cases.Adjust(destination.Slice(at, _fields[i].Name.Length));
            at += _fields[i].Name.Length + _fields[i].Value.Length + LineOverhead;
        }

        return length;
    }

    private int WriteStartLine(Span<byte> destination)
    {
        var at = 0;
        if (IsRequest)
        {
            at += Put(destination, Method);
            destination[at++] = (byte)' ';
            at += Put(destination[at..], Target);
            destination[at++] = (byte)' ';
            at += Put(destination[at..], Version);
        }
        else
        {
            at += Put(destination, Version);
            destination[at++] = (byte)' ';
            destination[at++] = (byte)('0' + Status / 100);
            destination[at++] = (byte)('0' + Status / 10 % 10);
            destination[at++] = (byte)('0' + Status % 10);
            destination[at++] = (byte)' ';
            at += Put(destination[at..], Reason);
        }

        destination[at++] = (byte)'\r';
        destination[at++] = (byte)'\n';
        return at;
    }

    private static int Put(Span<byte> destination, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(destination);
        return bytes.Length;
    }

    private ref HeaderField Field(int index)
    {
        if ((uint)index >= (uint)HeaderCount) throw new ArgumentOutOfRangeException(nameof(index));
        return ref _fields[index];
    }

    private ReadOnlySpan<byte> At(Piece piece) => piece.Length == 0 ? default : (piece.IsEdit ? _edits! : _received!).Slice(piece.Offset, piece.Length);

    /// <summary>A run of bytes in the received or in the edits' buffer.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal readonly struct Piece(int offset, int length, bool isEdit = false)
    {
        private readonly int _length = isEdit ? length | int.MinValue : length;

        public int Offset { get; } = offset;

        public int Length => _length & int.MaxValue;

        public bool IsEdit => _length < 0;
    }

    private struct HeaderField
    {
        public Piece Name;
        public Piece Value;
        public KnownHeader Known;

        /// <summary>Name, value and what stands between and behind them are in one buffer as <see cref="Write"/> would put them.</summary>
        public bool IsPlain;
    }
}
