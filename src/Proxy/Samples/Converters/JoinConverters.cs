using System.Collections.Immutable;
using Evenkeel.Model.Samples;

namespace Evenkeel.Proxy.Samples.Converters;

/// <summary>Texts put together with variables (configuration.txt 7.3.1 "concat", "add_item").</summary>
internal static class JoinConverters
{
    private static readonly ArgumentSpec OptionalVariable = Takes.Variable.Optional();

    public static readonly ConverterRow[] Rows =
    [
        new(new ConverterSignature("concat", SampleType.String, SampleType.String, [Takes.Text.Optional(), OptionalVariable, Takes.Text.Optional()]), Concat),
        new(new ConverterSignature("add_item", SampleType.String, SampleType.String, [Takes.Text, OptionalVariable, Takes.Text.Optional()])
        {
            Check = NamesSomething,
        }, AddItem),
    ];

    private static bool Concat(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        var variable = VariableText(context, arguments.Variable(1));
        return Join(context, sample.Bytes, arguments.Bytes(0), variable, arguments.Bytes(2), ref sample);
    }

    private static string? NamesSomething(ImmutableArray<SampleArgument> arguments) =>
        HasText(arguments, from: 1) ? null : "one of the optional arguments has to be nonempty";

    private static bool AddItem(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        var variable = VariableText(context, arguments.Variable(1));
        // A variable that is asked for but not set leaves the text as it is; the suffix belongs to it.
        if (!arguments.Variable(1).IsNone && variable.IsEmpty && !arguments.Has(2)) return true;
        var delimiter = sample.Bytes.IsEmpty ? default : arguments.Bytes(0);
        return Join(context, sample.Bytes, delimiter, variable, arguments.Bytes(2), ref sample);
    }

    private static ReadOnlySpan<byte> VariableText(SampleContext context, VariableId id)
    {
        var value = default(Sample);
        return context.TryGetVariable(id, ref value) && SampleCast.TryCast(ref value, SampleType.String, context.Scratch) ? value.Bytes : default;
    }

    private static bool Join(SampleContext context, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> third, ReadOnlySpan<byte> fourth,
        ref Sample sample)
    {
        var free = context.Scratch.Free;
        var length = first.Length + second.Length + third.Length + fourth.Length;
        if (free.Length < length) return false;
        first.CopyTo(free);
        second.CopyTo(free[first.Length..]);
        third.CopyTo(free[(first.Length + second.Length)..]);
        fourth.CopyTo(free[(length - fourth.Length)..]);
        sample.SetString(context.Scratch.Keep(length));
        return true;
    }

    private static bool HasText(ImmutableArray<SampleArgument> arguments, int from)
    {
        for (var i = from; i < arguments.Length; i++)
            if (!arguments[i].IsEmpty) return true;
        return false;
    }
}
