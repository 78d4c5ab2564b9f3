using System.Collections.Immutable;
using Evenkeel.Model.Samples;
using Evenkeel.Proxy.Message;

namespace Evenkeel.Proxy.Samples.Fetches;

/// <summary>Parameters of the query string and of form bodies (configuration.txt 7.3.6 "url_param", "req.body_param").</summary>
internal static class ParameterFetches
{
    private static readonly ImmutableArray<ArgumentSpec> UrlArguments = [Takes.Text.Optional(), Takes.Text.Optional(), Takes.Text.Optional()];

    public static readonly FetchRow[] Rows =
    [
        new(new FetchSignature("urlp", SampleType.String, SampleSource.RequestHeaders, UrlArguments), InUrl),
        new(new FetchSignature("url_param", SampleType.String, SampleSource.RequestHeaders, UrlArguments), InUrl),
        new(new FetchSignature("urlp_val", SampleType.Integer, SampleSource.RequestHeaders, UrlArguments), InUrlAsInteger),
        new(new FetchSignature("req.body_param", SampleType.Binary, SampleSource.RequestBody, [Takes.Text.Optional(), Takes.Text.Optional()]), InBody),
    ];

    private static bool InUrl(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        if (context.Request is not { } request) return false;
        // The list begins behind the delimiter, a question mark unless another one is named.
        var delimiter = arguments.Has(1) ? arguments.Bytes(1)[0] : (byte)'?';
        var start = request.Target.IndexOf(delimiter);
        if (start < 0 || !TryFind(context, request.Target[(start + 1)..], arguments, ";&"u8, out var value)) return false;
        sample.SetString(value);
        return true;
    }

    private static bool InUrlAsInteger(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        if (!InUrl(context, arguments, ref sample)) return false;
        sample.SetInteger(SampleCast.ParseInt32(sample.Bytes));
        return true;
    }

    private static bool InBody(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        if (context.Stream is null || !TryFind(context, BodyText.OfRequest(context), arguments, "&"u8, out var value)) return false;
        sample.SetBinary(value);
        return true;
    }

    private static bool TryFind(SampleContext context, ReadOnlySpan<byte> list, BoundArguments arguments, ReadOnlySpan<byte> separators,
        out ReadOnlySpan<byte> value)
    {
        var name = arguments.Bytes(0);
        var ignoresCase = arguments.Bytes(2).SequenceEqual("i"u8);
        var at = context.IteratesValues ? context.NextOffset : 0;
        value = default;
        while (at < list.Length)
        {
            var rest = list[at..];
            var end = rest.IndexOfAny(separators);
            var pair = end < 0 ? rest : rest[..end];
            at += pair.Length + 1;
            var equals = pair.IndexOf((byte)'=');
            if (equals < 0 || !(name.IsEmpty || Same(pair[..equals], name, ignoresCase))) continue;
            context.NextOffset = at;
            context.HasMoreValues = context.IteratesValues;
            value = pair[(equals + 1)..];
            return true;
        }
        return false;
    }

    private static bool Same(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, bool ignoresCase) =>
        ignoresCase ? System.Text.Ascii.EqualsIgnoreCase(left, right) : left.SequenceEqual(right);
}
