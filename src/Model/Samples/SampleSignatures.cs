using System.Collections.Immutable;

namespace Evenkeel.Model.Samples;

/// <summary>Kinds of arguments a fetch or a converter takes; decides how the text in parentheses is read.</summary>
public enum ArgumentKind
{
    String, Integer, Size, TimeMs, Header, Variable, Backend, Server, Frontend, Table, UserList, Map, IPv4, IPv6, IPv4Mask, IPv6Mask, Regex,
    /// <summary>A number or the name of a variable that holds one.</summary>
    IntegerOrVariable,
    /// <summary>A text or the name of a variable that holds one.</summary>
    StringOrVariable,
    Acl,
    /// <summary>Perhaps the name of an ACL; a text that is none is left to the row's check.</summary>
    AclIfKnown,
    /// <summary>The name of a variable, or a text that may be the path of a file to read.</summary>
    FileOrVariable,
    /// <summary>Numbers of nested Protocol Buffers fields: `48.59.1`.</summary>
    ProtobufField,
}

/// <summary>What an argument list may hold.</summary>
public sealed record ArgumentSpec(ArgumentKind Kind, bool Optional = false);

/// <summary>
/// A look at a whole argument list once each argument was read by its kind: the remaining complaint in the original's words, or null.
/// </summary>
public delegate string? ArgumentCheck(ImmutableArray<SampleArgument> arguments);

/// <summary>Name, arguments and type of a sample fetch; the row with its function stands beside the implementation in Proxy/Samples.</summary>
public sealed record FetchSignature(string Name, SampleType Output, SampleSource Source, ImmutableArray<ArgumentSpec> Arguments)
{
    public ArgumentCheck? Check { get; init; }
}

/// <summary>Name, arguments and types of a converter; the row with its function stands beside the implementation in Proxy/Samples.</summary>
public sealed record ConverterSignature(string Name, SampleType Input, SampleType Output, ImmutableArray<ArgumentSpec> Arguments)
{
    public ArgumentCheck? Check { get; init; }

    /// <summary>What comes out has the type of what went in, but an ACL must not rely on it.</summary>
    public bool HidesType { get; init; }

    /// <summary>The first argument names a map file whose keys are matched this way.</summary>
    public MapSignature? Map { get; init; }
}

/// <summary>How a `map_MATCH_OUT` converter compares its keys and what the values are.</summary>
public sealed record MapSignature(Rules.MatchMethod Match, SampleType Value, bool KeyOnly = false, bool GroupReferences = false);
