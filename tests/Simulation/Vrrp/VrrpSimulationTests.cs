using System.Diagnostics;
using System.Globalization;
using Evenkeel.Vrrp.Simulation;

namespace Evenkeel.Tests.Simulation.Vrrp;

/// <summary>
/// `EVENKEEL_SEED=N` replays one world, `EVENKEEL_SEEDS=N` runs more of them. A failure prints its seed and what led there.
/// </summary>
public sealed class VrrpSimulationTests(ITestOutputHelper output)
{
    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : otherwise;

    [Fact]
    public void Every_world_ends_with_one_holder_that_everybody_knows()
    {
        var first = Setting("EVENKEEL_SEED", 1);
        var count = Environment.GetEnvironmentVariable("EVENKEEL_SEED") is null ? Setting("EVENKEEL_SEEDS", 1_000) : 1;
        var clock = Stopwatch.StartNew();
        long faults = 0, advertisements = 0;
        double virtualSeconds = 0;
        for (var seed = first; seed < first + count; seed++)
        {
            var report = World.Run(RandomNodes.World(seed));
            Assert.True(report.Violations.Count == 0, string.Join("\n", report.Violations));
            faults += report.Faults;
            advertisements += report.AdvertisementsSent;
            virtualSeconds += report.VirtualSeconds;
        }
        Assert.True(faults >= count, "the worlds were too peaceful to prove anything");
        output.WriteLine($"{count} worlds, {virtualSeconds:F0} virtual seconds, {advertisements} advertisements, {faults} faults "
            + $"in {clock.Elapsed.TotalSeconds:F1} s");
    }

    [Fact]
    public void The_same_seed_is_the_same_world()
    {
        var (first, second) = (World.Run(RandomNodes.World(7)), World.Run(RandomNodes.World(7)));
        Assert.Equal(first.History, second.History);
        Assert.Equal(first.AdvertisementsDelivered, second.AdvertisementsDelivered);
    }

    [Theory]
    [InlineData(PlantedBug.NoRepairAnnouncement)]
    [InlineData(PlantedBug.KeepsAddresses)]
    [InlineData(PlantedBug.DeafMaster)]
    [InlineData(PlantedBug.IgnoresPreemption)]
    [InlineData(PlantedBug.WrongSkew)]
    public void A_planted_bug_is_found_within_seconds(PlantedBug bug)
    {
        var clock = Stopwatch.StartNew();
        for (var seed = 1; clock.Elapsed < TimeSpan.FromSeconds(10); seed++)
        {
            if (World.Run(RandomNodes.World(seed, bug)).Violations.Count == 0) continue;
            output.WriteLine($"{bug}: world {seed}, {clock.ElapsedMilliseconds} ms");
            return;
        }
        Assert.Fail($"ten seconds of worlds did not notice {bug}");
    }
}
