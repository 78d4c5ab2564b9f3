using Evenkeel.Model.Rules;
using Evenkeel.Model.Samples;

namespace Evenkeel.Config.Haproxy.Expressions;

/// <summary>The named ACLs of one section, and the predefined ones.</summary>
public sealed class AclTable
{
    private readonly Dictionary<string, AclModel> _byName = new(StringComparer.Ordinal);

    public IEnumerable<AclModel> All => _byName.Values;

    /// <summary>Reads `acl NAME CRITERION [flags] [operator] patterns...`; a name already known gets another alternative.</summary>
    public void Define(ReadOnlySpan<string> wordsAfterAcl, ParseScope scope)
    {
        if (wordsAfterAcl.IsEmpty) return;
        var name = wordsAfterAcl[0];
        foreach (var c in name)
        {
            if (char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or ':') continue;
            scope.Alert($"character '{c}' is not permitted in acl name '{name}'.");
            return;
        }
        if (name is "or" or "OR" or "Or" or "oR")
        {
            scope.Alert($"acl name '{name}' will never match. 'or' is used to express a logical disjunction within a condition.");
            return;
        }
        var test = AclParser.TryParse(wordsAfterAcl[1..], scope, out var error, wordsAfterAcl[0]);
        if (test is null)
        {
            scope.Alert($"error detected while parsing ACL '{name}' : {error}.");
            return;
        }
        if (!_byName.TryGetValue(name, out var acl)) _byName[name] = acl = new AclModel(name);
        acl.Add(test);
    }

    /// <summary>Copies what a defaults section defined.</summary>
    public void Inherit(AclTable other)
    {
        foreach (var (name, acl) in other._byName) _byName.TryAdd(name, acl);
    }

    internal AclModel? Find(string name, ParseScope scope)
    {
        if (_byName.TryGetValue(name, out var acl)) return acl;
        if (AclKeywords.Predefined(name) is not { } words) return null;
        if (AclParser.TryParse(words, scope, out _) is not { } test) return null;
        acl = new AclModel(name);
        acl.Add(test);
        _byName[name] = acl;
        return acl;
    }
}
