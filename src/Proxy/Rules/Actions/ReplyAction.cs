using Evenkeel.Model.Rules;
using Evenkeel.Proxy.Message;
using Evenkeel.Proxy.Samples;
using Evenkeel.Proxy.Services;
using Evenkeel.Proxy.Streams;

namespace Evenkeel.Proxy.Rules.Actions;

/// <summary>Makes the answer of `return`, `deny` and `tarpit`: a page of the section, a file, or what the rule itself says.</summary>
internal sealed class ReplyAction : RuleAction
{
    private const int MostHeadersOnStack = 64;
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

    /// <returns><see cref="RuleVerdict.Reply"/>: the stream's reply has been filled.</returns>
    public override RuleVerdict Run(SampleContext context, Stream stream)
    {
        if (_page is not null)
        {
            _page.WriteTo(stream.Reply);
            return RuleVerdict.Reply;
        }
        if (_model.Source is HttpReplySource.Default or HttpReplySource.DefaultErrorFiles)
        {
            stream.PrepareError(_status);
            return RuleVerdict.Reply;
        }
        context.ReplyStatus = _status;
        var isMade = Compose(context, stream);
        context.ReplyStatus = 0;
        return isMade ? RuleVerdict.Reply : FailRewrite(context, stream);
    }

    /// <summary>As <see cref="Run"/>, for a stream that is denied by it.</summary>
    public RuleVerdict Refuse(SampleContext context, Stream stream)
    {
        if (Run(context, stream) == RuleVerdict.Reply) stream.DenyStatus = Stream.DeniedByReply;
        return RuleVerdict.Deny;
    }

    /// <summary>Everything is evaluated before the reply begins: a response that formats speak of stands where the reply will.</summary>
    private bool Compose(SampleContext context, Stream stream)
    {
        var reply = stream.Reply;
        reply.Clear();
        if (_format is not null)
        {
            var mark = context.Scratch.Mark;
            reply.Append(_format.Evaluate(context));
            context.Scratch.Release(mark);
        }
        else if (_model.Source == HttpReplySource.Bytes) reply.Append(_payload);
        var length = reply.BodyLength;
        var headers = _model.Source == HttpReplySource.ErrorFiles ? [] : _headers;
        Span<int> ends = headers.Length <= MostHeadersOnStack ? stackalloc int[headers.Length] : new int[headers.Length];
        for (var i = 0; i < headers.Length; i++)
        {
            var mark = context.Scratch.Mark;
            reply.Append(headers[i].Value.Evaluate(context));
            context.Scratch.Release(mark);
            ends[i] = reply.BodyLength;
        }
        reply.Head.StartResponse(_status, StatusReasons.Of(_status));
        var (start, fits) = (length, true);
        for (var i = 0; i < headers.Length; i++)
        {
            // A header whose format comes out empty is left out, as in the original.
            if (ends[i] > start) fits &= reply.Header(headers[i].Name, reply.Body[start..ends[i]]);
            start = ends[i];
        }
        reply.Cut(length);
        return fits && DescribeBody(reply);
    }

    private bool DescribeBody(ServiceReply reply)
    {
        Span<byte> digits = stackalloc byte[11];
        _ = reply.BodyLength.TryFormat(digits, out var length);
        if (!reply.Header("content-length"u8, digits[..length])) return false;
        return _contentType is null || reply.BodyLength == 0 || reply.Header("content-type"u8, _contentType);
    }

    /// <summary>A file named by the rule, or the named `http-errors` section's page of this status.</summary>
    private byte[]? RawBytes(RuleBinder binder)
    {
        System.Collections.Immutable.ImmutableArray<byte> bytes = default;
        switch (_model.Source)
        {
            case HttpReplySource.ErrorFile:
                bytes = _model.Payload;
                break;
            case HttpReplySource.ErrorFiles:
                foreach (var section in binder.Samples.Proxies!.Model.HttpErrors)
                    if (section.Name == _model.SectionName) _ = section.Responses.TryGetValue(_status, out bytes);
                break;
        }
        return bytes.IsDefault ? null : [.. bytes];
    }
}
