using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Servers;
using Evenkeel.Proxy.Servers.Balance;
using CsCheck;

namespace Evenkeel.Tests.Unit.Proxy.Servers;

public class BalancePropertyTests
{
    private static readonly Gen<int[]> SomeWeights = Gen.Int[0, 256].Array[1, 12].Where(weights => weights.Any(weight => weight > 0));

    private static readonly BalanceAlgorithm[] Turning =
        [BalanceAlgorithm.RoundRobin, BalanceAlgorithm.StaticRoundRobin, BalanceAlgorithm.LeastConnections, BalanceAlgorithm.Random];

    [Theory]
    [InlineData(BalanceAlgorithm.RoundRobin)]
    [InlineData(BalanceAlgorithm.StaticRoundRobin)]
    public void One_full_turn_uses_every_server_exactly_as_often_as_its_weight(BalanceAlgorithm algorithm) => SomeWeights.Sample(weights =>
    {
        var backend = ABackend.Of(new(algorithm), ABackend.Servers(weights));
        var stream = new AStream();
        var uses = new int[weights.Length];
        for (var i = 0; i < weights.Sum(); i++) uses[backend.Select(stream)!.Id - 1]++;
        return uses.SequenceEqual(weights);
    }, iter: 200);

    [Fact]
    public void Random_draws_respect_weights()
    {
        var backend = ABackend.Of(new(BalanceAlgorithm.Random, Draws: 1), ABackend.Servers(1, 0, 3));
        var stream = new AStream();
        var uses = new int[3];
        for (var i = 0; i < 40_000; i++) uses[backend.Select(stream)!.Id - 1]++;
        Assert.Equal(0, uses[1]);
        Assert.InRange(uses[2], 29_000, 31_000);
    }

    [Fact]
    public void Two_draws_take_the_less_loaded_server()
    {
        var backend = ABackend.Of(new(BalanceAlgorithm.Random), ABackend.Servers(1, 1));
        for (var i = 0; i < 10; i++) backend.Servers[0].TryTakeSlot();
        var stream = new AStream();
        var uses = new int[2];
        for (var i = 0; i < 1_000; i++) uses[backend.Select(stream)!.Id - 1]++;
        // Only when both draws hit the loaded one, a quarter of the time, is it taken.
        Assert.InRange(uses[0], 150, 350);
    }

    [Fact]
    public void Losing_a_server_moves_only_its_own_keys_on_a_consistent_ring()
    {
        var model = ABackend.Named("be", ABackend.Servers(1, 2, 3, 1)) with
        {
            Balance = new(BalanceAlgorithm.Uri), HashType = new(HashMethod.Consistent, HashFunction.Sdbm, Avalanche: true),
        };
        var backend = ABackend.Of(model);
        var streams = Enumerable.Range(0, 500).Select(i => new AStream { Target = System.Text.Encoding.ASCII.GetBytes("/item/" + i) }).ToArray();
        var before = streams.Select(stream => backend.Select(stream)).ToArray();
        backend.Servers[2].EnterMaintenance(nowMs: 1);
        for (var i = 0; i < streams.Length; i++)
            if (before[i] != backend.Servers[2]) Assert.Same(before[i], backend.Select(streams[i]));
    }

    [Fact]
    public void A_redispatched_stream_goes_to_another_server_while_there_is_one()
    {
        foreach (var algorithm in Turning)
        {
            var backend = ABackend.Of(new(algorithm), ABackend.Servers(1, 1));
            var stream = new AStream { ServerToAvoid = backend.Servers[0] };
            for (var i = 0; i < 10; i++) Assert.Same(backend.Servers[1], backend.Select(stream));
            backend.Servers[1].EnterMaintenance(nowMs: 1);
            Assert.Same(backend.Servers[0], backend.Select(stream));
        }
    }

    [Theory]
    [InlineData("", 0u, 5381u)]
    [InlineData("a", 97u, 177670u)]
    public void Known_hashes(string text, uint sdbm, uint djb2)
    {
        var key = System.Text.Encoding.ASCII.GetBytes(text);
        Assert.Equal((sdbm, djb2), (KeyHashes.Sdbm(key), KeyHashes.Djb2(key)));
        Assert.Equal(0xcbf43926, KeyHashes.Crc32("123456789"u8));
    }
}
