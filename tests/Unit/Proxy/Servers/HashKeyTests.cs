using System.Net;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Tests.Unit.Proxy.Servers;

/// <summary>
/// `hash-key`: each hundredth of some thousands of choices that HAProxy 3.5 made with three servers, `balance hash` and `hash-type consistent none`.
/// </summary>
public sealed class HashKeyTests
{
    private const uint Step = 143_165_500;

    [Theory]
    [InlineData(HashKey.Id, 22810, "333231213331232223213223121312")]
    [InlineData(HashKey.Id32, 80, "221331213232323331213322131223")]
    [InlineData(HashKey.Guid, 22850, "221332311323132313132211312132")]
    [InlineData(HashKey.Address, 22870, "123232321133323221131312333121")]
    [InlineData(HashKey.AddressAndPort, 22890, "123112121112213222322333121333")]
    public void Servers_stand_where_the_original_puts_them(HashKey key, int port, string chosen) =>
        Assert.Equal(chosen, Choices([.. Enumerable.Range(1, 3).Select(id => At(id, key, "127.0.0." + (10 + id), port))], Step, chosen.Length));

    [Fact]
    public void An_IPv6_address_counts_too() => Assert.Equal("31323322133111222212",
        Choices([.. Enumerable.Range(1, 3).Select(id => At(id, HashKey.AddressAndPort, "::1", 22970 + id))], 214_748_300, 20));

    [Fact]
    public void A_server_that_moves_takes_other_places_and_comes_back_to_its_own()
    {
        var backend = BackendOf([.. Enumerable.Range(1, 3).Select(id => At(id, HashKey.Address, "127.0.0." + (10 + id), 80))]);
        var before = Choices(backend, Step, 30);
        var (server, place) = (backend.Servers[0], backend.Servers[0].Address!);
        server.Address = place with { Address = IPAddress.Parse("192.0.2.7") };
        Assert.NotEqual(before, Choices(backend, Step, 30));
        server.Address = place;
        Assert.Equal(before, Choices(backend, Step, 30));
    }

    private static ServerModel At(int id, HashKey key, string address, int port) => ABackend.Server(id) with
    {
        HashKey = key, Guid = "g" + id,
        Address = new(address.Contains(':') ? SocketFamily.IPv6 : SocketFamily.IPv4, IPAddress.Parse(address), port),
    };

    private static string Choices(ServerModel[] servers, uint step, int count) => Choices(BackendOf(servers), step, count);

    private static Evenkeel.Proxy.Servers.Backend BackendOf(ServerModel[] servers) => ABackend.Of(ABackend.Named("be", servers) with
    {
        Balance = new BalanceModel(BalanceAlgorithm.Header, "k"),
        HashType = new HashTypeModel(HashMethod.Consistent, HashFunction.None),
    });

    private static string Choices(Evenkeel.Proxy.Servers.Backend backend, uint step, int count) => string.Concat(Enumerable.Range(0, count)
        .Select(n => backend.Select(new AStream().With("k", ((uint)n * step).ToString()))!.Name[1..]));
}
