using Evenkeel.Model;
using Evenkeel.Model.Process;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Servers;

namespace Evenkeel.Tests.Unit.Proxy.Servers;

public class QueueTests
{
    private static readonly BalanceModel RoundRobin = new(BalanceAlgorithm.RoundRobin);

    [Fact]
    public void Streams_wait_in_the_backend_when_every_server_is_full_and_are_served_first_come_first_served()
    {
        var backend = ABackend.Of(RoundRobin, ABackend.Server(1) with { MaxConnections = 1 });
        var (first, second, third) = (new AStream(), new AStream(), new AStream());
        Assert.Equal(Assignment.Assigned, backend.Assign(first, null, out var server));
        Assert.Equal(Assignment.Queued, backend.Assign(second, null, out _));
        Assert.Equal(Assignment.Queued, backend.Assign(third, null, out _));
        Assert.Equal(2, backend.Queue.Length.Current);
        Assert.Equal(1, third.Ticket.Position);

        server!.ReleaseSlot();

        Assert.Equal((1, 0), (second.Ticket.Grants, third.Ticket.Grants));
        Assert.Same(server, second.Ticket.Server);
        Assert.Equal(1, server.Slots.Current);
    }

    [Fact]
    public void A_stream_that_leaves_gives_its_place_to_the_next()
    {
        var backend = ABackend.Of(RoundRobin, ABackend.Server(1) with { MaxConnections = 1 });
        var (first, second, third) = (new AStream(), new AStream(), new AStream());
        backend.Assign(first, null, out var server);
        backend.Assign(second, null, out _);
        backend.Assign(third, null, out _);

        Assert.True(second.Ticket.TryLeave());
        server!.ReleaseSlot();

        Assert.Equal((0, 1), (second.Ticket.Grants, third.Ticket.Grants));
    }

    [Fact]
    public void Leaving_after_the_grant_is_refused_so_that_no_slot_is_lost()
    {
        var backend = ABackend.Of(RoundRobin, ABackend.Server(1) with { MaxConnections = 1 });
        var (first, second) = (new AStream(), new AStream());
        backend.Assign(first, null, out var server);
        backend.Assign(second, null, out _);
        server!.ReleaseSlot();
        Assert.False(second.Ticket.TryLeave());
    }

    [Fact]
    public void A_wanted_server_has_a_queue_of_its_own_and_who_finds_it_full_goes_elsewhere()
    {
        var backend = ABackend.Of(RoundRobin, ABackend.Server(1) with { MaxConnections = 1, MaxQueue = 1 }, ABackend.Server(2));
        var wanted = backend.Servers[0];
        Assert.Equal(Assignment.Assigned, backend.Assign(new AStream(), wanted, out _));
        Assert.Equal(Assignment.Queued, backend.Assign(new AStream(), wanted, out _));
        Assert.Equal(Assignment.Assigned, backend.Assign(new AStream(), wanted, out var other));
        Assert.Same(backend.Servers[1], other);
    }

    [Fact]
    public void A_wanted_server_that_is_down_is_left_alone()
    {
        var backend = ABackend.Of(RoundRobin, ABackend.Servers(1, 1));
        backend.Servers[0].EnterMaintenance(nowMs: 1);
        Assert.Equal(Assignment.Assigned, backend.Assign(new AStream(), backend.Servers[0], out var other));
        Assert.Same(backend.Servers[1], other);
    }

    [Fact]
    public void A_hashed_stream_waits_for_its_server_though_others_have_room()
    {
        var model = ABackend.Named("be", ABackend.Server(1) with { MaxConnections = 1, MaxQueue = 1 }, ABackend.Server(2));
        var backend = ABackend.Of(model with { Balance = new(BalanceAlgorithm.Source) });
        var source = Enumerable.Range(1, 250).Select(i => new byte[] { 10, 0, 0, (byte)i })
            .First(address => backend.Select(new AStream { Source = address }) == backend.Servers[0]);
        Assert.Equal(Assignment.Assigned, backend.Assign(new AStream { Source = source }, null, out _));
        Assert.Equal(Assignment.Queued, backend.Assign(new AStream { Source = source }, null, out _));
        Assert.Equal(Assignment.QueueFull, backend.Assign(new AStream { Source = source }, null, out _));
    }

