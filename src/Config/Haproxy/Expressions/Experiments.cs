namespace Evenkeel.Config.Haproxy.Expressions;

/// <summary>What `expose-experimental-directives` lets in, and whether anything came of it.</summary>
public sealed class Experiments
{
    public bool AreAllowed { get; set; }

    public bool AreUsed { get; private set; }

    /// <summary>Asks for one: when it may be used, it is.</summary>
    public bool Allow() => AreUsed = AreUsed || AreAllowed;
}
