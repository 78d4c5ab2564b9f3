namespace Evenkeel.Config.Haproxy.Values;

/// <summary>Finds the keyword an operator may have meant: the "did you mean" of the original.</summary>
/// <remarks>
/// Words are compared by their pairs of neighbouring characters (beginning and end count as one), so that swapped or missing letters cost little.
/// </remarks>
public static class Suggestion
{
    /// <summary>The nearest of the candidates, or null when none is near enough. O(candidates x word length).</summary>
    public static string? Nearest(string word, IEnumerable<string> candidates)
    {
        var wanted = Fingerprint(word);
        string? best = null;
        var bestDistance = int.MaxValue;
        foreach (var candidate in candidates)
        {
            var distance = Distance(wanted, Fingerprint(candidate));
            if (distance >= bestDistance) continue;
            bestDistance = distance;
            best = candidate;
        }
        if (best is null) return null;
        return bestDistance > word.Length + 1 ? null : best;
    }

    /// <summary>The end of an "unknown" message: `; did you mean 'x' maybe ?` or nothing.</summary>
    public static string Hint(string word, IEnumerable<string> candidates) =>
        Nearest(word, candidates) is { } near ? $"; did you mean '{near}' maybe ?" : "";

    private const int Classes = 32;

    private static int[] Fingerprint(string word)
    {
        var counts = new int[Classes * Classes];
        var previous = 0;
        foreach (var c in word)
        {
            var current = ClassOf(c);
            counts[previous * Classes + current]++;
            previous = current;
        }
        counts[previous * Classes]++;
        return counts;
    }

    private static int ClassOf(char c) => char.IsAsciiLetter(c) ? (c | 0x20) - 'a' + 1 : char.IsAsciiDigit(c) ? 27 : c is '-' or '_' or '.' ? 28 : 29;

    private static int Distance(int[] left, int[] right)
    {
        var sum = 0;
        for (var i = 0; i < left.Length; i++)
            sum += Math.Abs(left[i] - right[i]);
        return sum;
    }
}
