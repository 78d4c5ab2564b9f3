using Evenkeel.Linux.Pcre;
using Evenkeel.Model.Rules;
using Evenkeel.Proxy.Message;
using Evenkeel.Proxy.Samples;
using Evenkeel.Proxy.Streams;

namespace Evenkeel.Proxy.Rules.Actions;

/// <summary>Actions on the start line: method, URI and its parts, status (configuration.txt 4.4).</summary>
internal static class TargetActions
{
    private const string OneFormat = "expects exactly 1 argument <format>";
    private const string RegexAndFormat = "expects exactly 2 arguments <match-regex> and <replace-format>";

    /// <summary>RFC 3986 section 3.1.</summary>
    private static readonly System.Buffers.SearchValues<byte> SchemeLetters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-."u8);

    private static readonly ActionParameter Format = new("fmt", ParameterKind.LogFormat);

    public static readonly ActionRow[] Rows =
    [
        Set("set-method", TargetPart.Method),
        Set("set-path", TargetPart.Path),
        Set("set-pathq", TargetPart.PathAndQuery),
        Set("set-query", TargetPart.Query),
        Set("set-uri", TargetPart.Uri),
        Replace("replace-path", TargetPart.Path),
        Replace("replace-pathq", TargetPart.PathAndQuery),
        Replace("replace-uri", TargetPart.Uri),
        new(new ActionSignature("set-status", RuleSets.HttpResponse | RuleSets.HttpAfterResponse, [new ActionParameter("status", ParameterKind.Word)],
            [new ActionParameter("reason", ParameterKind.Word, Optional: true)])
        {
            Usage = "expects 1 argument: <status>; or 3 arguments: <status> reason <fmt>",
            Check = model => int.TryParse(model.Positional[0].Text, out var status) && status is >= 100 and <= 999
                ? null : "expects an integer status code between 100 and 999",
        }, (model, _) => new SetStatus(model)),
    ];

    private enum TargetPart { Method, Path, PathAndQuery, Query, Uri }

    private static ActionRow Set(string name, TargetPart part) => new(
        new ActionSignature(name, RuleSets.HttpRequest, [Format], []) { Usage = OneFormat, TakesOnlyThese = true },
        (model, binder) => new SetPart(model, binder, part));

    private static ActionRow Replace(string name, TargetPart part) => new(
        new ActionSignature(name, RuleSets.HttpRequest, [new ActionParameter("regex", ParameterKind.Regex), Format], []) { Usage = RegexAndFormat },
        (model, binder) => new ReplacePart(model, binder, part));

    private static bool Put(HttpMessage request, TargetPart part, ReadOnlySpan<byte> value, Span<byte> work)
    {
        if (part == TargetPart.Method) return request.SetMethod(value);
        if (part == TargetPart.Uri) return request.SetTarget(value) && NameHost(request, value);
        var target = new RequestTarget(request.Target);
        var mark = "?"u8;
        var length = 0;
        return part switch
        {
            TargetPart.Path => Join(work, ref length, target.Prefix, value) && Join(work, ref length, target.HasQuery ? mark : default, target.Query)
                && request.SetTarget(work[..length]),
            TargetPart.PathAndQuery => Join(work, ref length, target.Prefix, value) && request.SetTarget(work[..length]),
            _ => Join(work, ref length, target.BeforeQuery, default) && Join(work, ref length, value.IsEmpty && !target.HasQuery ? default : mark, value)
                && request.SetTarget(work[..length]),
        };
    }

    /// <summary>
    /// A URI that names an authority changes the Host header with it: both must say the same (RFC 9112 section 3.2.2). One without a host is none (RFC 9110
    /// section 4.2.1).
    /// </summary>
    private static bool NameHost(HttpMessage request, ReadOnlySpan<byte> uri)
    {
        if (uri.IsEmpty || uri[0] == '/' || uri is [(byte)'*']) return true;
        var scheme = uri.IndexOf("://"u8);
        if (scheme == 0 || (scheme > 0 && (!char.IsAsciiLetter((char)uri[0]) || uri[..scheme].ContainsAnyExcept(SchemeLetters)))) scheme = -1;
        var authority = scheme < 0 ? uri : uri[(scheme + 3)..];
        var end = authority.IndexOfAny((byte)'/', (byte)'?');
        if (end >= 0) authority = authority[..end];
        var host = authority[(authority.LastIndexOf((byte)'@') + 1)..];
        if (host.IsEmpty && scheme >= 0) return false;
        return host.IsEmpty || request.Find(KnownHeader.Host) is not (>= 0 and var index) || request.SetValue(index, host);
    }

