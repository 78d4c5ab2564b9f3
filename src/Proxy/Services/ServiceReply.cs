using System.Buffers;
using System.Text;
using Evenkeel.Proxy.Message;

namespace Evenkeel.Proxy.Services;

/// <summary>
/// An answer of our own: the head is the stream's response, the body grows here. Content-Length is added when it is sent; for HEAD the body is left out.
/// </summary>
public sealed class ServiceReply : IBufferWriter<byte>
{
    private const int SmallestBody = 1_024;
    private byte[] _body = [];

    internal ServiceReply(HttpMessage head) => Head = head;

    public HttpMessage Head { get; }

    public int BodyLength { get; private set; }

    public ReadOnlySpan<byte> Body => _body.AsSpan(0, BodyLength);

    /// <summary>The connection to the client ends with this answer.</summary>
    public bool Close { get; set; }

    /// <summary>Whether a length is added to a head that has none; without it the end of the connection is the end of the body.</summary>
    public bool AnnouncesLength { get; set; } = true;

    /// <summary>Nothing is sent at all: what an empty `errorfile` asks for.</summary>
    public bool IsSilent { get; set; }

    /// <summary>The status that was asked for, where a page shows another one; it is what is logged. 0: the one of the head.</summary>
    public int AskedStatus { get; set; }

    /// <summary>Begins anew with this status.</summary>
    /// <param name="reason">Empty takes the usual one.</param>
    public void Start(int status, ReadOnlySpan<byte> reason = default)
    {
        Clear();
        Head.StartResponse(status, reason.IsEmpty ? StatusReasons.Of(status) : reason);
    }

    public bool Header(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => Head.Add(name, value);

    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(GetSpan(bytes.Length));
        Advance(bytes.Length);
    }

    public void Append(string text)
    {
        var written = Encoding.UTF8.GetBytes(text, GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length)));
        Advance(written);
    }

    /// <summary>Takes back what of the body is behind a place.</summary>
    public void Cut(int length) => BodyLength = length;

    public void Advance(int count) => BodyLength += count;

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        var needed = BodyLength + Math.Max(sizeHint, 1);
        if (needed > _body.Length) Array.Resize(ref _body, Math.Max(Math.Max(needed, _body.Length * 2), SmallestBody));
        return _body.AsSpan(BodyLength);
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        GetSpan(sizeHint);
        return _body.AsMemory(BodyLength);
    }

    internal void Clear()
    {
        BodyLength = 0;
        Close = IsSilent = false;
        AskedStatus = 0;
        AnnouncesLength = true;
        // A page that was once large does not keep its memory with a pooled stream for ever.
        if (_body.Length > 64 * SmallestBody) _body = [];
    }
}
