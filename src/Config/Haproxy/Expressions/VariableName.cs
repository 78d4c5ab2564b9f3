namespace Evenkeel.Config.Haproxy.Expressions;

/// <summary>Checks `scope.name` (configuration.txt 2.8): where the variable lives, then letters, digits, dots and underscores.</summary>
public static class VariableName
{
    private static readonly string[] Scopes = ["proc", "sess", "txn", "req", "res", "check", "psess", "ptxn", "preq", "pres"];

    /// <summary>Null, or the original's complaint.</summary>
    public static string? Check(string name)
    {
        if (name.Length == 0) return "Empty variable name cannot be accepted";
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0 || !Scopes.Contains(name[..dot]))
            return $"invalid variable name '{name}'. A variable name must start with its scope. " +
                "The scope can be 'proc', '(p)sess', '(p)txn', '(p)req', '(p)res' or 'check'";
        foreach (var c in name[(dot + 1)..])
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '.')) return $"invalid syntax at char '{c}'";
        return null;
    }
}
