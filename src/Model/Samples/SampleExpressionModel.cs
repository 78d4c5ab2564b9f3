using System.Collections.Immutable;

namespace Evenkeel.Model.Samples;

/// <summary>`fetch(args),converter(args),...` checked against the registered signatures; Proxy binds it to functions once (configuration.txt 7).</summary>
public sealed record SampleExpressionModel(FetchSignature Fetch, ImmutableArray<SampleArgument> Arguments, ImmutableArray<ConverterCallModel> Converters,
    string Text, SourcePosition Position)
{
    /// <summary>Type that comes out at the end; <see cref="SampleType.Any"/> when only the value will tell.</summary>
    public SampleType OutputType
    {
        get
        {
            for (var i = Converters.Length - 1; i >= 0; i--)
            {
                // One that takes and gives anything leaves the type as it is.
                var converter = Converters[i].Converter;
                if (converter.Output != SampleType.Any || converter.Input != SampleType.Any) return converter.Output;
            }
            return Fetch.Output;
        }
    }

    /// <summary>An ACL on it has to name how it matches, whatever comes out.</summary>
    public bool HidesType => Converters is [.., { Converter.HidesType: true }];
}

/// <summary>One converter of an expression with its arguments.</summary>
public sealed record ConverterCallModel(ConverterSignature Converter, ImmutableArray<SampleArgument> Arguments);

/// <summary>One argument as checked: <see cref="Text"/> always, <see cref="Number"/> for integers, times and sizes.</summary>
public readonly record struct SampleArgument(ArgumentKind Kind, string Text, long Number = 0)
{
    /// <summary>The argument is there but empty, or was left out in the middle of a list.</summary>
    public bool IsEmpty => Text.Length == 0;

    /// <summary>Of a <see cref="ArgumentKind.Map"/>: what was in the file.</summary>
    public PatternFileModel? Map { get; init; }

    /// <summary>Of an <see cref="ArgumentKind.Acl"/>: what the name stands for.</summary>
    public Rules.AclModel? Acl { get; init; }

    /// <summary>Of a <see cref="ArgumentKind.FileOrVariable"/>: what the file holds; null when it cannot be read.</summary>
    public string? FileText { get; init; }
}
