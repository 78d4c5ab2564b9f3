using System.Collections.Frozen;
using System.Collections.Immutable;
using Evenkeel.Model.Rules;
using Evenkeel.Model.Samples;

namespace Evenkeel.Proxy.Samples.Patterns;

/// <summary>`-m ip`: networks of both families, one look-up for each mask that occurs (configuration.txt 7.1.6).</summary>
internal sealed class AddressPatterns : PatternSet
{
    private readonly (UInt128 Mask, FrozenSet<UInt128> Networks)[] _ipv4;
    private readonly (UInt128 Mask, FrozenSet<UInt128> Networks)[] _ipv6;

    public AddressPatterns(ImmutableArray<NetworkModel> networks)
    {
        _ipv4 = Group(networks, 4);
        _ipv6 = Group(networks, 16);
    }

    public override SampleType Wants => SampleType.Address;

    public override bool Matches(in Sample sample, SampleContext context)
    {
        if (sample.Type == SampleType.IPv4) return Contain(_ipv4, sample.Address) || (_ipv6.Length > 0 && Contain(_ipv6,
            AddressFamilies.Mapped((uint)sample.Address)));
        return Contain(_ipv6, sample.Address) || (AddressFamilies.TryEmbeddedIPv4(sample.Address, out var embedded) && Contain(_ipv4, embedded));
    }

    private static bool Contain((UInt128 Mask, FrozenSet<UInt128> Networks)[] groups, UInt128 address)
    {
        foreach (var (mask, networks) in groups)
            if (networks.Contains(address & mask)) return true;
        return false;
    }

    private static (UInt128, FrozenSet<UInt128>)[] Group(ImmutableArray<NetworkModel> networks, int length) =>
    [
        .. networks.Where(network => network.Bytes.Length == length)
            .GroupBy(network => Number(network.Mask))
            .Select(group => (group.Key, group.Select(network => Number(network.Bytes)).ToFrozenSet())),
    ];

    private static UInt128 Number(ImmutableArray<byte> bytes)
    {
        UInt128 value = 0;
        foreach (var b in bytes) value = (value << 8) | b;
        return value;
    }
}
