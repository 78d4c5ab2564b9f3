using Evenkeel.Model.Rules;
using Evenkeel.Proxy.Message;
using Evenkeel.Proxy.Rules;

namespace Evenkeel.Proxy.Samples.Formats;

/// <summary>The request line, the status and captures (configuration.txt 8.2.3, 8.8).</summary>
internal static class HttpAliases
{
    public static readonly (string Name, LogAliasFunction Function)[] Rows =
    [
        ("ST", (context, ref writer, options) => writer.Number(Status(context))),
        ("r", Request),
        ("HM", (context, ref writer, options) => writer.Text(Word(RequestLine.Method(context), context), options)),
        ("HU", (context, ref writer, options) => writer.Text(Word(RequestLine.Target(context), context), options)),
        ("HV", (context, ref writer, options) => writer.Text(Word(RequestLine.Version(context), context), options)),
        ("HP", (context, ref writer, options) => writer.Text(Word(WithoutQuery(RequestLine.Target(context)), context), options)),
        ("HPO", PathOnly),
        ("HQ", Query),
        ("hr", (context, ref writer, options) => Captures(context, response: false, ref writer, options)),
        ("hs", (context, ref writer, options) => Captures(context, response: true, ref writer, options)),
        ("hrl", (context, ref writer, options) => CaptureList(context, response: false, ref writer, options)),
        ("hsl", (context, ref writer, options) => CaptureList(context, response: true, ref writer, options)),
        ("CC", (context, ref writer, options) => writer.Text(Cookie(context, CookieCapture.Request), options | LogFormatOptions.Binary)),
        ("CS", (context, ref writer, options) => writer.Text(Cookie(context, CookieCapture.Response), options | LogFormatOptions.Binary)),
    ];

    /// <summary>Outside HTTP there is no status: 0.</summary>
    private static long Status(SampleContext context) =>
        context.ReplyStatus > 0 ? context.ReplyStatus
            : context.Stream is not { IsHttp: true } stream ? 0
            : stream.Status > 0 ? stream.Status : stream.Response is { IsPresent: true, Status: > 0 } response
            ? response.Status : stream.Status;

    private static void Request(SampleContext context, ref LogWriter writer, LogFormatOptions options)
    {
        var line = context.Stream is { } stream ? stream.RequestLine : default;
        writer.Text(line.IsEmpty ? "<BADREQ>"u8 : line, options);
    }

    /// <summary>A request without a query has none here either, not even a dash.</summary>
    private static void Query(SampleContext context, ref LogWriter writer, LogFormatOptions options)
    {
        var query = Word(QueryWithMark(RequestLine.Target(context)), context);
        if (!query.IsEmpty || (options & LogFormatOptions.Quote) != 0) writer.Text(query, options);
    }

    /// <summary>A target without a path (`*`) has none here either, not even a dash.</summary>
    private static void PathOnly(SampleContext context, ref LogWriter writer, LogFormatOptions options)
    {
        var path = Word(new RequestTarget(RequestLine.Target(context)).Path, context);
        if (!path.IsEmpty || (options & LogFormatOptions.Quote) != 0) writer.Text(path, options);
    }

    private static ReadOnlySpan<byte> Word(ReadOnlySpan<byte> word, SampleContext context) =>
        context.Stream is { RequestLine.IsEmpty: false } ? word : "<BADREQ>"u8;

    private static ReadOnlySpan<byte> WithoutQuery(ReadOnlySpan<byte> target)
    {
        var question = target.IndexOf((byte)'?');
        return question < 0 ? target : target[..question];
    }

    private static ReadOnlySpan<byte> QueryWithMark(ReadOnlySpan<byte> target)
    {
        var question = target.IndexOf((byte)'?');
        return question < 0 ? default : target[question..];
    }

    /// <summary>`{first|second}`; nothing at all when the frontend declares no capture.</summary>
    private static void Captures(SampleContext context, bool response, ref LogWriter writer, LogFormatOptions options)
    {
        var count = ProxyRules.CaptureCount(context, response);
        if (count == 0 || context.Stream is not { } stream) return;
        var quotes = (options & LogFormatOptions.Quote) != 0;
        if (quotes) writer.Byte((byte)'"');
        writer.Byte((byte)'{');
        for (var i = 0; i < count; i++)
        {
            if (i > 0) writer.Byte((byte)'|');
            if (Slots(stream, response).TryGet(i, out var value)) writer.Text(value, options & LogFormatOptions.Escape);
        }
        writer.Byte((byte)'}');
        if (quotes) writer.Byte((byte)'"');
    }

    /// <summary>`first second`, each as an item of its own.</summary>
    private static void CaptureList(SampleContext context, bool response, ref LogWriter writer, LogFormatOptions options)
    {
        var count = ProxyRules.CaptureCount(context, response);
        for (var i = 0; i < count && context.Stream is { } stream; i++)
        {
            if (i > 0) writer.Byte((byte)' ');
            // Without a dash nobody could tell which item is missing; one that is there and empty has none.
            if (Slots(stream, response).TryGet(i, out var value)) writer.Text(value, options & ~LogFormatOptions.Mandatory);
            else writer.Text(default, options | LogFormatOptions.Mandatory);
        }
    }

    private static ReadOnlySpan<byte> Cookie(SampleContext context, int place) =>
        context.Stream?.RuleState.CookieCaptures.TryGet(place, out var value) == true ? value : default;

    private static CaptureSlots Slots(Streams.Stream stream, bool response) => response ? stream.RuleState.ResponseCaptures : stream.RuleState.RequestCaptures;
}
