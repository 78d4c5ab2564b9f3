using Evenkeel.Model.Vrrp;
using Evenkeel.Vrrp.Packets;

namespace Evenkeel.Vrrp.Bfd;

/// <summary>What a session must know of its `bfd_instance`. Intervals in microseconds. Immutable.</summary>
public sealed record BfdSettings
{
    /// <summary>RFC 5880 6.8.3: while a session is not up nobody sends more often than once a second.</summary>
    public const uint SlowestStartUs = 1_000_000;

    public required string Name { get; init; }
    public required NodeAddress Neighbour { get; init; }

    /// <summary>None: whatever the kernel chooses.</summary>
    public NodeAddress Source { get; init; }
    public uint MinimumReceiveUs { get; init; } = 10_000;
    public uint MinimumTransmitUs { get; init; } = 10_000;
    public uint IdleTransmitUs { get; init; } = SlowestStartUs;
    public byte Multiplier { get; init; } = 5;

    /// <summary>Says nothing before the neighbour has spoken.</summary>
    public bool IsPassive { get; init; }

    /// <summary>TTL or hop limit of what is sent.</summary>
    public byte TimeToLive { get; init; } = 255;

    /// <summary>What a received packet's time to live must be at least.</summary>
    public byte LeastTimeToLive { get; init; } = 255;
    public bool IsMultiHop { get; init; }

    public static BfdSettings From(BfdInstanceModel model)
    {
        const int defaultIPv6HopLimit = 64;
        var neighbour = NodeAddress.From(model.Neighbour);
        var ttl = model.TimeToLive ?? (neighbour.IsIPv6 ? defaultIPv6HopLimit : 255);
        return new BfdSettings
        {
            Name = model.Name,
            Neighbour = neighbour,
            Source = model.Source is { } source ? NodeAddress.From(source) : NodeAddress.None,
            MinimumReceiveUs = (uint)Math.Min(model.MinimumReceiveUs, uint.MaxValue),
            MinimumTransmitUs = (uint)Math.Min(model.MinimumTransmitUs, uint.MaxValue),
            IdleTransmitUs = (uint)Math.Clamp(model.IdleTransmitUs, SlowestStartUs, uint.MaxValue),
            Multiplier = (byte)model.Multiplier,
            IsPassive = model.Passive,
            TimeToLive = (byte)ttl,
            LeastTimeToLive = (byte)(model.MaximumHops is { } hops ? Math.Max(ttl - hops, 0) : 0),
            IsMultiHop = model.MultiHop,
        };
    }
}
