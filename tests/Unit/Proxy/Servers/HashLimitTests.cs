using System.Text;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Servers;

namespace Evenkeel.Tests.Unit.Proxy.Servers;

/// <summary>`hash-balance-factor`, `hash-preserve-affinity`, and the keys that only some protocols have.</summary>
public class HashLimitTests
{
    private static readonly HashTypeModel Ring = new(HashMethod.Consistent, HashFunction.Sdbm, Avalanche: true);

    [Fact]
    public void No_server_gets_more_than_its_factor_of_the_mean_load()
    {
        var backend = Backend(new HashingModel { BalanceFactor = 125 }, ABackend.Servers(1, 1, 1, 1));
        var stream = Asking("/always/the/same");
        // Each stream stays: after a hundred of one key nobody has more than 125 % of a quarter.
        for (var i = 0; i < 100; i++) Assert.True(backend.Select(stream)!.TryTakeSlot());
        Assert.All(backend.Servers, server => Assert.InRange(server.Slots.Current, 1, 32));
        Assert.Equal(100, backend.Servers.Sum(server => server.Slots.Current));
    }

    [Fact]
    public void A_server_below_the_bound_keeps_its_keys()
    {
        var bound = Backend(new HashingModel { BalanceFactor = 400 }, ABackend.Servers(1, 1, 1));
        var free = Backend(new HashingModel(), ABackend.Servers(1, 1, 1));
        for (var i = 0; i < 200; i++) Assert.Equal(free.Select(Asking("/" + i))!.Name, bound.Select(Asking("/" + i))!.Name);
    }

    [Fact]
    public void Random_draws_leave_out_who_has_more_than_the_factor()
    {
        var backend = ABackend.Of(ABackend.Named("be", ABackend.Servers(1, 1)) with
        {
            Balance = new(BalanceAlgorithm.Random, Draws: 1), Hashing = new HashingModel { BalanceFactor = 110 },
        });
        for (var i = 0; i < 10; i++) backend.Servers[0].TryTakeSlot();
        for (var i = 0; i < 100; i++) Assert.NotEqual("s1", backend.Select(new AStream())!.Name);
    }

    [Theory]
    [InlineData(HashMethod.MapBased)]
    [InlineData(HashMethod.Consistent)]
    public void With_affinity_maxconn_a_full_server_is_passed_by(HashMethod method)
    {
        var servers = ABackend.Servers(1, 1, 1).Select(server => server with { MaxConnections = 1 }).ToArray();
        var backend = Backend(new HashingModel { Affinity = HashAffinity.MaxConnections }, servers, new(method, HashFunction.Sdbm, Avalanche: true));
        var stream = Asking("/a");
        var first = backend.Select(stream)!;
        Assert.Same(first, backend.Select(stream));
        Assert.True(first.TryTakeSlot());
        var second = backend.Select(stream)!;
        Assert.NotSame(first, second);
        Assert.True(second.TryTakeSlot());
        var third = backend.Select(stream)!;
        Assert.True(third.TryTakeSlot());
        // All are full: it waits at one of them, always the same.
        Assert.Same(backend.Select(stream), backend.Select(stream));
        Assert.Equal(3, new[] { first, second, third }.Distinct().Count());
    }

    [Fact]
    public void Without_a_key_the_points_of_the_ring_take_turns()
    {
        var balance = new BalanceModel(BalanceAlgorithm.UrlParameter, "id");
        var backend = ABackend.Of(ABackend.Named("be", ABackend.Servers(1, 1, 1, 1)) with { Balance = balance, HashType = Ring });
        Assert.Equal("s3 s4 s4 s3 s4 s2 s4 s1 s3 s1 s4 s1",
            string.Join(' ', Enumerable.Range(0, 12).Select(_ => backend.Select(Asking("/"))!.Name)));
    }

    [Fact]
    public void The_rdp_cookie_decides_whatever_the_case_of_its_name()
    {
        var balance = new BalanceModel(BalanceAlgorithm.RdpCookie, "mstshash");
        var backend = ABackend.Of(ABackend.Named("be", ABackend.Servers(1, 1, 1)) with { Balance = balance, HashType = Ring });
        var names = Enumerable.Range(0, 20).Select(i => backend.Select(Rdp("mstshash", "user" + i))!.Name).ToArray();
        Assert.Equal(names, Enumerable.Range(0, 20).Select(i => backend.Select(Rdp("MSTSHash", "user" + i))!.Name));
        Assert.Equal(3, names.Distinct().Count());
        // Without one, the sixteen points of each have their turns.
        Assert.All(Enumerable.Range(0, 48).GroupBy(_ => backend.Select(new AStream())!.Name), turns => Assert.Equal(16, turns.Count()));
    }

    [Fact]
    public void A_parameter_in_the_body_counts_only_with_check_post()
    {
        var post = new AStream { Target = "/"u8.ToArray(), Body = "id=7"u8.ToArray(), IsPost = true };
        var balance = new BalanceModel(BalanceAlgorithm.UrlParameter, "id") { ChecksPost = true };
        var model = ABackend.Named("be", ABackend.Servers(1, 1, 1)) with { Balance = balance, HashType = Ring };
        var checking = ABackend.Of(model);
        Assert.Single(Enumerable.Range(0, 9).Select(_ => checking.Select(post)!.Name).Distinct());
        var plain = ABackend.Of(model with { Balance = new(BalanceAlgorithm.UrlParameter, "id") });
        Assert.Equal(3, Enumerable.Range(0, 9).Select(_ => plain.Select(post)!.Name).Distinct().Count());
    }

    private static Backend Backend(HashingModel hashing, ServerModel[] servers, HashTypeModel? type = null) =>
        ABackend.Of(ABackend.Named("be", servers) with { Balance = new(BalanceAlgorithm.Uri), HashType = type ?? Ring, Hashing = hashing });

    private static AStream Asking(string target) => new() { Target = Encoding.ASCII.GetBytes(target) };

    private static AStream Rdp(string name, string user)
    {
        var cookie = Encoding.ASCII.GetBytes($"Cookie: {name}={user}\r\n");
        return new AStream { Body = [3, 0, 0, (byte)(11 + cookie.Length), (byte)(6 + cookie.Length), 0xE0, 0, 0, 0, 0, 0, .. cookie] };
    }
}
