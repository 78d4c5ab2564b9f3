using System.Globalization;

namespace Evenkeel.Tests.Simulation.Vrrp;

/// <summary>
/// `EVENKEEL_SEED=N` replays one world, `EVENKEEL_SEEDS=N` runs more of them. A failure prints its seed and what led there.
/// </summary>
public sealed class VrrpSimulationTests
{
    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : otherwise;

    [Fact]
    public void Every_world_ends_with_one_holder_that_everybody_knows()
    {
        var first = Setting("EVENKEEL_SEED", 1);
        var count = Environment.GetEnvironmentVariable("EVENKEEL_SEED") is null ? Setting("EVENKEEL_SEEDS", 300) : 1;
        var faults = 0;
        for (var seed = first; seed < first + count; seed++)
        {
            var report = World.Run(new WorldOptions(seed));
            Assert.True(report.Violations.Count == 0, string.Join("\n", report.Violations));
            faults += report.Faults;
        }
        Assert.True(faults >= count, "the worlds were too peaceful to prove anything");
    }

    [Fact]
    public void The_same_seed_is_the_same_world()
    {
        var (first, second) = (World.Run(new WorldOptions(7)), World.Run(new WorldOptions(7)));
        Assert.Equal(first.History, second.History);
        Assert.Equal(first.Advertisements, second.Advertisements);
    }

    [Theory]
    [InlineData(PlantedBug.NoRepairAnnouncement)]
    [InlineData(PlantedBug.KeepsAddresses)]
    [InlineData(PlantedBug.DeafMaster)]
    [InlineData(PlantedBug.IgnoresPreemption)]
    public void A_planted_bug_is_found(PlantedBug bug)
    {
        for (var seed = 1; seed <= 200; seed++)
        {
            if (World.Run(new WorldOptions(seed) { Bug = bug }).Violations.Count > 0)
                return;
        }
        Assert.Fail($"200 worlds did not notice {bug}");
    }
}
