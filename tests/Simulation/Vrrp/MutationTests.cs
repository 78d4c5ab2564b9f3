using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using Evenkeel.Linux.Netlink;
using Evenkeel.Vrrp.Addresses;
using Evenkeel.Vrrp.Bfd;
using Evenkeel.Vrrp.Packets;
using Evenkeel.Vrrp.Router;

namespace Evenkeel.Tests.Simulation.Vrrp;

/// <summary>
/// Broken and forged packets: nothing throws, and nothing changes that a valid packet would not have changed. `EVENKEEL_MUTATIONS=1000000` for a long run,
/// `EVENKEEL_SEED=N` for another one.
/// </summary>
public sealed class MutationTests(ITestOutputHelper output)
{
    private static readonly NodeAddress Own = NodeAddress.Parse("10.99.0.2");
    private static readonly NodeAddress Peer = NodeAddress.Parse("10.99.0.3");
    private static readonly NodeAddress Group = NodeAddress.Parse("224.0.0.18");
    private static readonly NodeAddress[] Addresses = [NodeAddress.Parse("10.99.0.100"), NodeAddress.Parse("10.99.0.101")];
    private static readonly byte[] Password = "secret12"u8.ToArray();

    private static int Count => Setting("EVENKEEL_MUTATIONS", 200_000);

    private static int Seed => Setting("EVENKEEL_SEED", 1);

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : otherwise;

    private static RouterSettings Settings(int version, byte[]? password) => new()
    {
        Name = "VI", VirtualRouterId = 51, Version = version, Priority = 150, Addresses = Addresses, Password = password,
    };

    private sealed record Shape(RouterSettings Settings, byte[][] Good);

    private static byte[] Advert(int version, byte[]? password, byte priority, ChecksumForm form, int intervalCs = 100) =>
        new AdvertisementWriter(version, 51, intervalCs, Addresses, password, form).Build(priority, Peer, Group).ToArray();

    private static Shape[] Shapes() =>
    [
        new(Settings(2, null), [Advert(2, null, 200, ChecksumForm.Plain), Advert(2, null, 0, ChecksumForm.Plain)]),
        new(Settings(2, Password), [Advert(2, Password, 200, ChecksumForm.Plain), Advert(2, Password, 255, ChecksumForm.Plain)]),
        new(Settings(3, null), [Advert(3, null, 100, ChecksumForm.PseudoHeader), Advert(3, null, 200, ChecksumForm.Plain, 10)]),
        new(Settings(3, null) with { DualVersion = true }, [Advert(3, null, 200, ChecksumForm.PseudoHeader), Advert(2, null, 200, ChecksumForm.Plain)]),
    ];

    [Fact]
    public void A_broken_advertisement_changes_nothing_that_a_valid_one_would_not()
    {
        var random = new Random(Seed);
        var shapes = Shapes();
        var all = shapes.SelectMany(s => s.Good).ToArray();
        var effects = new EffectList();
        int valid = 0, changed = 0;
        for (var i = 0; i < Count; i++)
        {
            var shape = shapes[random.Next(shapes.Length)];
            var router = Prepared(shape.Settings, asMaster: random.Next(2) == 0, effects);
            var packet = Mutations.Of(random, shape.Good[random.Next(shape.Good.Length)], all[random.Next(all.Length)]);
            var (source, timeToLive) = (random.Next(20) == 0 ? Own : Peer, random.Next(10) == 0 ? (byte)random.Next(256) : (byte)255);
            if (random.Next(2) == 0) Mutations.MendChecksum(packet, random.Next(2) == 0 ? [] : PseudoHeader(source, packet.Length));
            var isMulticast = random.Next(20) > 0;
            var before = Print(router);
            effects.Clear();
            // The worker finds the router by the number in the packet.
            if (packet.Length > 1 && packet[1] == 51 && Advertisement.Parse(packet, source, Group, Group, out var read) == AdvertisementStatus.Valid)
                router.Receive(read, new Arrival(source, timeToLive, isMulticast), 5_000_000, effects);
            var wouldBe = source == Peer && timeToLive == 255 && isMulticast && IsValid(packet, shape.Settings, source);
            valid += wouldBe ? 1 : 0;
            if (Print(router) == before && !Acts(effects)) continue;
            changed++;
            Assert.True(wouldBe, $"seed {Seed}, mutation {i}: {Convert.ToHexString(packet)} (ttl {timeToLive}) changed {before} to {Print(router)}");
        }
        Assert.True(changed > 0 && valid < Count, "the mutations were too mild to prove anything");
        output.WriteLine($"{Count} mutations of advertisements, {valid} of them valid, {changed} with an effect");
    }

    [Fact]
    public void Broken_BFD_packets_never_move_a_session_that_a_valid_one_would_not()
    {
        var random = new Random(Seed);
        var settings = new BfdSettings { Name = "peer", Neighbour = Peer };
        var valid = 0;
        for (var i = 0; i < Count; i++)
        {
            var session = new BfdSession(settings, 0x1001);
            session.Start(0);
            var good = new byte[BfdPacket.Length];
            new BfdPacket
            {
                State = (BfdState)random.Next(4), Multiplier = 5, MyDiscriminator = 7, YourDiscriminator = 0x1001,
                MinimumTransmitUs = 10_000, MinimumReceiveUs = 10_000,
            }.Write(good);
            var datagram = Mutations.Of(random, good, good);
            if (BfdPacket.Parse(datagram, out var packet) != BfdVerdict.Valid)
            {
                Assert.False(IsValidBfd(datagram), Convert.ToHexString(datagram));
                continue;
            }
            valid++;
            Assert.True(IsValidBfd(datagram), $"seed {Seed}, mutation {i}: {Convert.ToHexString(datagram)}");
            session.Receive(packet, 1_000);
            session.OnTimer(Math.Max(1_000, session.NextDeadlineUs == long.MaxValue ? 1_000 : session.NextDeadlineUs));
            Assert.True(session.DetectionTimeUs >= 0 && session.TransmitIntervalUs > 0);
        }
        Assert.InRange(valid, 1, Count - 1);
    }

