using System.Collections.Immutable;
using Evenkeel.Model.Rules;

namespace Evenkeel.Model.Proxy;

/// <summary>The `stats ...` keywords of a proxy: where the statistics page answers and to whom.</summary>
public sealed record StatsModel
{
    public string Uri { get; init; } = "/haproxy?stats";
    public string Realm { get; init; } = "HAProxy Statistics";

    /// <summary>user:password pairs of `stats auth`; empty lets everyone in.</summary>
    public ImmutableArray<(string User, string Password)> Users { get; init; } = [];
    public int? RefreshSeconds { get; init; }

    /// <summary>Hidden unless `stats show-version` asks for it, as since 3.3.</summary>
    public bool HideVersion { get; init; } = true;
    public bool ShowLegends { get; init; }
    public string? ShowNode { get; init; }
    public string? ShowDescription { get; init; }

    /// <summary>`stats admin if|unless ...`: actions are offered when one of these holds; null is a condition that always holds.</summary>
    public ImmutableArray<ConditionModel?> Admin { get; init; } = [];

    /// <summary>`stats scope NAME`, `.` is the proxy itself; empty shows all.</summary>
    public ImmutableArray<string> Scope { get; init; } = [];
    public ImmutableArray<RuleModel> HttpRequest { get; init; } = [];
}
