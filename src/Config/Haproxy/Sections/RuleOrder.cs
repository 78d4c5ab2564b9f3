namespace Evenkeel.Config.Haproxy.Sections;

/// <summary>
/// The stages rules run in whatever the order of their lines (configuration.txt 4.2 "tcp-request", trap 8 of rule order). Remembers which stages a
/// section has rules for, to warn when one of an earlier stage comes after one of a later stage.
/// </summary>
internal sealed class RuleOrder
{
    /// <summary>In the order of evaluation, with the article the original's text gives each.</summary>
    private static readonly (string Name, string Article)[] Stages =
    [
        ("tcp-request connection", "a"), ("tcp-request session", "a"), ("tcp-request content", "a"), ("monitor fail", "a"), ("http-request", "an"),
        ("redirect", "a"), ("use_backend", "a"), ("use-server", "a"),
    ];

    private readonly bool[] _used = new bool[Stages.Length];

    /// <summary>Remembers a rule; the warning it deserves, or null.</summary>
    public string? Add(string stage)
    {
        var index = Array.FindIndex(Stages, row => row.Name == stage);
        var later = -1;
        // The nearest later stage that has rules already is the one named.
        for (var i = index + 1; i < Stages.Length && later < 0; i++)
            if (_used[i]) later = i;
        _used[index] = true;
        return later < 0 ? null
            : $"a '{stage}' rule placed after {Stages[later].Article} '{Stages[later].Name}' rule will still be processed before.";
    }
}
