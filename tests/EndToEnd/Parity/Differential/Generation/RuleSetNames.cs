namespace Evenkeel.Tests.EndToEnd.Parity.Differential.Generation;

/// <summary>What one rule set calls its own. `{n}` becomes its number, so that no two sets of a configuration share a proxy or a variable.</summary>
internal sealed class RuleSetNames(Chance chance)
{
    private readonly List<string> _acls = [];

    public const string Frontend = "F{n}";

    public const string Backend = "B{n}";

    public const string OtherBackend = "C{n}";

    public IReadOnlyList<string> Acls => _acls;

    public string Variable() => chance.Pick("txn", "txn", "req", "res", "sess", "proc") + ".v{n}" + chance.Pick("a", "b", "c");

    public string Acl() => _acls.Count == 0 ? "TRUE" : chance.Pick(_acls);

    /// <summary>A new section begins: it does not see the ACLs of another.</summary>
    public void BeginSection() => _acls.Clear();

    public string NewAcl()
    {
        // The same name twice adds patterns to one ACL.
        var name = $"is_{(char)('a' + chance.Number(0, 6))}";
        if (!_acls.Contains(name)) _acls.Add(name);
        return name;
    }
}
