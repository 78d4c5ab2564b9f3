namespace Evenkeel.Config.Haproxy.Sections;

/// <summary>`setenv`, `presetenv`, `unsetenv` and `resetenv`: the environment that the rest of the files and later programs see.</summary>
internal static class GlobalEnvironment
{
    public static void SetEnv(GlobalSection section, Statement statement) => Set(section, statement, onlyWhenUnset: false);

    public static void PresetEnv(GlobalSection section, Statement statement) => Set(section, statement, onlyWhenUnset: true);

    private static void Set(GlobalSection section, Statement statement, bool onlyWhenUnset)
    {
        var context = section.Context;
        if (!statement.Has(1)) context.Alert($"'{statement.Keyword}' expects environment variable name.\n.");
        else if (statement.Count < 3) context.Alert($"'{statement.Keyword}' expects environment variable value for '{statement[1]}'.\n.");
        else if (statement.Count == 3 && !statement.Has(2)) context.Alert($"'{statement.Keyword}' expects environment variable value for '{statement[1]}'.\n.");
        else if (!context.HasTooMany(statement, 2))
        {
            if (onlyWhenUnset && context.World.EnvironmentVariable(statement[1]) is not null) return;
            context.World.SetEnvironmentVariable(statement[1], statement[2]);
        }
    }

    public static void UnsetEnv(GlobalSection section, Statement statement)
    {
        if (!statement.Has(1)) section.Context.Alert("'unsetenv' expects at least one variable name.\n");
        foreach (var name in statement.From(1)) section.Context.World.SetEnvironmentVariable(name, null);
    }

    /// <summary>Keeps only the variables named.</summary>
    public static void ResetEnv(GlobalSection section, Statement statement)
    {
        var world = section.Context.World;
        foreach (var name in world.EnvironmentVariableNames().ToList())
            if (!statement.Words.Skip(1).Contains(name, StringComparer.Ordinal)) world.SetEnvironmentVariable(name, null);
    }
}
