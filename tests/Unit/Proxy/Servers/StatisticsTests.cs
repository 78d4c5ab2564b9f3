using Evenkeel.Proxy.Servers;

namespace Evenkeel.Tests.Unit.Proxy.Servers;

public class StatisticsTests
{
    [Fact]
    public void Counters_of_all_workers_are_added_on_read()
    {
        var traffic = new Traffic(workers: 2);
        traffic[0].Counters.Bytes.RequestIn = 10;
        traffic[1].Counters.Bytes.RequestIn = 5;
        traffic[1].Counters.CountResponse(503);
        Assert.Equal(15, traffic.Counters().Bytes.RequestIn);
        Assert.Equal(1, traffic.Counters().Http5xx);
    }

    [Fact]
    public void Clearing_starts_again_from_zero_while_workers_go_on_adding()
    {
        var traffic = new Traffic(workers: 1);
        traffic[0].Counters.Sessions = 7;
        traffic.Clear();
        traffic[0].Counters.Sessions++;
        Assert.Equal(1, traffic.Counters().Sessions);
    }

    [Fact]
    public void Mean_times_look_back_on_the_last_1024_requests()
    {
        var times = new TrafficTimes();
        times.Add(queueMs: -1, connectMs: 2, responseMs: 10, totalMs: 30);
        times.Add(queueMs: 0, connectMs: 4, responseMs: 30, totalMs: 50);
        Assert.Equal((0, 3, 20, 40), (times.QueueMs, times.ConnectMs, times.ResponseMs, times.TotalMs));
        Assert.Equal(50, times.TotalMaxMs);
        for (var i = 0; i < 100_000; i++) times.Add(0, 0, 100, 100);
        Assert.InRange(times.ResponseMs, 98, 100);
    }

    [Fact]
    public void A_rate_counts_this_second_and_the_part_of_the_last_that_is_less_than_a_second_ago()
    {
        var rate = new RateMeter(workers: 2);
        for (var i = 0; i < 10; i++) rate.Count(i % 2, nowMs: 5_100);
        Assert.Equal(10, rate.PerSecond(5_900));
        Assert.Equal(5, rate.PerSecond(6_500));
        Assert.Equal(0, rate.PerSecond(7_100));
        Assert.Equal(10, rate.Peak());
    }

    [Fact]
    public void The_peak_is_the_busiest_second_of_all_workers_together()
    {
        var rate = new RateMeter(workers: 2);
        for (var i = 0; i < 3; i++) rate.Count(0, 1_000);
        for (var i = 0; i < 4; i++) rate.Count(1, 1_999);
        rate.Count(0, 2_000);
        rate.Count(1, 3_500);
        Assert.Equal(7, rate.Peak());
    }

    [Fact]
    public void A_gauge_never_passes_the_limit_and_remembers_its_peak()
    {
        var gauge = new Gauge();
        Assert.True(gauge.TryIncrement(2));
        Assert.True(gauge.TryIncrement(2));
        Assert.False(gauge.TryIncrement(2));
        gauge.Decrement();
        Assert.Equal((1, 2), (gauge.Current, gauge.Peak));
        gauge.ClearPeak();
        Assert.Equal(1, gauge.Peak);
    }
}
