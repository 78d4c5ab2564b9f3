using System.Collections.Immutable;
using Evenkeel.Model.Rules;
using Evenkeel.Model.Samples;

namespace Evenkeel.Config.Haproxy.Expressions;

/// <summary>Reads what stands behind `if` or `unless`: `[!]acl [!]acl ... or [!]{ anonymous } ...` (configuration.txt 7.2).</summary>
public static class ConditionParser
{
    /// <summary>Reads a condition and reports what is wrong with it.</summary>
    /// <param name="wordsAfterIfOrUnless">All words to the end of the line.</param>
    /// <param name="unless">The condition is negated as a whole.</param>
    /// <param name="scope">Where it stands.</param>
    /// <param name="places">Where it will be evaluated; warns about ACLs that can never match there. None: no such check.</param>
    /// <param name="what">What messages call the thing, with its article where it needs one: "switching rule".</param>
    /// <returns>Null after an error.</returns>
    public static ConditionModel? Parse(ReadOnlySpan<string> wordsAfterIfOrUnless, bool unless, ParseScope scope,
        SamplePlaces places = SamplePlaces.None, string what = "condition")
    {
        var condition = TryParse(wordsAfterIfOrUnless, unless, scope, out var error);
        if (condition is null)
        {
            scope.Alert($"error detected while parsing {what} : {error}.");
            return null;
        }
        WarnAboutConflicts(condition, scope, places);
        return condition;
    }

    internal static ConditionModel? TryParse(ReadOnlySpan<string> words, bool unless, ParseScope scope, out string error)
    {
        var anyOf = ImmutableArray.CreateBuilder<ImmutableArray<ConditionTerm>>();
        var allOf = ImmutableArray.CreateBuilder<ConditionTerm>();
        var negated = false;
        error = "";
        for (var next = 0; next < words.Length; next++)
        {
            var word = words[next];
            if (word is "||" || word.Equals("or", StringComparison.OrdinalIgnoreCase))
            {
                anyOf.Add(allOf.ToImmutable());
                allOf.Clear();
                negated = false;
                continue;
            }
            while (word.StartsWith('!'))
            {
                negated = !negated;
                word = word[1..];
            }
            if (word.Length == 0) continue;
            var acl = word == "{" ? Anonymous(words, ref next, scope, out error) : Named(word, scope, out error);
            if (acl is null) return null;
            allOf.Add(new ConditionTerm(negated, acl));
            negated = false;
        }
        anyOf.Add(allOf.ToImmutable());
        return new ConditionModel(unless, anyOf.ToImmutable(), string.Join(' ', words), scope.Position);
    }

    private static AclModel? Named(string name, ParseScope scope, out string error)
    {
        var acl = scope.Acls.Find(name, scope);
        error = acl is not null ? ""
            : AclKeywords.Predefined(name) is not null ? $"predefined ACL '{name}' is not supported yet"
            : $"no such ACL : '{name}'";
        return acl;
    }

    private static AclModel? Anonymous(ReadOnlySpan<string> words, ref int next, ParseScope scope, out string error)
    {
        var start = next + 1;
        var end = start;
        while (end < words.Length && words[end] != "}") end++;
        if (end == words.Length)
        {
            error = "missing closing '}' in condition";
            return null;
        }
        next = end;
        if (AclParser.TryParse(words[start..end], scope, out error) is not { } test) return null;
        var acl = new AclModel("");
        acl.Add(test);
        return acl;
    }

    /// <summary>An ACL none of whose tests has its source in this place can never match; the original warns and goes on.</summary>
    /// <param name="stage">The rule set, where the original names it; its message has no full stop then.</param>
    internal static void WarnAboutConflicts(ConditionModel condition, ParseScope scope, SamplePlaces places, string? stage = null)
    {
        if (places == SamplePlaces.None) return;
        foreach (var allOf in condition.AnyOf)
        {
            foreach (var (_, acl) in allOf)
            {
                if (acl.AnyOf.Any(test => (SampleSources.PlacesOf(test.Expression.Fetch.Source) & places) != 0)) continue;
                var name = acl.IsAnonymous ? "anonymous acl" : $"acl '{acl.Name}'";
                // A named one may have several keywords, and the stages before HTTP name none of them.
                var keyword = stage is not null && !acl.IsAnonymous ? "only involves keywords that are incompatible"
                    : $"uses keyword '{acl.AnyOf[0].Expression.Fetch.Name}' which is incompatible";
                scope.Warning($"{name} will never match{(stage is null ? "" : $" in '{stage}'")} because it {keyword} with '{SampleSources.NameOf(places)}'"
                    + (stage is null ? "." : ""));
            }
        }
    }
}
