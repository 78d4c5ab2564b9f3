using System.Collections.Immutable;
using Evenkeel.Model.Rules;

namespace Evenkeel.Model.Proxy;

/// <summary>What is done with the persistence cookie on its way (configuration.txt 4.2 "cookie").</summary>
public enum CookieMode
{
    /// <summary>Only read: the server sets it by itself.</summary>
    Passive,

    /// <summary>Set by the proxy.</summary>
    Insert,

    /// <summary>Set by the server, its value replaced by the proxy.</summary>
    Rewrite,

    /// <summary>Set by the server, the server's name put in front of its value.</summary>
    Prefix,
}

/// <summary>`cookie NAME ...`.</summary>
public sealed record CookieModel(string Name, CookieMode Mode)
{
    /// <summary>The server never sees it, and the client gets it only when it has no good one.</summary>
    public bool IsIndirect { get; init; }

    /// <summary>A response that gets one must not be kept by shared caches.</summary>
    public bool NoCache { get; init; }
    public bool PostOnly { get; init; }

    /// <summary>One that the server sets is left alone.</summary>
    public bool Preserves { get; init; }
    public bool HttpOnly { get; init; }
    public bool Secure { get; init; }
    public ImmutableArray<string> Domains { get; init; } = [];
    public ImmutableArray<string> Attributes { get; init; } = [];

    /// <summary>Seconds; 0 is no limit.</summary>
    public int MaxIdleSeconds { get; init; }
    public int MaxLifeSeconds { get; init; }

    /// <summary>Servers without a value of their own get one made of their address and the backend's key.</summary>
    public bool IsDynamic { get; init; }
}

/// <summary>`force-persist` and `ignore-persist`: the first whose condition holds counts.</summary>
public sealed record PersistenceRuleModel(bool Forces, ConditionModel Condition);

/// <summary>How a backend finds the server a client was at before.</summary>
public sealed record PersistenceModel
{
    public CookieModel? Cookie { get; init; }

    /// <summary>`dynamic-cookie-key`.</summary>
    public string? DynamicCookieKey { get; init; }
    public ImmutableArray<PersistenceRuleModel> Rules { get; init; } = [];

    /// <summary>`persist rdp-cookie(NAME)`.</summary>
    public string? RdpCookie { get; init; }
}
