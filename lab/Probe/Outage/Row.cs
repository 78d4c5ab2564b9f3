namespace Evenkeel.Lab.Probe.Outage;

/// <summary>Who stands on the nodes.</summary>
internal enum Pair
{
    Own,
    /// <summary>Ours is master, the original stands by.</summary>
    OriginalStandsBy,
    /// <summary>The original is master, ours stands by.</summary>
    OriginalIsMaster,
    /// <summary>Two of the original, to compare with; nothing is promised of it.</summary>
    Original,
}

/// <summary>What happens to the node that is master.</summary>
internal enum Trouble { Stop, Reload, KillWorker, KillAll, PowerOff, ScriptFails, LinkFails, Heal, Freeze }

/// <summary>What is counted, ms.</summary>
internal enum Figure
{
    /// <summary>The longest time without an answer.</summary>
    Outage,
    /// <summary>From the trouble to the first answer of the other node; an address that stays is answered by the dead node's kernel meanwhile.</summary>
    TakeOver,
    /// <summary>From the end of the trouble until only one node holds the address.</summary>
    OneHolder,
}

/// <summary>What may be at most, ms.</summary>
internal readonly record struct Limit(double Median, double Maximum)
{
    public static Limit AtMost(double maximum) => new(double.PositiveInfinity, maximum);
}

/// <summary>One line of the outage table: a trouble, and how the pair is configured for it.</summary>
internal sealed record Row(string Name, string Title, Trouble Trouble)
{
    public string Version { get; init; } = "2";
    public string Interval { get; init; } = "1";
    public bool WithBfd { get; init; }
    public bool WithoutPreemption { get; init; }
    public Figure Figure { get; init; } = Figure.Outage;

    /// <summary>How long the clients go on asking after the trouble.</summary>
    public double WatchSeconds { get; init; } = 2;

    /// <summary>The pairs it is run with, and what is promised of each.</summary>
    public required Dictionary<Pair, Limit> Limits { get; init; }

    public double IntervalMs => double.Parse(Interval, System.Globalization.CultureInfo.InvariantCulture) * 1000;

    /// <summary>3 x 1 s, the skew (256 - 100)/256 s of the node that stands by, and 0.1 s for the machine.</summary>
    private const double DownV2Ms = 3_000 + 609.4 + 100;

    private static Dictionary<Pair, Limit> Both(Limit limit) => new() { [Pair.Own] = limit, [Pair.OriginalStandsBy] = limit };

    private static Dictionary<Pair, Limit> All(Limit limit) => new() { [Pair.Own] = limit, [Pair.OriginalStandsBy] = limit, [Pair.OriginalIsMaster] = limit };

    private static readonly Dictionary<Pair, Limit> HealLimits = new()
    {
        [Pair.Own] = Limit.AtMost(50), [Pair.OriginalStandsBy] = Limit.AtMost(1_050), [Pair.OriginalIsMaster] = Limit.AtMost(1_050),
    };

    public static readonly Row[] Table =
    [
        new("stop", "SIGTERM", Trouble.Stop) { Limits = Both(new(15, 40)) },
        new("reload", "reload that drops an address", Trouble.Reload) { Limits = Both(new(15, 40)) },
        new("worker", "SIGKILL of the VRRP worker", Trouble.KillWorker) { Limits = Both(new(15, 50)), WatchSeconds = 5 },
        new("all", "SIGKILL of everything, address still held", Trouble.KillAll) { Limits = All(Limit.AtMost(5)), WatchSeconds = 5 },
        new("all-taken", "the same: taken over after", Trouble.KillAll) { Limits = All(Limit.AtMost(DownV2Ms)), WatchSeconds = 5, Figure = Figure.TakeOver },
        new("power", "power off, v2 1 s", Trouble.PowerOff) { Limits = All(Limit.AtMost(DownV2Ms)), WatchSeconds = 5 },
        new("power-bfd", "power off, v2 1 s, down_timer_bfd 10 ms x 5", Trouble.PowerOff)
        {
            WithBfd = true, Limits = new() { [Pair.Own] = new(150, 250), [Pair.OriginalIsMaster] = new(150, 250) },
        },
        new("power-0.1", "power off, v3 0.1 s", Trouble.PowerOff) { Version = "3", Interval = "0.1", Limits = All(Limit.AtMost(400)) },
        new("power-0.01", "power off, v3 0.01 s", Trouble.PowerOff) { Version = "3", Interval = "0.01", Limits = All(Limit.AtMost(60)) },
        new("script", "script fails, the service answers", Trouble.ScriptFails) { Limits = Both(new(15, 40)), WatchSeconds = 4 },
        new("link", "tracked interface fails, the service answers", Trouble.LinkFails) { Limits = Both(new(15, 40)) },
        new("heal", "partition healed, a client on either side", Trouble.Heal) { Limits = HealLimits, WatchSeconds = 6 },
        new("freeze", "frozen 10 s: one holder after resuming", Trouble.Freeze)
        {
            Limits = Both(Limit.AtMost(1_000)), WatchSeconds = 4, Figure = Figure.OneHolder,
        },
        new("freeze-nopreempt", "the same with nopreempt", Trouble.Freeze)
        {
            Limits = Both(Limit.AtMost(1_000)), WatchSeconds = 4, Figure = Figure.OneHolder, WithoutPreemption = true,
        },
    ];
}
