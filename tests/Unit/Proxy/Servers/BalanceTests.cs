using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Servers;

namespace Evenkeel.Tests.Unit.Proxy.Servers;

public class BalanceTests
{
    private static string Picks(Backend backend, int count)
    {
        var stream = new AStream();
        return string.Concat(Enumerable.Range(0, count).Select(_ => backend.Select(stream)!.Id));
    }

    private static ServerModel ABackup(int id) => ABackend.Server(id) with { Backup = true };

    [Fact]
    public void Round_robin_uses_servers_in_turn() =>
        Assert.Equal("123123", Picks(ABackend.Of(new(BalanceAlgorithm.RoundRobin), ABackend.Servers(1, 1, 1)), 6));

    [Fact]
    public void Round_robin_follows_weights_within_one_turn()
    {
        var picks = Picks(ABackend.Of(new(BalanceAlgorithm.RoundRobin), ABackend.Servers(3, 1, 2)), 6);
        Assert.Equal(3, picks.Count(c => c == '1'));
        Assert.Equal(1, picks.Count(c => c == '2'));
        Assert.Equal(2, picks.Count(c => c == '3'));
        Assert.DoesNotContain("111", picks);
    }

    [Fact]
    public void A_server_in_maintenance_is_not_picked()
    {
        var backend = ABackend.Of(new(BalanceAlgorithm.RoundRobin), ABackend.Servers(1, 1, 1));
        backend.Servers[1].EnterMaintenance(nowMs: 5);
        Assert.DoesNotContain('2', Picks(backend, 6));
        backend.Servers[1].MakeReady(nowMs: 6);
        Assert.Equal(2, Picks(backend, 6).Count(c => c == '2'));
    }

    [Fact]
    public void Backups_serve_only_when_no_other_server_is_left()
    {
        var backend = ABackend.Of(new(BalanceAlgorithm.RoundRobin), ABackend.Server(1), ABackup(2), ABackup(3));
        Assert.Equal("111", Picks(backend, 3));
        backend.Servers[0].EnterMaintenance(nowMs: 5);
        Assert.Equal("222", Picks(backend, 3));
    }

    [Fact]
    public void All_backups_serve_together_with_allbackups()
    {
        var model = ABackend.Named("be", ABackend.Server(1) with { Disabled = true }, ABackup(2), ABackup(3));
        Assert.Equal("2323", Picks(ABackend.Of(model with { AllBackups = true }), 4));
    }

    [Fact]
    public void Weight_zero_and_drain_take_no_new_traffic_but_the_server_stays_up()
    {
        var backend = ABackend.Of(new(BalanceAlgorithm.RoundRobin), ABackend.Servers(0, 1, 1));
        backend.Servers[1].StartDraining(nowMs: 5);
        Assert.Equal("333", Picks(backend, 3));
        Assert.True(backend.Servers[0].IsUp && backend.Servers[1].IsUp);
    }

    [Fact]
    public void Least_connections_prefers_the_least_loaded_for_its_weight()
    {
        var backend = ABackend.Of(new(BalanceAlgorithm.LeastConnections), ABackend.Servers(1, 3));
        var stream = new AStream();
        var taken = "";
        for (var i = 0; i < 8; i++)
        {
            Assert.Equal(Assignment.Assigned, backend.Assign(stream, null, out var server));
            taken += server!.Id;
        }

        Assert.Equal(6, taken.Count(c => c == '2'));
    }

    [Fact]
    public void First_fills_the_lowest_id_before_the_next()
    {
        var backend = ABackend.Of(new(BalanceAlgorithm.First), ABackend.Server(7) with { MaxConnections = 2 }, ABackend.Server(3) with { MaxConnections = 1 });
        var stream = new AStream();
        var ids = Enumerable.Range(0, 3).Select(_ => backend.Assign(stream, null, out var server) == Assignment.Assigned ? server!.Id : 0);
        Assert.Equal([3, 7, 7], ids);
    }
}
