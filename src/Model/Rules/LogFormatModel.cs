using System.Collections.Immutable;
using Evenkeel.Model.Samples;

namespace Evenkeel.Model.Rules;

/// <summary>A compiled-to-be log-format string (configuration.txt 8.2.6): literals, aliases `%ci`, and expressions `%[...]`.</summary>
public sealed record LogFormatModel(ImmutableArray<LogFormatPart> Parts, string Text, SourcePosition Position)
{
    public LogFormatUse Use { get; init; } = LogFormatUse.Log;

    /// <summary>Flags of `%o`, which hold for the whole line.</summary>
    public LogFormatOptions Options { get; init; }

    /// <summary>The text when it is one literal without any variable part, else null.</summary>
    public string? Literal => Parts.IsEmpty ? "" : Parts.Length == 1 && Parts[0].Kind == LogFormatPartKind.Literal ? Parts[0].Text : null;
}

/// <summary>What the text is for: decides how empty values and forbidden bytes come out.</summary>
public enum LogFormatUse
{
    /// <summary>A log line: an empty value is `-`, blanks are merged, unprintable bytes are `#XX`.</summary>
    Log,
    /// <summary>A header, a URI, a payload: an empty value is nothing, bytes that HTTP forbids are `%XX`.</summary>
    Http,
    /// <summary>A name, a variable: an empty value is nothing and bytes are kept.</summary>
    Plain,
}

public enum LogFormatPartKind { Literal, Separator, Alias, Expression }

[Flags]
public enum LogFormatOptions { None = 0, Quote = 1, Hexadecimal = 2, Escape = 4, Mandatory = 8, Json = 16, Cbor = 32, Binary = 64 }

public sealed record LogFormatPart(LogFormatPartKind Kind, string Text)
{
    public SampleExpressionModel? Expression { get; init; }
    public LogFormatOptions Options { get; init; }

    /// <summary>Item name in `%(name)...`, used by the structured encodings.</summary>
    public string? ItemName { get; init; }

    /// <summary>Forced type in `%(name:type)...`: str, sint or bool.</summary>
    public SampleType ItemType { get; init; } = SampleType.Any;
}
