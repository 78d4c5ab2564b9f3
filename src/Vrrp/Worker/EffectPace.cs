using Evenkeel.Vrrp.Router;

namespace Evenkeel.Vrrp.Worker;

/// <summary>
/// How often the same kind of thing may be said of one router: forged advertisements are valid packets, and whoever sends ten thousand a second must not fill
/// the log or have a script started for each. What is held back is counted and remembered all the same. Owner: the worker's thread.
/// </summary>
public sealed class EffectPace
{
    /// <summary>Lines of one kind a second; a conflict between honest nodes is over after two or three.</summary>
    public const int MostASecond = 10;
    private const long SecondUs = 1_000_000;

    /// <summary>Made when first needed: most routers never hear anything of the kind.</summary>
    private (long SinceUs, int Count)[]? _kinds;

    /// <returns>False when it is not to be said.</returns>
    public bool Allows(EffectKind kind, long nowUs)
    {
        if (!IsPaced(kind))
            return true;
        _kinds ??= new (long, int)[Enum.GetValues<EffectKind>().Length];
        ref var window = ref _kinds[(int)kind];
        if (nowUs - window.SinceUs >= SecondUs)
            window = (nowUs, 0);
        return window.Count++ < MostASecond;
    }

    /// <summary>What a packet alone brings about, again and again. Changes of state wait for timers and are never held back.</summary>
    private static bool IsPaced(EffectKind kind) => kind is EffectKind.LowerPriorityDiscarded or EffectKind.LowerPriorityWhileMaster
        or EffectKind.HigherPriorityWhileMaster or EffectKind.PriorityZeroReceived or EffectKind.MasterIs or EffectKind.IntervalLearned
        or EffectKind.AddressesDiffer;
}
