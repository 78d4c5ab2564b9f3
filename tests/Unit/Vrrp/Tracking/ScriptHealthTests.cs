using Evenkeel.Vrrp.Router;
using Evenkeel.Vrrp.Tracking;

namespace Evenkeel.Tests.Unit.Vrrp.Tracking;

public sealed class ScriptHealthTests
{
    private static List<TrackerStatus> Run(ScriptHealth health, string results)
    {
        var seen = new List<TrackerStatus>();
        foreach (char c in results)
        {
            health.Take(c == '+');
            seen.Add(health.Status);
        }
        return seen;
    }

    [Theory]
    [InlineData('+', TrackerStatus.Up)]
    [InlineData('-', TrackerStatus.Down)]
    public void The_first_result_decides_whatever_rise_and_fall_are(char result, TrackerStatus expected) =>
        Assert.Equal([expected], Run(new ScriptHealth(5, 5, initFail: false), result.ToString()));

    [Fact]
    public void It_goes_down_after_fall_failures_in_a_row_and_not_before() =>
        Assert.Equal([TrackerStatus.Up, TrackerStatus.Up, TrackerStatus.Up, TrackerStatus.Down], Run(new ScriptHealth(1, 3, initFail: false), "+---"));

    [Fact]
    public void A_success_between_failures_starts_the_count_anew() =>
        Assert.All(Run(new ScriptHealth(1, 3, initFail: false), "+--+--+--"), status => Assert.Equal(TrackerStatus.Up, status));

    [Fact]
    public void It_comes_up_after_rise_successes_in_a_row() =>
        Assert.Equal([TrackerStatus.Down, TrackerStatus.Down, TrackerStatus.Up], Run(new ScriptHealth(2, 1, initFail: false), "-++"));

    [Fact]
    public void With_init_fail_it_is_down_before_its_first_run_and_needs_rise_successes()
    {
        var health = new ScriptHealth(2, 1, initFail: true);
        Assert.Equal(TrackerStatus.Down, health.Status);
        Assert.Equal([TrackerStatus.Down, TrackerStatus.Up], Run(health, "++"));
    }

    [Fact]
    public void Whatever_the_results_it_is_down_only_after_a_failure_and_up_only_after_a_success()
    {
        var random = new Random(20261122);
        for (int i = 0; i < 1_000; i++)
        {
            var health = new ScriptHealth(random.Next(0, 4), random.Next(0, 4), random.Next(2) == 0);
            for (int k = 0; k < 50; k++)
            {
                bool succeeded = random.Next(2) == 0;
                if (health.Take(succeeded)) Assert.Equal(succeeded ? TrackerStatus.Up : TrackerStatus.Down, health.Status);
            }
        }
    }
}
