using System.Collections.Immutable;
using Evenkeel.Model.Samples;

namespace Evenkeel.Model.Rules;

/// <summary>`if` or `unless` and a sum of products of ACLs (configuration.txt 7.2).</summary>
public sealed record ConditionModel(bool Unless, ImmutableArray<ImmutableArray<ConditionTerm>> AnyOf, string Text, SourcePosition Position);

public readonly record struct ConditionTerm(bool Negated, AclModel Acl);

/// <summary>
/// A named or anonymous ACL; several lines with one name are alternatives. Lines may follow after a rule that uses the name, so the object is shared
/// and grows until the section has been read.
/// </summary>
public sealed class AclModel(string name)
{
    private readonly List<AclTestModel> _anyOf = [];

    /// <summary>Empty for an anonymous one.</summary>
    public string Name => name;

    public bool IsAnonymous => name.Length == 0;

    public IReadOnlyList<AclTestModel> AnyOf => _anyOf;

    /// <summary>Only while the configuration is read.</summary>
    public void Add(AclTestModel test) => _anyOf.Add(test);
}

public enum MatchMethod { Found, Boolean, Integer, Address, Length, String, Prefix, Suffix, Substring, Directory, Domain, Regex, Binary, Method }

/// <summary>One `acl` line: an expression, how to compare, and with what. With no pattern a boolean or `-m found` test stands alone.</summary>
/// <param name="Patterns">Those on the line itself.</param>
public sealed record AclTestModel(SampleExpressionModel Expression, MatchMethod Method, bool IgnoreCase, ImmutableArray<string> Patterns,
    SourcePosition Position)
{
    /// <summary>Of the line's patterns, for the integer and length methods; operators already applied.</summary>
    public ImmutableArray<IntegerRange> Ranges { get; init; } = [];

    /// <summary>Of the line's patterns, for the address method; host names are resolved.</summary>
    public ImmutableArray<NetworkModel> Networks { get; init; } = [];

    /// <summary>The files of `-f`.</summary>
    public ImmutableArray<PatternFileModel> PatternFiles { get; init; } = [];

    /// <summary>Host names in the files and what they resolved to, for the address method.</summary>
    public IReadOnlyDictionary<string, NetworkModel> ResolvedNames { get; init; } = ImmutableDictionary<string, NetworkModel>.Empty;

    /// <summary>`-M`: the file holds keys and values; only the keys count.</summary>
    public bool FilesAreMaps { get; init; }

    /// <summary>`-u`, by which the runtime API may call this list.</summary>
    public int? UniqueId { get; init; }
}

/// <summary>Both ends included.</summary>
public readonly record struct IntegerRange(long Minimum, long Maximum)
{
    public bool Contains(long value) => value >= Minimum && value <= Maximum;
}

/// <summary>An address with its mask. <see cref="Bytes"/> has 4 or 16 bytes in network order.</summary>
public readonly record struct NetworkModel(ImmutableArray<byte> Bytes, ImmutableArray<byte> Mask);
