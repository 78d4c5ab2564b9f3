using Evenkeel.Model;
using System.Collections.Immutable;
using Evenkeel.Model.Samples;
using Evenkeel.Proxy.Rules;

namespace Evenkeel.Proxy.Samples.Fetches;

/// <summary>What rules keep: variables, captures, named conditions, the unique id (configuration.txt 7.3.2, 7.3.6).</summary>
internal static class VariableFetches
{
    public static readonly FetchRow[] Rows =
    [
        new(new FetchSignature("var", SampleType.Any, SampleSource.Constant, [Takes.Variable, Takes.Text.Optional()]), Variable)
        {
            Prepare = (arguments, _) => arguments.Length > 1 ? System.Text.Encoding.Latin1.GetBytes(arguments[1].Text) : null,
        },
        new(new FetchSignature("acl", SampleType.Boolean, SampleSource.Constant, [AclName, .. Enumerable.Repeat(AclName.Optional(), 11)]), AllHold)
        {
            Prepare = (arguments, binder) => arguments.Select(argument => (binder.Bind(argument.Acl!), argument.Text.StartsWith('!'))).ToArray(),
        },
        new(new FetchSignature("capture.req.hdr", SampleType.String, SampleSource.HttpRequest, [Takes.Integer]) { Check = IsIdentifier },
            (context, arguments, ref sample) => Captured(context.Stream?.RuleState.RequestCaptures, arguments, ref sample)),
        new(new FetchSignature("capture.res.hdr", SampleType.String, SampleSource.HttpResponse, [Takes.Integer]) { Check = IsIdentifier },
            (context, arguments, ref sample) => Captured(context.Stream?.RuleState.ResponseCaptures, arguments, ref sample)),
        Fetch.Of("capture.req.method", SampleType.String, SampleSource.HttpRequest, (context, _, ref sample) => Kept(RequestLine.Method(context), ref sample)),
        Fetch.Of("capture.req.uri", SampleType.String, SampleSource.HttpRequest,
            (context, _, ref sample) => Kept(RequestLine.PathAndQuery(context), ref sample)),
        Fetch.Of("capture.req.ver", SampleType.String, SampleSource.HttpRequest, (context, _, ref sample) => Kept(RequestLine.Version(context), ref sample)),
        Fetch.Of("unique-id", SampleType.String, SampleSource.Constant, UniqueId),
        Fetch.Text("last_rule_file", SampleSource.Internal, context => context.Stream?.RuleState.LastPlace is { Line: > 0 } rule ? rule.File : null),
        Fetch.Integer("last_rule_line", SampleSource.Internal, context => context.Stream?.RuleState.LastPlace is { Line: > 0 } rule ? rule.Line : null),
        Fetch.Of("last_entity", SampleType.String, SampleSource.Internal, (context, _, ref sample) =>
            TryPlace(context, context.Stream?.RuleState.LastPlace ?? default, ref sample)),
        Fetch.Of("waiting_entity", SampleType.String, SampleSource.Internal, (context, _, ref sample) =>
            TryPlace(context, context.Stream?.RuleState.WaitingRule ?? default, ref sample)),
    ];

    /// <summary>`FILE:LINE`, made without an object of its own: logs ask for it with every request.</summary>
    private static bool TryPlace(SampleContext context, SourcePosition place, ref Sample sample)
    {
        if (place.Line <= 0) return false;
        var free = context.Scratch.Free;
        if (!System.Text.Encoding.UTF8.TryGetBytes(place.File, free, out var length) || length == free.Length) return false;
        free[length++] = (byte)':';
        if (!place.Line.TryFormat(free[length..], out var digits)) return false;
        sample.SetString(context.Scratch.Keep(length + digits));
        return true;
    }

    private static ArgumentSpec AclName => new(ArgumentKind.Acl);

    private static bool Variable(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        if (context.TryGetVariable(arguments.Variable(0), ref sample)) return true;
        // Where there is no such scope, there is nothing instead of its variables either.
        if (arguments.State is not byte[] otherwise || !context.HasScope(arguments.Variable(0).Scope)) return false;
        sample.SetString(otherwise);
        return true;
    }

    private static bool AllHold(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        foreach (var (acl, negated) in ((BoundAcl, bool)[])arguments.State!)
        {
            if (acl.Matches(context) != negated) continue;
            sample.SetBoolean(false);
            return true;
        }
        sample.SetBoolean(true);
        return true;
    }

    private static string? IsIdentifier(ImmutableArray<SampleArgument> arguments) =>
        arguments[0].Number >= 0 ? null : "capture identifier must be >= 0";

    private static bool Captured(CaptureSlots? captures, BoundArguments arguments, ref Sample sample)
    {
        if (captures is null || !captures.TryGet((int)arguments.Number(0), out var value)) return false;
        sample.SetString(value);
        return true;
    }

    private static bool Kept(ReadOnlySpan<byte> text, ref Sample sample)
    {
        sample.SetString(text);
        return !text.IsEmpty;
    }

    private static bool UniqueId(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        if (!UniqueIds.TryGet(context, out var id)) return false;
        sample.SetString(id);
        return true;
    }
}
