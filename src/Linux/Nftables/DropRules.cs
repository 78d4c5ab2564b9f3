using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Evenkeel.Linux.Nftables;

/// <summary>An address that packets may neither come to nor go from.</summary>
/// <param name="InterfaceIndex">Counts for link-local IPv6 addresses only: they mean something else on every interface.</param>
public readonly record struct DroppedAddress(IPAddress Address, int InterfaceIndex)
{
    public bool IsIPv6 => Address.AddressFamily == AddressFamily.InterNetworkV6;

    public bool IsLinkLocal => IsIPv6 && Address.IsIPv6LinkLocal;
}

/// <summary>How the drop rules are made (keepalived.conf(5), nftables and what follows it).</summary>
public sealed record DropRuleSettings(string Table, int Priority, bool Counters);

/// <summary>
/// One nf_tables table per family with a set of addresses and the rules that drop what comes to them or goes from them: how `no_accept` is kept
/// (RFC 9568 6.4.3: a router that is not the owner forwards for the address and does not take part in conversations with it).
/// </summary>
/// <remarks>Neighbour discovery passes: the address must still be found. Numbers: linux/netfilter/nf_tables.h.</remarks>
public static class DropRules
{
    public const string AddressSet = "vips";
    public const string LinkLocalSet = "vips_link_local";

    private const byte NFPROTO_IPV4 = 2;
    private const byte NFPROTO_IPV6 = 10;
    private const ushort NFT_MSG_NEWTABLE = 0;
    private const ushort NFT_MSG_DELTABLE = 2;
    private const ushort NFT_MSG_NEWCHAIN = 3;
    private const ushort NFT_MSG_NEWRULE = 6;
    private const ushort NFT_MSG_NEWSET = 9;
    private const ushort NFT_MSG_NEWSETELEM = 12;
    private const ushort NFT_MSG_DELSETELEM = 14;
    private const ushort NLM_F_CREATE = 0x400;
    private const ushort NLM_F_APPEND = 0x800;
    private const uint NF_DROP = 0;
    private const uint NF_ACCEPT = 1;
    private const uint NF_INET_LOCAL_IN = 1;
    private const uint NF_INET_LOCAL_OUT = 3;
    private const uint NFT_META_IIF = 4;
    private const uint NFT_META_OIF = 5;
    private const uint NFT_META_L4PROTO = 16;
    private const uint FirstRegister = 8;

    /// <summary>How nft(8) shows the keys; the kernel does not look at it.</summary>
    private const uint IPv4Type = 7;
    private const uint IPv6Type = 8;
    private const uint LinkLocalType = (8 << 6) | 20;

    public static byte FamilyOf(bool isIPv6) => isIPv6 ? NFPROTO_IPV6 : NFPROTO_IPV4;

    /// <summary>Adds an empty table with its sets, chains and rules.</summary>
    public static void AddTable(FilterBatch batch, bool isIPv6, DropRuleSettings settings)
    {
        var (family, table) = (FamilyOf(isIPv6), settings.Table);
        batch.Begin(NFT_MSG_NEWTABLE, NLM_F_CREATE, family);
        batch.Attribute(1, table);
        AddSet(batch, family, table, AddressSet, 1, isIPv6 ? IPv6Type : IPv4Type, isIPv6 ? 16u : 4u);
        if (isIPv6) AddSet(batch, family, table, LinkLocalSet, 2, LinkLocalType, 20);
        AddChain(batch, family, settings, "in", NF_INET_LOCAL_IN);
        AddChain(batch, family, settings, "out", NF_INET_LOCAL_OUT);
        AddRules(batch, isIPv6, settings, "in", isIPv6 ? 24u : 16u, NFT_META_IIF);
        AddRules(batch, isIPv6, settings, "out", isIPv6 ? 8u : 12u, NFT_META_OIF);
    }

    public static void DeleteTable(FilterBatch batch, bool isIPv6, string table)
    {
        batch.Begin(NFT_MSG_DELTABLE, 0, FamilyOf(isIPv6));
        batch.Attribute(1, table);
    }

    /// <summary>Adds or removes addresses, all of one family.</summary>
    public static void ChangeElements(FilterBatch batch, bool isIPv6, string table, bool adds, IReadOnlyList<DroppedAddress> addresses)
    {
        foreach (var linkLocal in (ReadOnlySpan<bool>)[false, true])
        {
            var some = addresses.Where(a => a.IsLinkLocal == linkLocal).ToList();
            if (some.Count == 0) continue;
            batch.Begin(adds ? NFT_MSG_NEWSETELEM : NFT_MSG_DELSETELEM, adds ? NLM_F_CREATE : (ushort)0, FamilyOf(isIPv6));
            batch.Attribute(1, table);
            batch.Attribute(2, linkLocal ? LinkLocalSet : AddressSet);
            var list = batch.Nest(3);
            foreach (var address in some) Element(batch, address, linkLocal);
            batch.End(list);
        }
    }

