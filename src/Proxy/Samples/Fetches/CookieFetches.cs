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
            var cookies = new Cookies(message, header, arguments.Has(0) ? Pairs.Cookies : Pairs.All);
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

    /// <summary>The last cookie of a name, the first of all where none is named, or one after the other for an ACL.</summary>
    private static bool Value(SampleContext context, HttpMessage? message, KnownHeader header, BoundArguments arguments, ref Sample sample)
    {
        if (message is null) return false;
        var cookies = context.IteratesValues ? new Cookies(message, header, Pairs.Cookies, context.NextHeader, context.NextOffset)
            : new Cookies(message, header, Pairs.Cookies);
        var isFound = false;
        while (cookies.MoveNext())
        {
            if (arguments.Has(0) && !cookies.Name.SequenceEqual(arguments.Bytes(0))) continue;
            (context.NextHeader, context.NextOffset) = (cookies.NextHeader, cookies.NextOffset);
            context.HasMoreValues = context.IteratesValues;
            sample.SetString(cookies.Value);
            isFound = true;
            if (context.IteratesValues || !arguments.Has(0)) break;
        }
        return isFound;
    }

    private static FetchRow Names(string name, SampleSource source, Head head, KnownHeader header) =>
        new(new FetchSignature(name, SampleType.String, source, [Takes.Text.Optional()]), (context, arguments, ref sample) =>
        {
            if (head(context) is not { } message) return false;
            var separator = arguments.Has(0) ? arguments.Bytes(0)[0] : (byte)',';
            var cookies = new Cookies(message, header, Pairs.First);
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

    /// <summary>What is gone through: all pairs, or in Set-Cookie headers only the cookies and not their attributes, or the first of each header.</summary>
    private enum Pairs { All, Cookies, First }

    /// <summary>
    /// Goes through `name=value` pairs. As in the original, a comma ends a pair like a semicolon does, in Set-Cookie it ends the attributes as well;
    /// neither does so between double quotes, a name that begins with `$` is an attribute (RFC 2965), and what has no `=` is no cookie.
    /// </summary>
    private ref struct Cookies(HttpMessage message, KnownHeader header, Pairs pairs, int nextHeader = 0, int nextOffset = 0)
    {
        public ReadOnlySpan<byte> Name { get; private set; }

        public ReadOnlySpan<byte> Value { get; private set; }

        public int NextHeader { get; private set; } = nextHeader;

        public int NextOffset { get; private set; } = nextOffset;

        private readonly bool HasAttributes => header == KnownHeader.SetCookie;

        public bool MoveNext()
        {
            for (; NextHeader < message.HeaderCount; NextHeader++, NextOffset = 0)
            {
                if (message.Known(NextHeader) != header) continue;
                var field = message.Value(NextHeader);
                while (NextOffset < field.Length)
                {
                    var rest = field[NextOffset..];
                    var equals = rest.IndexOfAny(HasAttributes && pairs == Pairs.First ? "=;"u8 : "=;,"u8);
                    if (equals < 0) break;
                    if (rest[equals] != '=')
                    {
                        NextOffset += equals + 1;
                        continue;
                    }
                    var end = equals + 1 + End(rest[(equals + 1)..], ";,"u8);
                    var isAttribute = rest.TrimStart(" \t"u8).StartsWith("$"u8);
                    NextOffset += Behind(rest, end, isAttribute);
                    if (isAttribute) continue;
                    Name = rest[..equals].Trim(" \t"u8);
                    Value = rest[(equals + 1)..end].Trim(" \t"u8);
                    return true;
                }
            }
            return false;
        }

        /// <summary>Where the next pair begins that may be wanted.</summary>
        private readonly int Behind(ReadOnlySpan<byte> rest, int end, bool isAttribute)
        {
            if (!HasAttributes || isAttribute || pairs == Pairs.All) return end + 1;
            return pairs == Pairs.First ? rest.Length : end + End(rest[end..], ","u8) + 1;
        }

        /// <summary>The first of some bytes that does not stand between double quotes; the length when there is none.</summary>
        private static int End(ReadOnlySpan<byte> text, ReadOnlySpan<byte> ends)
        {
            var isQuoted = false;
            for (var i = 0; i < text.Length; i++)
            {
                if (text[i] == '"') isQuoted = !isQuoted;
                else if (isQuoted && text[i] == '\\') i++;
                else if (!isQuoted && ends.Contains(text[i])) return i;
            }
            return text.Length;
        }
    }
}