    [Fact]
    public void Broken_netlink_and_ARP_messages_are_passed_over()
    {
        var random = new Random(Seed);
        var address = new AddressRequest(7, IPAddress.Parse("10.99.0.100"), 24) { Label = "eth0:1" };
        var good = RouteNetlink.BuildChange(new byte[256], 20, 5, 7, address).ToArray();
        var route = RouteMessages.Build(new byte[4_096], 24, 5, 7, new RouteRequest
        {
            Destination = IPAddress.Parse("10.60.0.0"), PrefixLength = 16, Table = 254, Type = 1, Protocol = 18, Gateway = IPAddress.Parse("10.77.0.2"),
        }).ToArray();
        var arp = new byte[ArpMessage.Length];
        ArpMessage.WriteProbe(arp, [2, 0, 0, 0, 0, 1], Peer);
        ushort[] types = [16, 17, 20, 21, 24, 25, 32, 33];
        var table = new InterfaceTable();
        for (var i = 0; i < Count; i++)
        {
            var message = Mutations.Of(random, random.Next(2) == 0 ? good : route, route);
            if (message.Length > 6 && random.Next(2) == 0) BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(4), types[random.Next(types.Length)]);
            if (message.Length > 4 && random.Next(2) == 0) BinaryPrimitives.WriteInt32LittleEndian(message, message.Length);
            var reader = new NetlinkReader(message);
            for (var read = 0; reader.Next(); read++)
            {
                Assert.True(read < message.Length, "the walk does not end");
                RouteNetlink.Tell(reader.Type, reader.Payload, table);
            }
            var frame = Mutations.Of(random, arp, good);
            var isArp = frame.Length >= 42 && frame.AsSpan(12, 8).SequenceEqual((ReadOnlySpan<byte>)[8, 6, 0, 1, 8, 0, 6, 4]);
            Assert.Equal(isArp, ArpMessage.TryParse(frame, out _));
        }
    }

    /// <summary>A master at 5 s, or a backup that follows its peer.</summary>
    private static VirtualRouter Prepared(RouterSettings settings, bool asMaster, EffectList effects)
    {
        var router = new VirtualRouter(settings) { Source = Own };
        effects.Clear();
        router.Start(0, effects);
        if (asMaster) router.OnTimer(4_000_000, effects);
        return router;
    }

    private static string Print(VirtualRouter router) => string.Create(CultureInfo.InvariantCulture,
        $"{router.State} {router.StateSinceUs} next {router.NextDeadlineUs} master {router.MasterAddress} {router.MasterPriority} "
        + $"holds {router.HoldsAddresses}");

    private static bool Acts(EffectList effects)
    {
        foreach (ref readonly var effect in effects.Items)
        {
            if (effect.Kind is not (EffectKind.Rejected or EffectKind.AddressesDiffer)) return true;
        }
        return false;
    }

    private static byte[] PseudoHeader(in NodeAddress source, int length)
    {
        var bytes = new byte[12];
        source.Write(bytes);
        Group.Write(bytes.AsSpan(4));
        bytes[9] = 112;
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(10), (ushort)length);
        return bytes;
    }

    /// <summary>RFC 3768 7.1 and RFC 9568 7.1, with both checksum forms of version 3 over IPv4, written down once more.</summary>
    private static bool IsValid(byte[] packet, RouterSettings settings, in NodeAddress source)
    {
        if (packet.Length < 8) return false;
        var version = packet[0] >> 4;
        if ((packet[0] & 15) != 1 || packet[1] != 51 || (version != settings.Version && !(settings.DualVersion && version == 2))) return false;
        if (packet.Length != 8 + (4 * packet[3]) + (version == 2 ? 8 : 0)) return false;
        var isSummed = Mutations.Sum(packet, []) == 0xffff || (version == 3 && Mutations.Sum(packet, PseudoHeader(source, packet.Length)) == 0xffff);
        if (!isSummed) return false;
        if (version == 3) return (BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(4)) & 0xfff) > 0;
        if (settings.DualVersion) return packet[4] == 0 && packet[5] > 0;
        if (packet[5] != 1) return false;
        return settings.Password is null ? packet[4] == 0 : packet[4] == 1 && packet.AsSpan(packet.Length - 8).SequenceEqual(settings.Password);
    }

    /// <summary>RFC 5880 6.8.6, what can be seen in the packet alone.</summary>
    private static bool IsValidBfd(byte[] datagram)
    {
        if (datagram.Length < 24 || datagram[0] >> 5 != 1) return false;
        var length = datagram[3];
        var hasAuthentication = (datagram[1] & 4) != 0;
        if (length < (hasAuthentication ? 26 : 24) || length > datagram.Length) return false;
        if (datagram[2] == 0 || (datagram[1] & 1) != 0 || hasAuthentication) return false;
        var state = datagram[1] >> 6;
        var (mine, yours) = (BinaryPrimitives.ReadUInt32BigEndian(datagram.AsSpan(4)), BinaryPrimitives.ReadUInt32BigEndian(datagram.AsSpan(8)));
        return mine != 0 && (yours != 0 || state is 0 or 1);
    }
}
