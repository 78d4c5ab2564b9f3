using System.Collections.Immutable;
using System.Net;
using Evenkeel.Model;
using Evenkeel.Model.Process;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Servers;
using Evenkeel.Proxy.Servers.Balance;
using Evenkeel.Proxy.Servers.Queues;

namespace Evenkeel.Tests.Unit.Proxy.Servers;

/// <summary>Backends as tests need them.</summary>
internal static class ABackend
{
    public static Backend Of(BalanceModel balance, params ServerModel[] servers) =>
        Of(new BackendModel { Name = "be", Id = 2, Position = SourcePosition.None, Balance = balance, Servers = [.. servers] });

    public static Backend Of(BackendModel model) => SetOf(model).Backends[0];

    public static ProxySet SetOf(params BackendModel[] backends) =>
        new(new ConfigurationModel { Global = new GlobalModel(), Frontends = [], Backends = [.. backends] }, workers: 2, maxConnections: 100);

    public static BackendModel Named(string name, params ServerModel[] servers) =>
        new() { Name = name, Id = 2, Position = SourcePosition.None, Balance = new(BalanceAlgorithm.RoundRobin), Servers = [.. servers] };

    public static ServerModel Server(int id, int weight = 1) => new()
    {
        Name = "s" + id, Id = id, Position = SourcePosition.None, Weight = weight, Address = new(SocketFamily.IPv4, IPAddress.Loopback, 8000 + id),
    };

    public static ServerModel[] Servers(params int[] weights) => [.. weights.Select((weight, index) => Server(index + 1, weight))];
}

/// <summary>A stream as balancing sees it.</summary>
internal sealed class AStream : IBalanceInput
{
    private readonly Dictionary<string, byte[]> _headers = [];
    private readonly Random _random = new(17);

    public AStream() => Ticket = new TestTicket(this);

    public int WorkerIndex { get; init; }
    public long NowMs { get; set; } = 1_000;
    public byte[] Source { get; init; } = [127, 0, 0, 1];
    public byte[] Target { get; init; } = [];
    public byte[] Body { get; init; } = [];
    public byte[]? Key { get; init; }
    public bool IsPost { get; init; }
    public Server? ServerToAvoid { get; set; }
    public TestTicket Ticket { get; }

    ReadOnlySpan<byte> IBalanceInput.SourceAddress => Source;
    ReadOnlySpan<byte> IBalanceInput.RequestTarget => Target;
    ReadOnlySpan<byte> IBalanceInput.RequestBody => Body;
    QueueTicket IBalanceInput.Ticket => Ticket;

    public AStream With(string header, string value)
    {
        _headers[header] = System.Text.Encoding.ASCII.GetBytes(value);
        return this;
    }

    public bool TryGetHeader(ReadOnlySpan<byte> lowerName, out ReadOnlySpan<byte> value)
    {
        var found = _headers.TryGetValue(System.Text.Encoding.ASCII.GetString(lowerName), out var bytes);
        value = bytes;
        return found;
    }

    public uint NextRandom() => (uint)_random.NextInt64(1L << 32);

    public int EvaluateBalanceKey(Backend backend, Span<byte> key)
    {
        if (Key is null) return -1;
        Key.CopyTo(key);
        return Key.Length;
    }

    internal sealed class TestTicket(AStream stream) : QueueTicket
    {
        public AStream Stream => stream;
        public int Grants { get; private set; }

        protected internal override void OnGranted() => Grants++;
    }
}
