using System.Buffers.Text;

namespace Evenkeel.Proxy.Samples.Fetches;

/// <summary>Bodies as they are without their framing: chunks are joined.</summary>
internal static class BodyText
{
    public static ReadOnlySpan<byte> OfRequest(SampleContext context) =>
        context.Stream is not { } stream ? default : stream.RequestBodyIsChunked ? Joined(stream.RequestBody, context.Scratch) : stream.RequestBody;

    public static ReadOnlySpan<byte> OfResponse(SampleContext context) =>
        context.Stream is not { } stream ? default : stream.JudgesReply ? stream.Reply.Body
        : stream.ResponseBodyIsChunked ? Joined(stream.ResponseBody, context.Scratch) : stream.ResponseBody;

    /// <summary>The data of chunks in canonical form (RFC 9112 section 7.1), as far as they are there and scratch has room for them.</summary>
    private static ReadOnlySpan<byte> Joined(ReadOnlySpan<byte> chunks, ScratchArena scratch)
    {
        var free = scratch.Free;
        var length = 0;
        while (Utf8Parser.TryParse(chunks, out uint size, out var digits, 'x') && size > 0 && chunks.Length > digits + 2)
        {
            chunks = chunks[(digits + 2)..];
            var data = chunks[..(int)Math.Min(size, (uint)chunks.Length)];
            if (data.Length > free.Length - length) break;
            data.CopyTo(free[length..]);
            length += data.Length;
            chunks = chunks[Math.Min(chunks.Length, data.Length + 2)..];
        }
        return scratch.Keep(length);
    }
}
