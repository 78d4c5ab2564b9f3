using Evenkeel.Model.Vrrp;
using Evenkeel.Vrrp.Packets;
using Evenkeel.Vrrp.Router;

namespace Evenkeel.Vrrp.Simulation;

/// <summary>One machine of a simulated world and the ways it can be broken; its routers run the product's own <see cref="VirtualRouter"/>.</summary>
internal sealed class SimulatedNode(int index, string name, KeepalivedModel model)
{
    public int Index { get; } = index;
    public string Name { get; } = name;
    public KeepalivedModel Model { get; } = model;
    public List<SimulatedRouter> Routers { get; } = [];

    /// <summary>What its routers follow: kind and name, and how it is now.</summary>
    public Dictionary<(TrackerKind Kind, string Name), (TrackerStatus Status, int Value)> Trackers { get; } = [];

    public bool IsOn { get; set; } = true;

    /// <summary>The address plane's process is there.</summary>
    public bool IsRunning { get; set; }
    public bool IsFrozen { get; set; }

    /// <summary>How far its clock is behind the world's: a suspended machine's clock stood still.</summary>
    public long ClockLagUs { get; set; }

    public bool IsActing => IsOn && IsRunning && !IsFrozen;
}

/// <summary>One virtual router on one node.</summary>
internal sealed class SimulatedRouter(SimulatedNode node, SimulatedGroup group, VrrpInstanceModel instance, RouterSettings settings, NodeAddress address)
{
    private const int MostPacketsWhileFrozen = 200;

    public SimulatedNode Node { get; } = node;
    public SimulatedGroup Group { get; } = group;
    public VrrpInstanceModel Instance { get; } = instance;
    public RouterSettings Settings { get; } = settings;
    public NodeAddress Address { get; } = address;

    /// <summary>Where multicast goes; also in the sum of very old unicast senders.</summary>
    public NodeAddress Multicast { get; } = NodeAddress.From(instance.MulticastDestination!);
    public required AdvertisementWriter Writer { get; init; }
    public VirtualRouter? Router { get; set; }

    /// <summary>The kernel has the address: it stays when the process dies and goes when the machine does.</summary>
    public bool Holds { get; set; }

    /// <summary>It let the address go without losing a conflict: what it announced just before, and arrives after, is forgotten as well.</summary>
    public bool IsForgotten { get; set; }
    public long WakeUs { get; set; } = long.MaxValue;
    public Queue<SimulatedPacket> Waiting { get; } = new();

    /// <summary>The last packet built, and for which priority: the beat is the same packet again and again.</summary>
    public (int Priority, byte[] Bytes) LastPacket { get; set; } = (-1, []);

    /// <summary>What its wait for the master began with, for <see cref="World"/>'s own idea of how long it may last.</summary>
    public Wait Waits;

    /// <summary>A wait that began at a moment of the node's clock; a moment of long.MinValue is one nobody can judge.</summary>
    public record struct Wait(long SinceUs, byte Priority, long IntervalUs, bool AfterGoodbye)
    {
        public static readonly Wait Unknown = new(long.MinValue, 0, 0, false);
    }

    /// <summary>It takes part and could serve.</summary>
    public bool IsHealthy => Node is { IsOn: true, IsRunning: true } && Router is { State: VrrpState.Backup or VrrpState.Master };

    public bool IsMaster => Node is { IsOn: true, IsRunning: true } && Router?.State == VrrpState.Master;

    /// <summary>Somebody who asks for the address gets an answer here.</summary>
    public bool Serves => Holds && Node is { IsOn: true } && !IsCutOff;

    /// <summary>Its interface is down.</summary>
    public bool IsCutOff { get; set; }

    public void Keep(in SimulatedPacket packet)
    {
        if (Waiting.Count < MostPacketsWhileFrozen) Waiting.Enqueue(packet);
    }

    public override string ToString() =>
        $"{Node.Name} {Settings.Name} ({Settings.Priority}{(Settings.NoPreempt ? ", nopreempt" : "")}): "
        + $"{(!Node.IsOn ? "off" : !Node.IsRunning ? "dead" : Router?.State.ToString())}"
        + $"{(Router is null ? "" : $" p{Router.EffectivePriority}")}{(Holds ? " holds" : "")}{(Node.IsFrozen ? " frozen" : "")}";
}

/// <summary>An advertisement under way.</summary>
internal readonly record struct SimulatedPacket(byte[] Bytes, SimulatedRouter From);

/// <summary>One virtual router as its nodes share it, and the neighbours that use it: one beside every node, which knows only what announcements told it,
/// like a cache that has not expired.</summary>
internal sealed class SimulatedGroup(string title, int nodeCount)
{
    public const int Nobody = -1;

    /// <summary>Its name on the first node and its number, for the report.</summary>
    public string Title { get; } = title;
    public List<SimulatedRouter> Members { get; } = [];
    public int[] Believed { get; } = [.. Enumerable.Repeat(Nobody, nodeCount)];
    public long IntervalUs { get; set; }
    public long SkewUnitUs { get; set; }
    public int DownTimerAdverts { get; set; }
    public long PreemptDelayUs { get; set; }

    public Span Masters;
    public Span Holders;
    public Span Unclaimed;

    /// <summary>Nobody serves the address, whatever the nodes think.</summary>
    public Span Outage;

    /// <summary>Something that lasts, and since when.</summary>
    public struct Span
    {
        public bool Is { get; private set; }
        public long SinceUs { get; private set; }

        /// <returns>How long it lasted, when it ends now after <paramref name="notBeforeUs"/>; else 0.</returns>
        public long Set(bool now, long nowUs, long notBeforeUs = long.MinValue)
        {
            if (now == Is) return 0;
            Is = now;
            var began = Math.Max(SinceUs, notBeforeUs);
            SinceUs = nowUs;
            return now ? 0 : nowUs - began;
        }
    }
}
