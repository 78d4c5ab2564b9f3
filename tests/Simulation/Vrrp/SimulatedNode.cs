using Evenkeel.Vrrp.Packets;
using Evenkeel.Vrrp.Router;

namespace Evenkeel.Tests.Simulation.Vrrp;

/// <summary>One machine of the simulated world: a real <see cref="VirtualRouter"/>, an address that it holds or not, and the ways it can be broken.</summary>
public sealed class SimulatedNode(int index, RouterSettings settings)
{
    private const int MostPacketsWhileFrozen = 200;

    public int Index { get; } = index;
    public RouterSettings Settings { get; } = settings;
    public NodeAddress Address { get; } = NodeAddress.OfIPv4(0x0a630001u + (uint)index);
    public VirtualRouter? Router { get; private set; }
    public AdvertisementWriter Writer { get; } =
        new(settings.Version, settings.VirtualRouterId, settings.IntervalCs, settings.Addresses, null, ChecksumForm.PseudoHeader);

    /// <summary>The kernel has the address: it stays when the process dies and goes when the machine does.</summary>
    public bool Holds { get; set; }

    public bool IsOn { get; set; } = true;
    public bool IsFrozen { get; set; }
    public Queue<(byte[] Packet, NodeAddress From)> Waiting { get; } = new();
    public long WakeUs { get; set; } = long.MaxValue;

    /// <summary>True while it takes part and could serve.</summary>
    public bool IsHealthy => IsOn && Router is not null && Router.State is VrrpState.Backup or VrrpState.Master;

    public VirtualRouter Boot()
    {
        Router = new VirtualRouter(Settings) { Source = Address };
        Router.Follow([
            new TrackerSlot(Evenkeel.Vrrp.TrackerKind.Script, "weighted", -60, false), new TrackerSlot(Evenkeel.Vrrp.TrackerKind.Interface, "vital", 0, false),
        ]);
        WakeUs = long.MaxValue;
        Waiting.Clear();
        IsFrozen = false;
        return Router;
    }

    public void Die()
    {
        Router = null;
        IsFrozen = false;
        Waiting.Clear();
    }

    public void Keep(byte[] packet, NodeAddress from)
    {
        if (Waiting.Count < MostPacketsWhileFrozen)
            Waiting.Enqueue((packet, from));
    }

    public override string ToString() =>
        $"node {Index} ({Settings.Priority}{(Settings.NoPreempt ? ", nopreempt" : "")}): {(IsOn ? Router?.State.ToString() ?? "dead" : "off")}"
        + $"{(Router is null ? "" : $" p{Router.EffectivePriority}")}{(Holds ? " holds" : "")}{(IsFrozen ? " frozen" : "")}";
}