    private static void Element(FilterBatch batch, DroppedAddress address, bool withInterface)
    {
        Span<byte> key = stackalloc byte[20];
        address.Address.TryWriteBytes(key, out var length);
        if (withInterface) BinaryPrimitives.WriteInt32LittleEndian(key[16..], address.InterfaceIndex);
        var element = batch.Nest(1);
        var keyNest = batch.Nest(1);
        batch.Attribute(1, key[..(withInterface ? 20 : length)]);
        batch.End(keyNest);
        batch.End(element);
    }

    private static void AddSet(FilterBatch batch, byte family, string table, string name, uint id, uint type, uint length)
    {
        batch.Begin(NFT_MSG_NEWSET, NLM_F_CREATE, family);
        batch.Attribute(1, table);
        batch.Attribute(2, name);
        batch.Attribute(4, type);
        batch.Attribute(5, length);
        batch.Attribute(10, id);
    }

    private static void AddChain(FilterBatch batch, byte family, DropRuleSettings settings, string name, uint hook)
    {
        batch.Begin(NFT_MSG_NEWCHAIN, NLM_F_CREATE, family);
        batch.Attribute(1, settings.Table);
        batch.Attribute(3, name);
        var nest = batch.Nest(4);
        batch.Attribute(1, hook);
        batch.Attribute(2, unchecked((uint)settings.Priority));
        batch.End(nest);
        batch.Attribute(5, NF_ACCEPT);
        batch.Attribute(7, "filter");
    }

    private static void AddRules(FilterBatch batch, bool isIPv6, DropRuleSettings settings, string chain, uint offset, uint interfaceKey)
    {
        const byte icmpv6 = 58;
        const uint networkHeader = 1, transportHeader = 2;
        var length = isIPv6 ? 16u : 4u;
        if (isIPv6)
        {
            Rule(batch, isIPv6, settings, chain, NF_ACCEPT, () =>
            {
                Meta(batch, NFT_META_L4PROTO, FirstRegister);
                Compare(batch, 0, icmpv6);
                Payload(batch, transportHeader, 0, 1, FirstRegister);
                // Neighbour solicitation and advertisement: 135 and 136.
                Compare(batch, 5, 135);
                Compare(batch, 3, 136);
            });
            Rule(batch, isIPv6, settings, chain, NF_DROP, () =>
            {
                Payload(batch, networkHeader, offset, length, FirstRegister);
                Meta(batch, interfaceKey, FirstRegister + 4);
                Lookup(batch, LinkLocalSet, 2);
            });
        }
        Rule(batch, isIPv6, settings, chain, NF_DROP, () =>
        {
            Payload(batch, networkHeader, offset, length, FirstRegister);
            Lookup(batch, AddressSet, 1);
        });
    }

    private static void Rule(FilterBatch batch, bool isIPv6, DropRuleSettings settings, string chain, uint verdict, Action match)
    {
        batch.Begin(NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND, FamilyOf(isIPv6));
        batch.Attribute(1, settings.Table);
        batch.Attribute(2, chain);
        var expressions = batch.Nest(4);
        match();
        if (settings.Counters) Expression(batch, "counter", () => { });
        Expression(batch, "immediate", () =>
        {
            batch.Attribute(1, 0u);
            var data = batch.Nest(2);
            var nest = batch.Nest(2);
            batch.Attribute(1, verdict);
            batch.End(nest);
            batch.End(data);
        });
        batch.End(expressions);
    }

    private static void Payload(FilterBatch batch, uint header, uint offset, uint length, uint register) => Expression(batch, "payload", () =>
    {
        batch.Attribute(1, register);
        batch.Attribute(2, header);
        batch.Attribute(3, offset);
        batch.Attribute(4, length);
    });

    private static void Meta(FilterBatch batch, uint key, uint register) => Expression(batch, "meta", () =>
    {
        batch.Attribute(1, register);
        batch.Attribute(2, key);
    });

    /// <param name="operation">0 equal, 3 at most, 5 at least.</param>
    private static void Compare(FilterBatch batch, uint operation, byte value) => Expression(batch, "cmp", () =>
    {
        batch.Attribute(1, FirstRegister);
        batch.Attribute(2, operation);
        var data = batch.Nest(3);
        batch.Attribute(1, [value]);
        batch.End(data);
    });

    private static void Lookup(FilterBatch batch, string set, uint id) => Expression(batch, "lookup", () =>
    {
        batch.Attribute(1, set);
        batch.Attribute(2, FirstRegister);
        batch.Attribute(4, id);
    });

    private static void Expression(FilterBatch batch, string name, Action data)
    {
        var element = batch.Nest(1);
        batch.Attribute(1, name);
        var nest = batch.Nest(2);
        data();
        batch.End(nest);
        batch.End(element);
    }
}
