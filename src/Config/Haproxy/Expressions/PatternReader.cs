using System.Net.Sockets;
using Evenkeel.Model;
using Evenkeel.Model.Rules;

namespace Evenkeel.Config.Haproxy.Expressions;

/// <summary>Checks one pattern against its match method, and reads numbers and networks out of it (configuration.txt 7.1.2-7.1.6).</summary>
internal static class PatternReader
{
    public static bool TryRead(string pattern, MatchMethod method, bool ignoreCase, IWorld world, out string error)
    {
        error = method switch
        {
            MatchMethod.Integer or MatchMethod.Length => TryRange(pattern, IntegerOperator.Equal, out _, out var wrong) ? "" : wrong,
            MatchMethod.Address => TryNetwork(pattern, world, resolves: false, out _) ? "" : PatternText.NotAnAddress(pattern),
            MatchMethod.Regex => world.RegexError(pattern, ignoreCase) is { } regexError ? $"regex '{pattern}' is invalid ({regexError})" : "",
            MatchMethod.Binary => PatternText.HexError(pattern) ?? "",
            _ => "",
        };
        return error.Length == 0;
    }

    /// <summary>A range; an operator in front makes a half-open one of a single number.</summary>
    public static bool TryRange(string pattern, IntegerOperator op, out IntegerRange range, out string error)
    {
        if (!PatternText.TryRange(pattern, out range, out error)) return false;
        if (op == IntegerOperator.Equal || pattern.Contains(':', StringComparison.Ordinal)) return true;
        var number = range.Minimum;
        range = op switch
        {
            IntegerOperator.GreaterOrEqual => new IntegerRange(number, long.MaxValue),
            IntegerOperator.Greater => number == long.MaxValue ? new IntegerRange(1, 0) : new IntegerRange(number + 1, long.MaxValue),
            IntegerOperator.LessOrEqual => new IntegerRange(long.MinValue, number),
            _ => number == long.MinValue ? new IntegerRange(1, 0) : new IntegerRange(long.MinValue, number - 1),
        };
        return true;
    }

    /// <summary>A network; a host name is looked up when <paramref name="resolves"/>.</summary>
    public static bool TryNetwork(string pattern, IWorld world, bool resolves, out NetworkModel network)
    {
        if (PatternText.TryNetwork(pattern, out network)) return true;
        var (text, mask) = PatternText.SplitMask(pattern);
        if (!resolves || text.Length == 0 || text.Contains(':', StringComparison.Ordinal)) return false;
        var resolved = world.Resolve(text).FirstOrDefault(candidate => candidate.AddressFamily == AddressFamily.InterNetwork);
        return resolved is not null && PatternText.TryNetwork(resolved.GetAddressBytes(), mask, out network);
    }
}

/// <summary>The word before an integer pattern (configuration.txt 7.1.2).</summary>
internal enum IntegerOperator { Equal, GreaterOrEqual, Greater, LessOrEqual, Less }