    [Fact]
    public void A_free_slot_goes_to_whoever_came_first_to_the_server_or_to_the_backend()
    {
        var backend = ABackend.Of(RoundRobin, ABackend.Server(1) with { MaxConnections = 1 });
        var (first, forAny, forThis, forAnyToo) = (new AStream(), new AStream(), new AStream(), new AStream());
        backend.Assign(first, null, out var server);
        backend.Assign(forAny, null, out _);
        backend.Assign(forThis, server, out _);
        backend.Assign(forAnyToo, null, out _);
        var order = new List<AStream>();
        for (var i = 0; i < 3; i++)
        {
            server!.ReleaseSlot();
            order.AddRange(new[] { forAny, forThis, forAnyToo }.Where(stream => stream.Ticket.Grants > 0 && !order.Contains(stream)));
        }

        Assert.Equal([forAny, forThis, forAnyToo], order);
    }

    [Fact]
    public void Fullconn_is_a_tenth_of_what_may_come_in()
    {
        var model = ABackend.Named("be", ABackend.Server(1));
        var frontends = new[] { 100, 250 }.Select((limit, i) => new FrontendModel
        {
            Name = "fe" + i, Id = 10 + i, Position = SourcePosition.None, DefaultBackend = "be", MaxConnections = limit,
        });
        var proxies = new ProxySet(new ConfigurationModel { Global = new GlobalModel(), Frontends = [.. frontends], Backends = [model] }, 1, 1000);
        Assert.Equal(35, proxies.Backends[0].FullConnections);
    }

    [Fact]
    public void Streams_that_wait_for_a_server_going_down_are_told_to_look_again()
    {
        var backend = ABackend.Of(RoundRobin, ABackend.Server(1) with { MaxConnections = 1 }, ABackend.Server(2));
        var waiting = new AStream();
        backend.Assign(new AStream(), backend.Servers[0], out _);
        backend.Assign(waiting, backend.Servers[0], out _);
        backend.Servers[0].EnterMaintenance(nowMs: 1);
        Assert.Equal(1, waiting.Ticket.Grants);
        Assert.Null(waiting.Ticket.Server);
    }

    [Fact]
    public void Without_any_server_up_nobody_waits()
    {
        var backend = ABackend.Of(RoundRobin, ABackend.Server(1) with { Disabled = true });
        Assert.Equal(Assignment.NoServer, backend.Assign(new AStream(), null, out _));
    }

    [Fact]
    public void The_limit_rises_from_minconn_to_maxconn_with_the_load_of_the_backend()
    {
        var model = ABackend.Named("be", ABackend.Server(1) with { MinConnections = 10, MaxConnections = 100 }) with { FullConnections = 50 };
        var backend = ABackend.Of(model);
        Assert.Equal(10, backend.Servers[0].CurrentLimit);
        for (var i = 0; i < 25; i++) backend.Connections.Increment();
        Assert.Equal(50, backend.Servers[0].CurrentLimit);
        for (var i = 0; i < 25; i++) backend.Connections.Increment();
        Assert.Equal(100, backend.Servers[0].CurrentLimit);
    }

    [Fact]
    public void Slots_stay_exact_when_many_threads_take_and_release_them()
    {
        var backend = ABackend.Of(RoundRobin, ABackend.Server(1) with { MaxConnections = 3 });
        var server = backend.Servers[0];
        var worst = 0;
        Parallel.For(0, 4, _ =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                if (!server.TryTakeSlot()) continue;
                var now = server.Slots.Current;
                if (now > Volatile.Read(ref worst)) Volatile.Write(ref worst, now);
                server.ReleaseSlot();
            }
        });
        Assert.Equal(0, server.Slots.Current);
        Assert.InRange(worst, 1, 3);
    }
}
