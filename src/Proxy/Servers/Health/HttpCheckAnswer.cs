using System.Buffers.Text;
using Evenkeel.Proxy.Http1;
using Evenkeel.Proxy.Memory;
using Evenkeel.Proxy.Message;

namespace Evenkeel.Proxy.Servers.Health;

/// <summary>The HTTP response to a probe: its head, read once, and its body as far as it has arrived. Lives for one probe.</summary>
internal sealed class HttpCheckAnswer
{
    private readonly NativeBuffer _buffer;
    private readonly int _maxHeaders;
    private Http1HeadParser _parser;
    private bool _hasHead;
    private byte[] _body = [];

    public HttpCheckAnswer(NativeBuffer buffer, WorkerMemory memory, int maxHeaders)
    {
        _buffer = buffer;
        _maxHeaders = maxHeaders;
        Head = new HttpMessage(memory);
        _parser.Begin(buffer, Head);
    }

    public enum Reading { NeedMore, Done, Invalid }

    public HttpMessage Head { get; }

    /// <summary>Without chunk headers.</summary>
    public ReadOnlyMemory<byte> Body { get; private set; }

    /// <summary>Nothing more belongs to the body.</summary>
    public bool IsComplete { get; private set; }

    public Reading Read(bool peerClosed)
    {
        if (!_hasHead)
        {
            var status = _parser.Parse(_buffer, Head, isRequest: false, _maxHeaders, _buffer.Capacity);
            if (status != ParseStatus.Done) return status == ParseStatus.NeedMore ? Reading.NeedMore : Reading.Invalid;
            _hasHead = true;
        }

        TakeBody(_buffer.Slice(_parser.End, _buffer.End - _parser.End), peerClosed);
        return Reading.Done;
    }

    private void TakeBody(ReadOnlySpan<byte> rest, bool peerClosed)
    {
        if (_body.Length < rest.Length) _body = new byte[rest.Length];
        var length = rest.Length;
        IsComplete = peerClosed || Head.Status is 204 or 304;
        if (Head.Find(KnownHeader.TransferEncoding) is >= 0 and var coding && Head.Value(coding).EndsWith("chunked"u8))
        {
            length = Dechunk(rest, _body, out var last);
            IsComplete |= last;
        }
        else
        {
            if (Head.Find(KnownHeader.ContentLength) is >= 0 and var index && Utf8Parser.TryParse(Head.Value(index), out long announced, out _))
            {
                length = (int)Math.Min(announced, rest.Length);
                IsComplete |= length == announced;
            }
            rest[..length].CopyTo(_body);
        }

        Body = _body.AsMemory(0, length);
    }

    /// <summary>Copies the data of the chunks that are there; <paramref name="last"/> tells whether the closing one is.</summary>
    private static int Dechunk(ReadOnlySpan<byte> rest, Span<byte> destination, out bool last)
    {
        var length = 0;
        last = false;
        while (rest.IndexOf("\r\n"u8) is var end and > 0 && Utf8Parser.TryParse(rest[..end], out int size, out _, 'x') && size >= 0)
        {
            rest = rest[(end + 2)..];
            last = size == 0;
            if (last) break;
            var here = Math.Min(size, rest.Length);
            rest[..here].CopyTo(destination[length..]);
            length += here;
            if (rest.Length < size + 2L) break;
            rest = rest[(size + 2)..];
        }

        return length;
    }
}
