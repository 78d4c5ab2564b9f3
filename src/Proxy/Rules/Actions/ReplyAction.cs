using Evenkeel.Model.Rules;
using Evenkeel.Proxy.Samples;
using Evenkeel.Proxy.Streams;

namespace Evenkeel.Proxy.Rules.Actions;

/// <summary>Makes the answer of `return`, `deny` and `tarpit`: a page of the section, a file, or what the rule itself says.</summary>
internal sealed class ReplyAction : RuleAction
{
    private readonly HttpReplyModel _model;
    private readonly int _status;
    private readonly ErrorPage? _page;
    private readonly BoundLogFormat? _format;
    private readonly byte[] _payload;
    private readonly byte[]? _contentType;
    private readonly (byte[] Name, BoundLogFormat Value)[] _headers;

    public ReplyAction(HttpReplyModel model, RuleBinder binder, int defaultStatus)
    {
        _model = model;
        _status = model.Status == 0 ? defaultStatus : model.Status;
        _page = RawBytes(binder) is { } raw ? ErrorPage.Parse(_status, raw) : null;
        _format = model.PayloadFormat is { } format ? binder.Samples.Bind(format) : null;
        _payload = [.. model.Payload];
        _contentType = model.ContentType is { } type ? RuleBinder.Bytes(type) : null;
        _headers = [.. model.Headers.Select(header => (RuleBinder.Bytes(header.Name), binder.Samples.Bind(header.Value)))];
    }

    public override RuleVerdict Run(SampleContext context, Stream stream)
    {
        if (_page is not null)
        {
            _page.WriteTo(stream.Reply);
            return RuleVerdict.Reply;
        }
        // The section's own page, or the built-in one, is the engine's to send.
        if (_model.Source is HttpReplySource.Default or HttpReplySource.DefaultErrorFiles && ErrorPages.Exists(_status))
        {
            stream.DenyStatus = _status;
            return RuleVerdict.Deny;
        }
        var reply = stream.Reply;
        reply.Start(_status);
        foreach (var (name, value) in _model.Source == HttpReplySource.ErrorFiles ? [] : _headers)
        {
            // A header whose format comes out empty is left out, as in the original.
            var mark = context.Scratch.Mark;
            var text = value.Evaluate(context);
            var written = text.IsEmpty || reply.Header(name, text);
            context.Scratch.Release(mark);
            if (!written) return FailRewrite(context, stream);
        }
        AppendPayload(context, reply);
        return RuleVerdict.Reply;
    }

    private void AppendPayload(SampleContext context, Services.ServiceReply reply)
    {
        if (_model.Source == HttpReplySource.Bytes) reply.Append(_payload);
        if (_format is not null) reply.Append(_format.Evaluate(context));
        Span<byte> digits = stackalloc byte[11];
        _ = reply.BodyLength.TryFormat(digits, out var length);
        reply.Header("content-length"u8, digits[..length]);
        if (_contentType is not null && reply.BodyLength > 0) reply.Header("content-type"u8, _contentType);
    }

    /// <summary>A file named by the rule, or the section's or the named `http-errors` section's page of this status.</summary>
    private byte[]? RawBytes(RuleBinder binder)
    {
        System.Collections.Immutable.ImmutableArray<byte> bytes = [];
        switch (_model.Source)
        {
            case HttpReplySource.ErrorFile:
                bytes = _model.Payload;
                break;
            case HttpReplySource.DefaultErrorFiles:
                _ = binder.Section.ErrorFiles.TryGetValue(_status, out bytes);
                break;
            case HttpReplySource.ErrorFiles:
                foreach (var section in binder.Samples.Proxies!.Model.HttpErrors)
                    if (section.Name == _model.SectionName) _ = section.Responses.TryGetValue(_status, out bytes);
                break;
        }
        return bytes.IsDefaultOrEmpty ? null : [.. bytes];
    }
}

/// <summary>Statuses that have a built-in page.</summary>
internal static class ErrorPages
{
    public static bool Exists(int status) => status is 200 or 400 or 401 or 403 or 404 or 405 or 407 or 408 or 410 or 413 or 414 or 421 or 422 or 425 or 429
        or 431 or 500 or 501 or 502 or 503 or 504;
}
