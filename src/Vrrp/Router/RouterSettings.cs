using Evenkeel.Model.Vrrp;
using Evenkeel.Vrrp.Packets;

namespace Evenkeel.Vrrp.Router;

/// <summary>What a virtual router must know of its configuration: one `vrrp_instance` with the defaults filled in, in the router's own units.
/// Immutable.</summary>
public sealed record RouterSettings
{
    public const byte OwnerPriority = 255;

    public required string Name { get; init; }
    public required byte VirtualRouterId { get; init; }
    public int Version { get; init; } = 2;
    public bool IsIPv6 { get; init; }
    public byte Priority { get; init; } = 100;

    /// <summary>`state MASTER`; only with priority 255 does it change anything (no waiting at start).</summary>
    public bool StartsAsMaster { get; init; }
    public int IntervalCs { get; init; } = 100;
    public int DownTimerAdverts { get; init; } = 3;

    /// <summary>An owner does not listen to advertisements (`owner_ignore_adverts`; RFC 9568 6.4.3 has it answer lower ones).</summary>
    public bool OwnerIgnoresAdvertisements { get; init; }

    /// <summary>`timer_expired_backup`: the highest priority another node may have; a master that could not speak for as long as that node waits has been
    /// overtaken. 0 when not asked for.</summary>
    public byte HighestOtherPriority { get; init; }
    public bool NoPreempt { get; init; }
    public long PreemptDelayUs { get; init; }

    /// <summary>A lower advertisement heard while master is not answered (RFC 3768, 5798).</summary>
    public bool LowerPriorityNoAdvertisement { get; init; }

    /// <summary>A higher advertisement heard while master is answered once before leaving, so that the winner knows of the conflict.</summary>
    public bool HigherPrioritySendAdvertisement { get; init; }

    /// <summary>The winner of any conflict tells the network again who has the address. Differs from Keepalived: on by default (`conflict_repair`).</summary>
    public bool ConflictRepair { get; init; } = true;

    /// <summary>At a clean stop the address is kept until the successor has spoken. Differs from Keepalived: on by default (`make_before_break`).</summary>
    public bool MakeBeforeBreak { get; init; } = true;

    /// <summary>A master that was frozen looks whether it was overtaken before it speaks again. Differs from Keepalived: on by default
    /// (`stall_detection`).</summary>
    public bool StallDetection { get; init; } = true;

    /// <summary>An address somebody removed is put back while master. Differs from Keepalived, which gives up mastership: on by default
    /// (`restore_addresses`).</summary>
    public bool RestoreAddresses { get; init; } = true;

    /// <summary>Version 2 is understood too, and followed where nothing of version 3 is heard from the same master (RFC 9568 8.4; `dual_version`).</summary>
    public bool DualVersion { get; init; }

    public GratuitousArpModel Announcements { get; init; } = new();

    /// <summary>Version 2 only; null for none, else 8 bytes.</summary>
    public byte[]? Password { get; init; }

    /// <summary>The addresses that stand in the advertisement, at most 255.</summary>
    public NodeAddress[] Addresses { get; init; } = [];

    public bool SkipAddressCheck { get; init; }

    /// <summary>`old_unicast_checksum never`: a sum made as Keepalived up to 1.3.6 made it is a wrong one.</summary>
    public bool RefusesOldChecksum { get; init; }
    public bool IsUnicast { get; init; }
    public bool CheckUnicastSource { get; init; }
    public UnicastPeer[] Peers { get; init; } = [];

    public bool IsOwner => Priority == OwnerPriority;

    public long IntervalUs => IntervalCs * 10_000L;

    public static RouterSettings From(VrrpInstanceModel model) => new()
    {
        Name = model.Name,
        VirtualRouterId = model.VirtualRouterId,
        Version = model.IsIPv6 ? 3 : model.Version,
        IsIPv6 = model.IsIPv6,
        Priority = model.Priority,
        StartsAsMaster = model.State == ConfiguredState.Master,
        IntervalCs = model.AdvertisementIntervalCs,
        DownTimerAdverts = model.DownTimerAdverts,
        OwnerIgnoresAdvertisements = model.OwnerIgnoresAdvertisements,
        HighestOtherPriority = (byte)(model.TimerExpiredBackup ?? 0),
        NoPreempt = model.NoPreempt,
        PreemptDelayUs = model.PreemptDelayMs * 1_000L,
        LowerPriorityNoAdvertisement = model.LowerPriorityNoAdvertisement,
        HigherPrioritySendAdvertisement = model.HigherPrioritySendAdvertisement,
        ConflictRepair = model.ConflictRepair,
        MakeBeforeBreak = model.MakeBeforeBreak,
        StallDetection = model.StallDetection,
        RestoreAddresses = model.RestoreAddresses,
        DualVersion = model.DualVersion,
        Announcements = model.GratuitousArp,
        Password = model.Authentication == VrrpAuthentication.Password && model is { Version: 2, IsIPv6: false } ? PaddedPassword(model.Password) : null,
        Addresses = [.. model.Addresses.Take(255).Select(a => NodeAddress.From(a.Address))],
        SkipAddressCheck = model.SkipCheckAdvertisementAddress,
        RefusesOldChecksum = model.OldUnicastChecksum == OldChecksumUse.Never,
        IsUnicast = model.UnicastPeers.Length > 0,
        CheckUnicastSource = model.CheckUnicastSource || model.UnicastPeers.Any(p => p.MinimumTtl is not null || p.MaximumTtl is not null),
        Peers = [.. model.UnicastPeers.Select(p => new UnicastPeer(NodeAddress.From(p.Address), (byte)(p.MinimumTtl ?? 0), (byte)(p.MaximumTtl ?? 255)))],
    };

    /// <summary>The same with what its instances leave to the global definitions.</summary>
    public static KeepalivedModel WithDefaults(KeepalivedModel model) => model with { Instances = [.. model.Instances.Select(i => WithDefaults(model, i))] };

    /// <summary>What the instance leaves to the global definitions.</summary>
    private static VrrpInstanceModel WithDefaults(KeepalivedModel model, VrrpInstanceModel instance) => instance with
    {
        MulticastDestination = instance.MulticastDestination ?? (instance.IsIPv6 ? model.Global.MulticastGroup6 : model.Global.MulticastGroup4),
        V3ChecksumAsV2 = instance.V3ChecksumAsV2 || model.Global.V3ChecksumAsV2,
    };

    private static byte[] PaddedPassword(string text)
    {
        var padded = new byte[Advertisement.AuthenticationLength];
        System.Text.Encoding.Latin1.GetBytes(text).AsSpan().Slice(0, Math.Min(text.Length, padded.Length)).CopyTo(padded);
        return padded;
    }
}

/// <summary>Another member of a unicast group, and the times to live its packets may arrive with.</summary>
public readonly record struct UnicastPeer(NodeAddress Address, byte MinimumTtl, byte MaximumTtl);
