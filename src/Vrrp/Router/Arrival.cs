using Evenkeel.Vrrp.Packets;

namespace Evenkeel.Vrrp.Router;

/// <summary>How an advertisement came: what the IP header said.</summary>
public readonly record struct Arrival(NodeAddress Source, byte TimeToLive, bool IsMulticast);
