using System.Numerics;
using Evenkeel.Model.Rules;
using Evenkeel.Model.Samples;

namespace Evenkeel.Proxy.Samples.Patterns;

/// <summary>A network as numbers, most significant octet first; IPv4 in the lowest 32 bits.</summary>
internal readonly record struct Network(UInt128 Address, UInt128 Mask, bool IsIPv4)
{
    public static Network From(NetworkModel model) => new(Number(model.Bytes.AsSpan()), Number(model.Mask.AsSpan()), model.Bytes.Length == 4);

    private static UInt128 Number(ReadOnlySpan<byte> bytes)
    {
        UInt128 value = 0;
        foreach (var b in bytes) value = (value << 8) | b;
        return value;
    }
}

/// <summary>
/// `-m ip`: networks of both families, one look-up for each mask that occurs, the longest first (configuration.txt 7.1.6). An address is looked for among
/// the networks of its own family, then among the other's as that would write it.
/// </summary>
internal sealed class NetworkIndex : FileIndex
{
    private readonly UInt128[] _addresses;
    private readonly byte[] _groupOf;
    private readonly int[] _slots;
    private readonly int[]? _nextSame;
    private readonly Group[] _ipv4;
    private readonly Group[] _ipv6;

    public NetworkIndex(ReadOnlySpan<Network> networks)
    {
        var groups = new Dictionary<(UInt128, bool), byte>();
        _addresses = new UInt128[networks.Length];
        _groupOf = new byte[networks.Length];
        _slots = new int[BitOperations.RoundUpToPowerOf2((uint)Math.Max(2, networks.Length * 2L))];
        int[]? lastSame = null;
        for (var i = 0; i < networks.Length; i++)
        {
            var network = networks[i];
            if (!groups.TryGetValue((network.Mask, network.IsIPv4), out var group))
            {
                group = (byte)Math.Min(groups.Count, byte.MaxValue);
                if (group < byte.MaxValue) groups.Add((network.Mask, network.IsIPv4), group);
                else Rest.Add((network, i));
            }
            (_addresses[i], _groupOf[i]) = (network.Address, group);
            if (group == byte.MaxValue) continue;
            ref var slot = ref SlotOf(group, network.Address);
            if (slot == 0) slot = i + 1;
            else
            {
                _nextSame ??= new int[networks.Length];
                lastSame ??= new int[networks.Length];
                var first = slot - 1;
                _nextSame[lastSame[first] == 0 ? first : lastSame[first]] = i;
                lastSame[first] = i;
            }
        }
        _ipv4 = GroupsOf(groups, isIPv4: true);
        _ipv6 = GroupsOf(groups, isIPv4: false);
    }

    /// <summary>Networks whose masks came after 255 others, which only masks with holes can reach: looked through one by one.</summary>
    private List<(Network Network, int Index)> Rest { get; } = [];

    /// <summary>How narrow an entry is, in bits of an IPv6 mask.</summary>
    public int MaskBits(int index)
    {
        foreach (var group in _ipv4)
            if (group.Number == _groupOf[index]) return group.Bits + 96;
        foreach (var group in _ipv6)
            if (group.Number == _groupOf[index]) return group.Bits;
        return 0;
    }

    public override int Find(in Sample sample, SampleContext context, bool any, RemovedKeys? removed)
    {
        var found = -1;
        if (sample.Type == SampleType.IPv4)
        {
            found = Longest(_ipv4, sample.Address, isIPv4: true, removed);
            return found >= 0 ? found : Longest(_ipv6, AddressFamilies.Mapped((uint)sample.Address), isIPv4: false, removed);
        }
        found = Longest(_ipv6, sample.Address, isIPv4: false, removed);
        return found < 0 && AddressFamilies.TryEmbeddedIPv4(sample.Address, out var embedded) ? Longest(_ipv4, embedded, isIPv4: true, removed) : found;
    }

    private int Longest(Group[] groups, UInt128 address, bool isIPv4, RemovedKeys? removed)
    {
        foreach (ref readonly var group in groups.AsSpan())
        {
            var found = SlotOf(group.Number, address & group.Mask) - 1;
            while (found >= 0 && removed is not null && removed.Contains(found)) found = _nextSame is null || _nextSame[found] == 0 ? -1 : _nextSame[found];
            if (found >= 0) return found;
        }
        foreach (var (network, index) in Rest)
            if (network.IsIPv4 == isIPv4 && (address & network.Mask) == network.Address && removed?.Contains(index) is not true) return index;
        return -1;
    }

    private ref int SlotOf(byte group, UInt128 address)
    {
        var mask = (uint)_slots.Length - 1;
        var hash = ((ulong)address ^ BitOperations.RotateLeft((ulong)(address >> 64), 23) ^ ((ulong)group << 56)) * 0x9E37_79B9_7F4A_7C15;
        hash = (hash ^ (hash >> 32)) * 0x9E37_79B9_7F4A_7C15;
        for (var at = (uint)(hash >> 32) & mask; ; at = (at + 1) & mask)
        {
            ref var slot = ref _slots[at];
            if (slot == 0 || (_addresses[slot - 1] == address && _groupOf[slot - 1] == group)) return ref slot;
        }
    }

    private static Group[] GroupsOf(Dictionary<(UInt128 Mask, bool IsIPv4), byte> groups, bool isIPv4) =>
    [
        .. groups.Where(pair => pair.Key.IsIPv4 == isIPv4)
            .Select(pair => new Group(pair.Value, pair.Key.Mask, (int)UInt128.PopCount(pair.Key.Mask))).OrderByDescending(group => group.Bits),
    ];

    private readonly record struct Group(byte Number, UInt128 Mask, int Bits);
}
