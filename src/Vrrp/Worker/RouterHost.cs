using Evenkeel.Model.Vrrp;
using Evenkeel.Vrrp.Addresses;
using Evenkeel.Vrrp.Packets;
using Evenkeel.Vrrp.Router;
using Evenkeel.Vrrp.Routes;
using Evenkeel.Vrrp.Status;

namespace Evenkeel.Vrrp.Worker;

/// <summary>One `vrrp_instance` at work: the pure <see cref="VirtualRouter"/> with the interface, socket, packet and addresses it acts through.
/// Owner: the worker's thread.</summary>
internal sealed class RouterHost
{
    private readonly Dictionary<AdvertisementStatus, long> _lastRejectionUs = [];
    private ushort _identification;

    public RouterHost(VrrpInstanceModel model, NetworkInterface home, SyncGroup? group, InterfaceTable table)
    {
        Model = model;
        Interface = home;
        Router = new VirtualRouter(RouterSettings.From(model), group);
        Addresses = AddressesOf(model, home, table);
        Entries = KernelEntry.Of(model.Routes, model.Rules, home, table);
        Group = NodeAddress.From(model.MulticastDestination!);
        Writer = WriterOf(model, Router.Settings);
        OldWriter = OldWriterOf(Router.Settings);
    }

    public VrrpInstanceModel Model { get; private set; }
    public NetworkInterface Interface { get; }
    public VirtualRouter Router { get; }
    public AdvertisementWriter Writer { get; private set; }

    /// <summary>The same in version 2 (`dual_version`), or null. Its interval is whole seconds, one at least.</summary>
    public AdvertisementWriter? OldWriter { get; private set; }

    /// <summary>How often the log and observers hear of what packets alone bring about.</summary>
    public EffectPace LogPace { get; } = new();
    public EffectPace ObserverPace { get; } = new();

    /// <summary>When which address is announced again (`steady_announcement`).</summary>
    public SteadyPace SteadyPace { get; } = new();
    public int SteadyTurn { get; set; }

    /// <summary>Who was heard lately, for `evenkeel plan`.</summary>
    public HeardPeers Heard { get; } = new();

    /// <summary>Where multicast advertisements go.</summary>
    public NodeAddress Group { get; private set; }

    /// <summary>Announced and excluded addresses alike.</summary>
    public VirtualAddress[] Addresses { get; private set; }

    /// <summary>Virtual routes, then virtual rules.</summary>
    public KernelEntry[] Entries { get; private set; }

    /// <summary>Null while the interface does not exist.</summary>
    public AdvertisementSocket? Socket { get; set; }

    /// <summary>The deadline under which this host waits in the worker's queue.</summary>
    public long QueuedUs { get; set; } = long.MaxValue;

    /// <summary>True from a clean stop until its hand-over is complete.</summary>
    public bool IsLeaving { get; set; }

    /// <summary>The next word on interfaces that carry no advertisement (`garp_extra_if`).</summary>
    public WorkerTimer? ExtraAnnouncements { get; set; }

    public string Name => Model.Name;

    /// <summary>Identification of the next IPv4 packet, counted from 1.</summary>
    public ushort NextIdentification() => ++_identification;

    public NodeAddress ConfiguredSource =>
        (Model.UnicastPeers.IsEmpty ? Model.MulticastSource : Model.UnicastSource) is { } source ? NodeAddress.From(source) : NodeAddress.None;

    /// <summary>Whether two configurations are one router to its peers, so that one can become the other without leaving its state.</summary>
    public bool IsSameRouterAs(VrrpInstanceModel other) =>
        Model.Interface == other.Interface && Model.VirtualRouterId == other.VirtualRouterId && Model.IsIPv6 == other.IsIPv6 && Model.Version == other.Version
        && Model.UnicastPeers.IsEmpty == other.UnicastPeers.IsEmpty && Equals(Model.MulticastDestination, other.MulticastDestination);

    /// <returns>The addresses, routes and rules that are not wanted any more; the new ones have not been set yet.</returns>
    public (List<VirtualAddress> Addresses, List<KernelEntry> Entries) Reconfigure(VrrpInstanceModel model, InterfaceTable table)
    {
        var entries = KernelEntry.Of(model.Routes, model.Rules, Interface, table);
        var goneEntries = KernelEntry.Replace(Entries, entries);
        Entries = entries;
        var gone = new List<VirtualAddress>();
        var wanted = AddressesOf(model, Interface, table);
        foreach (var old in Addresses)
        {
            var same = Array.Find(wanted, candidate => candidate.IsSameAs(old));
            if (same is not null)
                same.IsSet = old.IsSet;
            else if (old.IsSet)
                gone.Add(old);
        }
        Model = model;
        Addresses = wanted;
        Writer = WriterOf(model, RouterSettings.From(model));
        OldWriter = OldWriterOf(RouterSettings.From(model));
        return (gone, goneEntries);
    }

    /// <summary>At most one line a second for each reason: a peer's mistakes must not fill the log.</summary>
    public bool MayLogRejection(AdvertisementStatus status, long nowUs)
    {
        if (_lastRejectionUs.TryGetValue(status, out var last) && nowUs - last < 1_000_000)
            return false;
        _lastRejectionUs[status] = nowUs;
        return true;
    }

    private static VirtualAddress[] AddressesOf(VrrpInstanceModel model, NetworkInterface home, InterfaceTable table) =>
        [.. model.Addresses.Concat(model.ExcludedAddresses).Select(a => new VirtualAddress(a, a.Interface is null ? home : table[a.Interface]))];

    /// <summary>A unicast peer still sums as Keepalived up to 1.3.6 did, and would not understand anything else.</summary>
    public void AdoptOldChecksum()
    {
        Model = Model with { OldUnicastChecksum = OldChecksumUse.Always };
        Writer = WriterOf(Model, Router.Settings);
    }

    private static AdvertisementWriter? OldWriterOf(RouterSettings settings)
    {
        if (!settings.DualVersion)
            return null;
        var wholeSecondsCs = Math.Max(1, (settings.IntervalCs + 50) / 100) * 100;
        return new AdvertisementWriter(2, settings.VirtualRouterId, wholeSecondsCs, settings.Addresses, null, ChecksumForm.Plain);
    }

    private static AdvertisementWriter WriterOf(VrrpInstanceModel model, RouterSettings settings)
    {
        var form = settings.IsUnicast && model.OldUnicastChecksum == OldChecksumUse.Always ? ChecksumForm.OldUnicast
            : model.V3ChecksumAsV2 ? ChecksumForm.Plain : ChecksumForm.PseudoHeader;
        var group = NodeAddress.From(model.MulticastDestination!);
        return new AdvertisementWriter(settings.Version, settings.VirtualRouterId, settings.IntervalCs, settings.Addresses, settings.Password, form, group);
    }
}
