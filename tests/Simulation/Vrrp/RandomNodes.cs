using System.Net;
using Evenkeel.Model;
using Evenkeel.Model.Vrrp;
using Evenkeel.Vrrp.Simulation;

namespace Evenkeel.Tests.Simulation.Vrrp;

/// <summary>Configurations as unlike each other as possible, made from a seed.</summary>
internal static class RandomNodes
{
    public static WorldOptions World(int seed, PlantedBug bug = PlantedBug.None, long rounds = 8)
    {
        var random = new Random(seed);
        var everybodyPreempts = random.Next(4) > 0;
        var version = random.Next(3) == 0 ? 2 : 3;
        var intervalCs = version == 2 ? 100 : random.Next(3) switch { 0 => 100, 1 => 10, _ => 1 };
        var nodes = random.Next(2, 5);
        var shape = new Shape(version, intervalCs, IsIPv6: version == 3 && random.Next(4) == 0, IsUnicast: random.Next(4) == 0, random.Next(2) == 0, nodes);
        var samePriority = random.Next(8) == 0;
        var routers = random.Next(4) == 0 ? 2 : 1;
        return new WorldOptions([.. Enumerable.Range(0, nodes).Select(Node)], seed) { Rounds = rounds, WithProxy = random.Next(3) == 0, Bug = bug };

        WorldNode Node(int index) => new($"n{index}", new KeepalivedModel
        {
            Global = new GlobalDefinitionsModel(),
            Scripts = [new VrrpScriptModel { Name = "weighted", Position = SourcePosition.None, Command = new CommandModel(["/c"], null, "/c"), Weight = -60 }],
            Instances = [.. Enumerable.Range(0, routers).Select(router =>
                Instance(random, shape, index, router, everybodyPreempts, samePriority))],
        });
    }

    private sealed record Shape(int Version, int IntervalCs, bool IsIPv6, bool IsUnicast, bool SecondBurst, int Nodes);

    private static VrrpInstanceModel Instance(Random random, Shape shape, int node, int router, bool everybodyPreempts, bool samePriority) => new()
    {
        Name = $"VI_{router}",
        Position = SourcePosition.None,
        Interface = "eth0",
        VirtualRouterId = (byte)(51 + router),
        Version = shape.Version,
        IsIPv6 = shape.IsIPv6,
        AdvertisementIntervalCs = shape.IntervalCs,
        // The second router prefers the nodes the other way round.
        Priority = (byte)(samePriority ? 100 : 100 + ((router == 0 ? node : shape.Nodes - 1 - node) * random.Next(1, 40))),
        NoPreempt = !everybodyPreempts && random.Next(2) == 0,
        PreemptDelayMs = random.Next(6) == 0 ? 2_000 : 0,
        MakeBeforeBreak = random.Next(5) > 0,
        GratuitousArp = shape.SecondBurst ? new() : new() { MasterDelayMs = 0, LowerPriorityDelayMs = 0 },
        Addresses = [new VirtualAddressModel(IPAddress.Parse(shape.IsIPv6 ? "fe80::100" : "10.99.0.100"), shape.IsIPv6 ? 64 : 24, SourcePosition.None)],
        TrackScripts = [new TrackedItemModel("weighted")],
        TrackInterfaces = [new TrackedItemModel("vital")],
        UnicastSource = shape.IsUnicast ? Address(shape, node) : null,
        UnicastPeers = shape.IsUnicast ? [.. Enumerable.Range(0, shape.Nodes).Where(n => n != node).Select(n => new UnicastPeerModel(Address(shape, n)))] : [],
    };

    private static IPAddress Address(Shape shape, int node) => IPAddress.Parse(shape.IsIPv6 ? $"fe80::{node + 1}" : $"10.99.0.{node + 1}");
}
