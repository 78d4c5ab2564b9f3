using System.Collections.Immutable;
using Evenkeel.Model.Samples;
using Evenkeel.Proxy.Message;

namespace Evenkeel.Proxy.Samples.Fetches;

/// <summary>Cookies of requests and responses (configuration.txt 7.3.6 "req.cook", "res.cook").</summary>
internal static class CookieFetches
{
    private static readonly ImmutableArray<ArgumentSpec> Name = [Takes.Text.Optional()];

    public static readonly FetchRow[] Rows =
    [
        .. Family("req.cook", SampleSource.RequestHeaders, context => context.Request, KnownHeader.Cookie),
        .. Family("cook", SampleSource.RequestHeaders, context => context.Request, KnownHeader.Cookie),
        .. Family("res.cook", SampleSource.ResponseHeaders, context => context.Response, KnownHeader.SetCookie),
        .. Family("scook", SampleSource.ResponseHeaders, context => context.Response, KnownHeader.SetCookie),
        new(new FetchSignature("cookie", SampleType.String, SampleSource.EitherHeaders, Name), (context, arguments, ref sample) => context.IsResponse
            ? Value(context, context.Response, KnownHeader.SetCookie, arguments, ref sample)
            : Value(context, context.Request, KnownHeader.Cookie, arguments, ref sample)),
        Names("req.cook_names", SampleSource.RequestHeaders, context => context.Request, KnownHeader.Cookie),
        Names("res.cook_names", SampleSource.ResponseHeaders, context => context.Response, KnownHeader.SetCookie),
    ];

    private delegate HttpMessage? Head(SampleContext context);

    private static IEnumerable<FetchRow> Family(string name, SampleSource source, Head head, KnownHeader header)
    {
        yield return new FetchRow(new FetchSignature(name, SampleType.String, source, Name),
            (context, arguments, ref sample) => Value(context, head(context), header, arguments, ref sample));
        yield return new FetchRow(new FetchSignature(name + "_cnt", SampleType.Integer, source, Name), (context, arguments, ref sample) =>
        {
            if (head(context) is not { } message) return false;
            var cookies = new Cookies(message, header);
            var count = 0;
            while (cookies.MoveNext())
                if (!arguments.Has(0) || cookies.Name.SequenceEqual(arguments.Bytes(0))) count++;
            sample.SetInteger(count);
            return true;
        });
        yield return new FetchRow(new FetchSignature(name + "_val", SampleType.Integer, source, Name), (context, arguments, ref sample) =>
        {
            if (!Value(context, head(context), header, arguments, ref sample)) return false;
            sample.SetInteger(SampleCast.ParseInt32(sample.Bytes));
            return true;
        });
    }

    /// <summary>The first cookie of that name, or one after the other for an ACL.</summary>
    private static bool Value(SampleContext context, HttpMessage? message, KnownHeader header, BoundArguments arguments, ref Sample sample)
    {
        if (message is null) return false;
        var cookies = context.IteratesValues ? new Cookies(message, header, context.NextHeader, context.NextOffset) : new Cookies(message, header);
        while (cookies.MoveNext())
        {
            if (arguments.Has(0) && !cookies.Name.SequenceEqual(arguments.Bytes(0))) continue;
            (context.NextHeader, context.NextOffset) = (cookies.NextHeader, cookies.NextOffset);
            context.HasMoreValues = context.IteratesValues;
            sample.SetString(cookies.Value);
            return true;
        }
        return false;
    }

    private static FetchRow Names(string name, SampleSource source, Head head, KnownHeader header) =>
        new(new FetchSignature(name, SampleType.String, source, [Takes.Text.Optional()]), (context, arguments, ref sample) =>
        {
            if (head(context) is not { } message) return false;
            var separator = arguments.Has(0) ? arguments.Bytes(0)[0] : (byte)',';
            var cookies = new Cookies(message, header);
            var free = context.Scratch.Free;
            var length = 0;
            while (cookies.MoveNext())
            {
                if (length + cookies.Name.Length + 1 > free.Length) return false;
                if (length > 0) free[length++] = separator;
                cookies.Name.CopyTo(free[length..]);
                length += cookies.Name.Length;
            }
            sample.SetString(context.Scratch.Keep(length));
            return true;
        });

    /// <summary>Goes through `name=value` pairs: all of a Cookie header, the first of each Set-Cookie header.</summary>
    private ref struct Cookies(HttpMessage message, KnownHeader header, int nextHeader = 0, int nextOffset = 0)
    {
        public ReadOnlySpan<byte> Name { get; private set; }

        public ReadOnlySpan<byte> Value { get; private set; }

        public int NextHeader { get; private set; } = nextHeader;

        public int NextOffset { get; private set; } = nextOffset;

        public bool MoveNext()
        {
            for (; NextHeader < message.HeaderCount; NextHeader++, NextOffset = 0)
            {
                if (message.Known(NextHeader) != header) continue;
                var field = message.Value(NextHeader);
                while (NextOffset < field.Length)
                {
                    var rest = field[NextOffset..];
                    var end = rest.IndexOf((byte)';');
                    var pair = end < 0 ? rest : rest[..end];
                    NextOffset = header == KnownHeader.SetCookie ? field.Length : NextOffset + pair.Length + 1;
                    var equals = pair.IndexOf((byte)'=');
                    if (equals < 0) continue;
                    Name = pair[..equals].Trim(" \t"u8);
                    Value = pair[(equals + 1)..].Trim(" \t"u8);
                    return true;
                }
            }
            return false;
        }
    }
}
