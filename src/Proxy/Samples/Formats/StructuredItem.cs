using System.Collections.Frozen;
using Evenkeel.Model.Rules;
using Evenkeel.Model.Samples;

namespace Evenkeel.Proxy.Samples.Formats;

/// <summary>One alias or expression of a log format as a JSON or CBOR value of its type.</summary>
internal static class StructuredItem
{
    /// <summary>Room for the text of one alias, bytes: a request line may be long.</summary>
    private const int AliasRoom = 16_384;

    private static readonly FrozenSet<string> Numeric = new[]
    {
        "Ts", "ms", "Ta", "Tc", "Td", "Th", "Ti", "Tq", "TR", "Tr", "Tt", "Tu", "Tw", "B", "ST", "U", "ac", "bc", "bp", "bq", "cp", "fc", "fp", "lc", "pid",
        "rc", "rt", "sc", "sp", "sq",
    }.ToFrozenSet(StringComparer.Ordinal);

    public static void Write(in BoundLogFormat.Item item, SampleContext context, ref StructuredWriter output, LogFormatUse use)
    {
        if (item.AliasName is "hrl" or "hsl") WriteCaptures(context, item.AliasName == "hsl", ref output, use);
        else if (item.Alias is { } alias) WriteAlias(item, alias, context, ref output, use);
        else WriteExpression(item, context, ref output);
    }

    private static void WriteAlias(in BoundLogFormat.Item item, LogAliasFunction alias, SampleContext context, ref StructuredWriter output, LogFormatUse use)
    {
        var room = context.Scratch.Reserve(AliasRoom);
        var plain = new LogWriter(room, use);
        alias(context, ref plain, output.ShowsHexadecimal ? LogFormatOptions.Hexadecimal : LogFormatOptions.None);
        var text = room[..plain.Length];
        var isNumber = Numeric.Contains(item.AliasName) && !(output.ShowsHexadecimal && HasHexadecimalForm(item.AliasName));
        // Totals of a line written early carry a plus sign, which a number does not need.
        if (isNumber && text.StartsWith("+"u8)) text = text[1..];
        if (text.IsEmpty && item.AliasName is "hr" or "hs") output.Null();
        else if (text.IsEmpty || (isNumber && text.SequenceEqual("-"u8))) output.Missing();
        else WriteTyped(ref output, item.Type == SampleType.Any ? isNumber ? SampleType.Integer : SampleType.String : item.Type, text);
    }

    private static bool HasHexadecimalForm(string alias) => alias is "Ts" or "ms" or "bp" or "cp" or "fp" or "sp" or "lc" or "pid" or "rt";

    private static void WriteTyped(ref StructuredWriter output, SampleType type, ReadOnlySpan<byte> text)
    {
        if (type == SampleType.Integer) output.Number(SampleCast.ParseInteger(text));
        else if (type == SampleType.Boolean) output.Boolean(SampleCast.ParseInteger(text) != 0);
        else output.Text(text);
    }

    private static void WriteExpression(in BoundLogFormat.Item item, SampleContext context, ref StructuredWriter output)
    {
        var sample = default(Sample);
        if (!item.Expression!.TryEvaluate(context, ref sample))
        {
            output.Missing();
            return;
        }
        if (item.Type is SampleType.Integer or SampleType.Boolean && sample.Type is not (SampleType.Integer or SampleType.Boolean))
        {
            if (SampleCast.TryCast(ref sample, SampleType.String, context.Scratch)) WriteTyped(ref output, item.Type, sample.Bytes);
            else output.Missing();
            return;
        }
        var type = item.Type == SampleType.Any ? sample.Type : item.Type;
        if (type == SampleType.Boolean) output.Boolean(sample.Integer != 0);
        else if (type == SampleType.Integer) output.Number(sample.Integer);
        else if (type == SampleType.Binary) output.Bytes(sample.Bytes);
        else if (SampleCast.TryCast(ref sample, SampleType.String, context.Scratch)) output.Text(sample.Bytes);
        else output.Missing();
    }

    /// <summary>`%hrl` and `%hsl` are arrays, or null where the frontend captures nothing.</summary>
    private static void WriteCaptures(SampleContext context, bool response, ref StructuredWriter output, LogFormatUse use)
    {
        var count = Rules.ProxyRules.CaptureCount(context, response);
        if (count == 0 || context.Stream is not { } stream)
        {
            output.Null();
            return;
        }
        var slots = response ? stream.RuleState.ResponseCaptures : stream.RuleState.RequestCaptures;
        output.BeginArray();
        for (var i = 0; i < count; i++)
        {
            if (i > 0) output.Next();
            var room = context.Scratch.Reserve(AliasRoom);
            var plain = new LogWriter(room, use);
            if (slots.TryGet(i, out var value)) plain.Text(value, LogFormatOptions.None);
            if (plain.Length == 0) output.Missing();
            else output.Text(room[..plain.Length]);
        }
        output.EndArray();
    }
}
