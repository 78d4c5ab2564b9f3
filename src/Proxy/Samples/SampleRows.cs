using System.Collections.Immutable;
using Evenkeel.Model.Samples;

namespace Evenkeel.Proxy.Samples;

/// <summary>Makes or changes a value. False: there is none. Never throws, never allocates.</summary>
public delegate bool SampleFunction(SampleContext context, BoundArguments arguments, ref Sample sample);

/// <summary>Prepares, once, what a function needs from its arguments: a compiled expression, a map, a table.</summary>
public delegate object? PrepareArguments(ImmutableArray<SampleArgument> arguments, Binder binder);

/// <summary>A fetch: its signature and the function that runs it, side by side.</summary>
public sealed record FetchRow(FetchSignature Signature, SampleFunction Function)
{
    public PrepareArguments? Prepare { get; init; }
}

/// <summary>A converter: its signature and the function that runs it, side by side.</summary>
public sealed record ConverterRow(ConverterSignature Signature, SampleFunction Function)
{
    public PrepareArguments? Prepare { get; init; }
}

/// <summary>Short words for the argument lists of the rows.</summary>
internal static class Takes
{
    public static readonly ArgumentSpec Text = new(ArgumentKind.String);
    public static readonly ArgumentSpec Integer = new(ArgumentKind.Integer);
    public static readonly ArgumentSpec Variable = new(ArgumentKind.Variable);
    public static readonly ArgumentSpec IntegerOrVariable = new(ArgumentKind.IntegerOrVariable);

    public static ArgumentSpec Optional(this ArgumentSpec spec) => spec with { Optional = true };
}