    /// <summary>The other way round: a target that names an authority gets the one that its Host header names now.</summary>
    internal static bool NameAuthority(HttpMessage request, Span<byte> work)
    {
        var target = request.Target;
        var scheme = target.IndexOf("://"u8);
        var isAbsolute = scheme > 0 && !target[..scheme].ContainsAnyExcept(SchemeLetters);
        if ((!isAbsolute && request.KnownMethod != HttpMethod.Connect) || request.Find(KnownHeader.Host) is not (>= 0 and var host)) return true;
        for (var next = host; next >= 0; next = request.Find("host"u8, next + 1)) host = next;
        var start = isAbsolute ? scheme + 3 : 0;
        var length = target[start..].IndexOfAny((byte)'/', (byte)'?');
        var end = length < 0 ? target.Length : start + length;
        start += target[start..end].LastIndexOf((byte)'@') + 1;
        var used = 0;
        return Join(work, ref used, target[..start], request.Value(host)) && Join(work, ref used, target[end..], default) && request.SetTarget(work[..used]);
    }

    private static bool Join(Span<byte> work, ref int length, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        if (first.Length + second.Length > work.Length - length) return false;
        first.CopyTo(work[length..]);
        second.CopyTo(work[(length + first.Length)..]);
        length += first.Length + second.Length;
        return true;
    }

    private sealed class SetPart(ActionModel model, RuleBinder binder, TargetPart part) : RuleAction
    {
        private readonly BoundLogFormat _format = binder.Samples.Bind(model.Positional[0].Format!);

        public override RuleVerdict Run(SampleContext context, Stream stream)
        {
            var value = context.Scratch.Free[..(context.Scratch.Free.Length / 3)];
            context.Scratch.Keep(value.Length);
            value = value[.._format.Write(context, value)];
            return Rewritten(Put(stream.Request, part, value, context.Scratch.Free), context, stream);
        }
    }

    private sealed class ReplacePart(ActionModel model, RuleBinder binder, TargetPart part) : RuleAction
    {
        private readonly PcreRegex _regex = PcreRegex.TryCompile(RuleBinder.Bytes(model.Positional[0].Text), ignoreCase: false, out _)!;
        private readonly BoundLogFormat _template = binder.Samples.Bind(model.Positional[1].Format!);

        public override RuleVerdict Run(SampleContext context, Stream stream)
        {
            var room = context.Scratch.Free.Length / 4;
            var template = context.Scratch.Free[..room];
            context.Scratch.Keep(room);
            template = template[.._template.Write(context, template)];
            var target = new RequestTarget(stream.Request.Target);
            var subject = part switch
            {
                TargetPart.Path => target.Path,
                TargetPart.PathAndQuery => target.PathAndQuery,
                _ => stream.Request.Target,
            };
            // `*` and an authority have no path that could match, and what rules have made empty no URI.
            if (subject.IsEmpty || (part != TargetPart.Uri && !target.HasPath) || !_regex.TryMatch(subject, context.Match)) return RuleVerdict.Continue;
            var value = context.Scratch.Free[..room];
            if (!RegexTemplate.TryExpand(template, subject, context.Match, value, out var length)) return FailRewrite(context, stream);
            return Rewritten(Put(stream.Request, part, value[..length], context.Scratch.Free[room..]), context, stream);
        }
    }

    private sealed class SetStatus(ActionModel model) : RuleAction
    {
        private readonly int _status = int.Parse(model.Positional[0].Text, System.Globalization.CultureInfo.InvariantCulture);
        private readonly byte[]? _reason = model.Option("reason") is { } reason ? RuleBinder.Bytes(reason.Text) : null;

        public override RuleVerdict Run(SampleContext context, Stream stream)
        {
            stream.Response.SetStatus(_status);
            return Rewritten(stream.Response.SetReason(_reason ?? StatusReasons.Of(_status)), context, stream);
        }
    }
}
