using System.Collections.Immutable;
using Evenkeel.Model.Samples;
using Evenkeel.Proxy.Message;

namespace Evenkeel.Proxy.Samples.Fetches;

/// <summary>Headers of requests and responses (configuration.txt 7.3.6 "req.hdr", "res.hdr" and their kin).</summary>
internal static class HeaderFetches
{
    private const int LowestOccurrence = -10;

    private static readonly ImmutableArray<ArgumentSpec> NameAndOccurrence = [new(ArgumentKind.Header, Optional: true), Takes.Integer.Optional()];
    private static readonly ImmutableArray<ArgumentSpec> NameOnly = [new(ArgumentKind.Header, Optional: true)];

    public static readonly FetchRow[] Rows =
    [
        .. Family("req.", SampleSource.RequestHeaders, context => context.Request, hasFull: true),
        .. Family("res.", SampleSource.ResponseHeaders, context => context.Response, hasFull: true),
        .. Family("s", SampleSource.ResponseHeaders, context => context.Response, hasFull: false),
        .. Family("", SampleSource.RequestHeaders, context => context.Request, hasFull: false),
        Value("hdr", SampleSource.EitherHeaders, context => context.IsResponse ? context.Response : context.Request, splits: true),
    ];

    private delegate HttpMessage? Head(SampleContext context);

    private static IEnumerable<FetchRow> Family(string prefix, SampleSource source, Head head, bool hasFull)
    {
        if (prefix.Length > 0) yield return Value(prefix + "hdr", source, head, splits: true);
        yield return Counter(prefix + "hdr_cnt", source, head, splits: true);
        yield return Cast(prefix + "hdr_ip", SampleType.Address, source, head, TryReadAddress);
        yield return Cast(prefix + "hdr_val", SampleType.Integer, source, head, TryReadInteger);
        if (!hasFull) yield break;
        yield return Value(prefix + "fhdr", source, head, splits: false);
        yield return Counter(prefix + "fhdr_cnt", source, head, splits: false);
        yield return new FetchRow(new FetchSignature(prefix + "hdr_names", SampleType.String, source, [Takes.Text.Optional()]),
            (context, arguments, ref sample) => WriteNames(context, head(context), arguments, ref sample));
        yield return Fetch.Of(prefix + "hdrs", SampleType.Binary, source, (context, _, ref sample) => WriteAll(context, head(context), ref sample));
    }

    private static FetchRow Value(string name, SampleSource source, Head head, bool splits) =>
        new(new FetchSignature(name, SampleType.String, source, NameAndOccurrence) { Check = HasOccurrence }, (context, arguments, ref sample) =>
        {
            if (!TryRead(context, head(context), arguments, splits, out var value)) return false;
            sample.SetString(value);
            return true;
        })
        {
            Prepare = LowerName,
        };

    private static FetchRow Cast(string name, SampleType type, SampleSource source, Head head, SampleFunction read) =>
        new(new FetchSignature(name, type, source, NameAndOccurrence) { Check = HasOccurrence }, (context, arguments, ref sample) =>
        {
            // An ACL goes on behind a value that is none of this type.
            while (TryRead(context, head(context), arguments, splits: true, out var value))
            {
                sample.SetString(value);
                if (read(context, arguments, ref sample)) return true;
                if (!context.HasMoreValues) return false;
                context.HasMoreValues = false;
            }
            return false;
        })
        {
            Prepare = LowerName,
        };

    private static FetchRow Counter(string name, SampleSource source, Head head, bool splits) =>
        new(new FetchSignature(name, SampleType.Integer, source, NameOnly), (context, arguments, ref sample) =>
        {
            if (head(context) is not { } message) return false;
            sample.SetInteger(new HeaderValues(message, (byte[])arguments.State!, splits).Count());
            return true;
        })
        {
            Prepare = LowerName,
        };

    private static object LowerName(ImmutableArray<SampleArgument> arguments, Binder binder) =>
        arguments.Length == 0 ? [] : System.Text.Encoding.Latin1.GetBytes(arguments[0].Text.ToLowerInvariant());

    private static string? HasOccurrence(ImmutableArray<SampleArgument> arguments) =>
        arguments.Length > 1 && arguments[1].Number < LowestOccurrence ? $"header occurrence must be >= {LowestOccurrence}" : null;

    /// <summary>One occurrence when it is named; otherwise the last, or one after the other for an ACL.</summary>
    private static bool TryRead(SampleContext context, HttpMessage? message, BoundArguments arguments, bool splits, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (message is null)
        {
            context.MayChange = !context.IsFinal;
            return false;
        }
        var name = (byte[])arguments.State!;
        // Without a name there is nothing to look for; only counts take all headers.
        if (name.Length == 0) return false;
        var occurrence = arguments.Number(1);
        if (occurrence != 0 || !context.IteratesValues) return new HeaderValues(message, name, splits).TryFind(occurrence == 0 ? -1 : occurrence, out value);
        var values = new HeaderValues(message, name, splits, context.NextHeader, context.NextOffset);
        if (!values.MoveNext()) return false;
        context.HasMoreValues = true;
        (context.NextHeader, context.NextOffset) = (values.NextHeader, values.NextOffset);
        value = values.Current;
        return true;
    }

    /// <summary>An address alone or with a port.</summary>
    private static bool TryReadAddress(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        var text = sample.Bytes;
        if (text.StartsWith("["u8) && text.IndexOf((byte)']') is > 0 and var end) return SampleCast.TryParseAddress(text[1..end], ref sample);
        var colon = text.IndexOf((byte)':');
        if (colon > 0 && text.Contains((byte)'.') && !text[(colon + 1)..].Contains((byte)':')) text = text[..colon];
        return SampleCast.TryParseAddress(text, ref sample);
    }

    private static bool TryReadInteger(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        sample.SetInteger(SampleCast.ParseInt32(sample.Bytes));
        return true;
    }

    private static bool WriteNames(SampleContext context, HttpMessage? message, BoundArguments arguments, ref Sample sample)
    {
        if (message is null) return false;
        var separator = arguments.Has(0) ? arguments.Bytes(0)[0] : (byte)',';
        var free = context.Scratch.Free;
        var length = 0;
        for (var i = 0; i < message.HeaderCount; i++)
        {
            var name = message.Name(i);
            if (length + 1 + name.Length > free.Length) return false;
            if (i > 0) free[length++] = separator;
            name.CopyTo(free[length..]);
            length += name.Length;
        }
        sample.SetString(context.Scratch.Keep(length));
        return true;
    }

    private static bool WriteAll(SampleContext context, HttpMessage? message, ref Sample sample)
    {
        if (message is null) return false;
        var free = context.Scratch.Free;
        var length = 0;
        for (var i = 0; i < message.HeaderCount; i++)
        {
            if (length + message.Name(i).Length + message.Value(i).Length + 6 > free.Length) return false;
            message.Name(i).CopyTo(free[length..]);
            length += message.Name(i).Length;
            ": "u8.CopyTo(free[length..]);
            message.Value(i).CopyTo(free[(length + 2)..]);
            length += 2 + message.Value(i).Length;
            "\r\n"u8.CopyTo(free[length..]);
            length += 2;
        }
        if (length + 2 > free.Length) return false;
        "\r\n"u8.CopyTo(free[length..]);
        sample.SetBinary(context.Scratch.Keep(length + 2));
        return true;
    }
}
