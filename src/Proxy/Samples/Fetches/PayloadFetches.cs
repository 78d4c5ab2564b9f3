using Evenkeel.Model.Samples;

namespace Evenkeel.Proxy.Samples.Fetches;

/// <summary>
/// Bytes as they came: bodies of messages, and in TCP mode what the client or the server has sent so far (configuration.txt 7.3.5). As in the original, the
/// payload of a stream in HTTP mode has no value: its bytes are a message by then.
/// </summary>
internal static class PayloadFetches
{
    public static readonly FetchRow[] Rows =
    [
        Fetch.Of("req.body", SampleType.Binary, SampleSource.RequestBody, RequestBody),
        Fetch.Integer("req.body_len", SampleSource.RequestBody, context => context.Stream is null ? null : BodyText.OfRequest(context).Length),
        Fetch.Integer("req.body_size", SampleSource.RequestBody, context => BodySize(context, response: false)),
        Fetch.Of("res.body", SampleType.Binary, SampleSource.ResponseBody, ResponseBody),
        Fetch.Integer("res.body_len", SampleSource.ResponseBody, context =>
            context.Stream is null ? context.Check?.Payload.Length : BodyText.OfResponse(context).Length),
        Fetch.Integer("res.body_size", SampleSource.ResponseBody, context => BodySize(context, response: true)),
        Fetch.Of("req.len", SampleType.Integer, SampleSource.RequestBuffer, Length),
        Fetch.Of("req_len", SampleType.Integer, SampleSource.RequestBuffer, Length),
        Fetch.Of("res.len", SampleType.Integer, SampleSource.ResponseBuffer, Length),
        Payload("req.payload", SampleSource.RequestBuffer),
        Payload("payload", SampleSource.EitherBuffer),
        Payload("res.payload", SampleSource.ResponseBuffer),
        PayloadWithLength("req.payload_lv", SampleSource.RequestBuffer),
        PayloadWithLength("payload_lv", SampleSource.EitherBuffer),
        PayloadWithLength("res.payload_lv", SampleSource.ResponseBuffer),
        Fetch.Of("wait_end", SampleType.Boolean, SampleSource.Internal, WaitEnd),
    ];

    private static bool RequestBody(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        if (context.Stream is not { IsHttp: true }) return false;
        sample.SetBinary(BodyText.OfRequest(context));
        return true;
    }

    private static bool ResponseBody(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        if (context.Stream is not { IsHttp: true } && context.Check?.Head is null) return false;
        sample.SetBinary(context.Check is { } check ? check.Payload : BodyText.OfResponse(context));
        return true;
    }

    /// <summary>The announced length, else what has come so far; of a response without a body 0, whatever it announces.</summary>
    private static long? BodySize(SampleContext context, bool response)
    {
        if (context.Stream is null) return null;
        // Nobody has sent what we say ourselves.
        if (response && context.Stream.JudgesReply) return 0;
        var head = response ? context.Response : context.Request;
        if (response && head is not null && (context.Stream.Method == Message.HttpMethod.Head || head.Status is 204 or 304)) return 0;
        if (head is not null && head.Find(Message.KnownHeader.ContentLength) is >= 0 and var index) return SampleCast.ParseInteger(head.Value(index));
        return response ? BodyText.OfResponse(context).Length : BodyText.OfRequest(context).Length;
    }

    private static ReadOnlySpan<byte> Buffer(SampleContext context)
    {
        if (context.Check is { } check) return check.Payload;
        if (context.Stream is not { } stream) return default;
        return context.IsResponse ? stream.ResponseBody : stream.RequestBody;
    }

    private static bool Length(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        context.MayChange = !context.IsFinal;
        var head = context.Stream is not { IsHttp: true } ? null : context.IsResponse ? context.Response : context.Request;
        sample.SetInteger(head is null ? Buffer(context).Length : head.CountedLength + BodyLength(context));
        return true;
    }

    /// <summary>Rules run before anything is sent on: what has been received is what is there.</summary>
    private static long BodyLength(SampleContext context) =>
        context.Stream is { } stream ? context.IsResponse ? stream.ResponseBodyReceived : stream.RequestBodyReceived : 0;

    private static FetchRow Payload(string name, SampleSource source) =>
        new(new FetchSignature(name, SampleType.Binary, source, [Takes.Integer, Takes.Integer]), (context, arguments, ref sample) =>
        {
            if (context.Stream is { IsHttp: true }) return false;
            var (offset, length) = (arguments.Number(0), arguments.Number(1));
            var buffer = Buffer(context);
            if (offset < 0 || length < 0)
            {
                // More than can ever come.
                context.MayChange = !context.IsFinal;
                return false;
            }
            // Length 0 means all there is, which more data may change.
            if (buffer.Length < offset + Math.Max(1, length) || length == 0) context.MayChange = !context.IsFinal;
            if (buffer.Length < offset + Math.Max(1, length)) return false;
            sample.SetBinary(length == 0 ? buffer[(int)offset..] : buffer.Slice((int)offset, (int)length));
            return true;
        });

    /// <summary>A length of so many bytes at an offset, then that many bytes behind it or at another offset (`+N` is relative).</summary>
    private static FetchRow PayloadWithLength(string name, SampleSource source) =>
        new(new FetchSignature(name, SampleType.Binary, source, [Takes.Integer, Takes.Integer, Takes.Text.Optional()])
        {
            Check = arguments => arguments[0].Number < 0 ? "payload offset1 must be positive"
                : arguments.Length > 2 && !arguments[2].IsEmpty && !long.TryParse(arguments[2].Text, out _) ? "payload offset2 is not a number"
                : arguments[1].Number > 0 ? null : "payload length must be > 0",
        }, (context, arguments, ref sample) =>
        {
            if (context.Stream is { IsHttp: true }) return false;
            var buffer = Buffer(context);
            var (offset, width) = (arguments.Number(0), arguments.Number(1));
            context.MayChange = !context.IsFinal;
            if (offset > buffer.Length || width > buffer.Length - offset) return false;
            long length = 0;
            foreach (var b in buffer.Slice((int)offset, (int)width)) length = (length << 8) | b;
            var start = offset + width;
            if (arguments.Has(2))
            {
                var relative = arguments.Bytes(2)[0] is (byte)'+' or (byte)'-';
                start = (relative ? start : 0) + Math.Clamp(SampleCast.ParseInteger(arguments.Bytes(2)), int.MinValue, int.MaxValue);
            }
            if (length is < 1 or > int.MaxValue || start < 0 || buffer.Length - start < length) return false;
            context.MayChange = false;
            sample.SetBinary(buffer.Slice((int)start, (int)length));
            return true;
        });

    private static bool WaitEnd(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        context.MayChange = !context.IsFinal;
        sample.SetBoolean(true);
        return context.IsFinal;
    }
}
