using System.Net;
using Evenkeel.Model;
using Evenkeel.Model.Process;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Servers;
using Evenkeel.Proxy.Servers.Health;

namespace Evenkeel.Tests.Unit.Proxy.Servers;

/// <summary>One configuration takes over from another in the same process: what survives, what goes.</summary>
public class ReloadTests
{
    private const long Now = 5_000;

    [Fact]
    public void A_server_that_keeps_its_name_keeps_its_life()
    {
        var before = Site(ABackend.Named("be", ABackend.Server(1), ABackend.Server(2)));
        var server = before.Backends[0].Servers[1];
        server.Traffic[0].Counters.Sessions = 7;
        server.Slots.Increment();
        var (after, _) = TakeOver(before, ABackend.Named("be", ABackend.Server(2), ABackend.Server(3)));
        Assert.Same(before.Backends[0], after.Backends[0]);
        Assert.Same(server, after.FindServer("be", "s2"));
        Assert.Equal((0, 7L, 1), (server.Index, server.Traffic.Counters().Sessions, server.Slots.Current));
        Assert.Equal(["s2", "s3"], after.Backends[0].Servers.Select(each => each.Name));
    }

    [Fact]
    public void A_removed_server_gets_nothing_new_and_who_waits_for_it_looks_elsewhere()
    {
        var before = Site(ABackend.Named("be", ABackend.Server(1) with { MaxConnections = 1 }, ABackend.Server(2)));
        var (backend, gone) = (before.Backends[0], before.Backends[0].Servers[0]);
        Assert.Equal(Assignment.Assigned, backend.Assign(new AStream(), gone, out _));
        var waiting = new AStream();
        Assert.Equal(Assignment.Queued, backend.Assign(waiting, gone, out _));
        var (_, change) = TakeOver(before, ABackend.Named("be", ABackend.Server(2)));
        Assert.Equal([gone], change.RemovedServers);
        Assert.False(waiting.Ticket.IsWaiting);
        Assert.False(gone.IsUp);
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(Assignment.Assigned, backend.Assign(new AStream(), gone, out var server));
            Assert.Equal("s2", server!.Name);
        }
    }

    [Fact]
    public void What_was_set_by_command_stays_unless_the_file_says_something_new()
    {
        var model = ABackend.Server(1) with { MaxConnections = 10 };
        var before = Site(ABackend.Named("be", model));
        var server = before.Backends[0].Servers[0];
        server.SetWeight(9, Now);
        server.MaxConnections = 3;
        server.EnterMaintenance(Now);
        var moved = new SocketAddressModel(SocketFamily.IPv4, IPAddress.Loopback, 9_999);
        server.Address = moved;
        var (same, _) = TakeOver(before, ABackend.Named("be", model with { Position = default }));
        Assert.Equal((9, 3, true), (server.UserWeight, server.MaxConnections, server.InMaintenance));
        Assert.Same(moved, server.Address);
        TakeOver(same, ABackend.Named("be", model with { Weight = 4, MaxConnections = 20 }));
        Assert.Equal((4, 20, true), (server.UserWeight, server.MaxConnections, server.InMaintenance));
        Assert.Same(moved, server.Address);
    }

    [Fact]
    public void A_server_that_is_down_stays_down()
    {
        var model = ABackend.Server(1) with { Check = true };
        var before = Site(ABackend.Named("be", model));
        var server = before.Backends[0].Servers[0];
        for (var i = 0; i < 3; i++) HealthRules.Apply(server, new(CheckStatus.L4Failed, CheckResult.Failed, 0, 1, ""), Now);
        Assert.False(server.IsUp);
        TakeOver(before, ABackend.Named("be", model with { Weight = 2 }, ABackend.Server(2)));
        Assert.False(server.IsUp);
        Assert.Equal(1, server.DownTransitions);
    }

    [Fact]
    public void A_limit_or_a_weight_that_changes_lets_those_in_who_wait()
    {
        var model = ABackend.Server(1) with { MaxConnections = 1 };
        var before = Site(ABackend.Named("be", model));
        var waiting = new AStream();
        Assert.Equal(Assignment.Assigned, before.Backends[0].Assign(new AStream(), null, out _));
        Assert.Equal(Assignment.Queued, before.Backends[0].Assign(waiting, null, out _));
        TakeOver(before, ABackend.Named("be", model with { MaxConnections = 2 }));
        Assert.Equal(1, waiting.Ticket.Grants);
    }

    [Fact]
    public void A_request_that_began_before_finds_its_backend_as_it_was_then()
    {
        var before = Site(ABackend.Named("be", ABackend.Server(1)));
        var (old, backend) = (before.BackendSetups[0], before.Backends[0]);
        var began = before.Frontends[0].Setup.Generation;
        var (after, _) = TakeOver(before, ABackend.Named("be", ABackend.Server(1)));
        Assert.Same(old, backend.SetupFor(began));
        Assert.Same(after.BackendSetups[0], backend.SetupFor(after.Frontends[0].Setup.Generation));
        after.ForgetPredecessor();
        Assert.Same(after.BackendSetups[0], backend.SetupFor(began));
    }

    [Fact]
    public void A_bind_line_is_found_again_by_its_address_and_counts_on()
    {
        var before = Site(ABackend.Named("be"));
        var bind = before.Frontends[0].Binds[0];
        bind.Traffic[0].Counters.Connections = 5;
        var (after, change) = TakeOver(before, ABackend.Named("be"), Frontend(8_001, 8_000));
        Assert.Empty(change.RemovedFrontends);
        Assert.Same(bind, after.Frontends[0].Binds[1]);
        Assert.Equal((2, 5L), (bind.Id, bind.Traffic.Counters().Connections));
    }

    [Fact]
    public void Another_mode_makes_another_proxy()
    {
        var before = Site(ABackend.Named("be", ABackend.Server(1)));
        var (after, change) = TakeOver(before, ABackend.Named("be", ABackend.Server(1)) with { Mode = ProxyMode.Http });
        Assert.NotSame(before.Backends[0], after.Backends[0]);
        Assert.Equal([before.Backends[0]], change.RemovedBackends);
        Assert.True(before.Backends[0].IsRemoved);
    }

    private static FrontendModel Frontend(params int[] ports) => new()
    {
        Name = "fe", Id = 1, Position = SourcePosition.None, DefaultBackend = "be",
        Binds = [.. ports.Select(port => new BindModel { Address = new(SocketFamily.IPv4, IPAddress.Loopback, port), Position = SourcePosition.None })],
    };

    private static ConfigurationModel Model(BackendModel backend, FrontendModel frontend) =>
        new() { Global = new GlobalModel(), Frontends = [frontend], Backends = [backend] };

    private static ProxySet Site(BackendModel backend) => new(Model(backend, Frontend(8_000)), workers: 2, maxConnections: 100);

    private static (ProxySet After, ProxyChange Change) TakeOver(ProxySet before, BackendModel backend, FrontendModel? frontend = null)
    {
        var after = new ProxySet(Model(backend, frontend ?? Frontend(8_000)), workers: 2, maxConnections: 100, before);
        return (after, after.TakeOver(before, 100, Now));
    }
}
