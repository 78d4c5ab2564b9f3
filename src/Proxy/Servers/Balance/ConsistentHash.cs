using System.Buffers.Binary;
using System.IO.Hashing;
using System.Net;
using System.Text;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Proxy.Servers.Balance;

/// <summary>
/// `hash-type consistent`: every server stands at many points of a ring of 2^32; the point nearest to the hash decides. When a server goes,
/// only its own keys move. Without a key the next point has its turn, as in the original.
/// </summary>
/// <remarks>Limits: <see cref="PointsPerWeight"/> points of 12 bytes for each unit of weight. Picking costs a binary search.</remarks>
internal sealed class ConsistentHash : Balancer
{
    private const int PointsPerWeight = 16;

    /// <summary>The points of one server have consecutive numbers; ids are this far apart, so that 256 * 16 points never meet the next id's.</summary>
    private const uint PointsPerServer = 4096;

    private readonly BalanceKey _key;
    private readonly Cursor _withoutKey;
    private readonly uint[] _points;
    private readonly Server[] _servers;
    private readonly HashLimits _limits;

    public ConsistentHash(Backend backend, ServerSet set, ConsistentHash? previous) : base(set)
    {
        _limits = new HashLimits(backend.Model.Hashing, set);
        _key = previous?._key ?? BalanceKey.Create(backend);
        _withoutKey = previous?._withoutKey ?? new Cursor();
        var counts = Array.ConvertAll(set.Weights, weight => weight * PointsPerWeight / set.Scale);
        _points = new uint[counts.Sum()];
        _servers = new Server[_points.Length];
        var at = 0;
        for (var i = 0; i < set.Servers.Length; i++)
        {
            var first = FirstPoint(set.Servers[i]);
            for (uint point = 0; point < counts[i]; point++)
            {
                _points[at] = KeyHashes.Avalanche(first + point);
                _servers[at++] = set.Servers[i];
            }
        }

        Array.Sort(_points, _servers);
    }

    /// <summary>What the places of a server are counted from (`hash-key`).</summary>
    public static uint FirstPoint(Server server)
    {
        switch (server.Model.HashKey)
        {
            case HashKey.Id32:
                return KeyHashes.Avalanche(BinaryPrimitives.ReverseEndianness((uint)server.Id));
            case HashKey.Guid when server.Model.Guid is { } guid:
                return XxHash32.HashToUInt32(Encoding.Latin1.GetBytes(guid));
            case HashKey.Address when server.Address is { Address: { } address }:
                return Hash(address, 0);
            case HashKey.AddressAndPort when server.Address is { Address: { } address, Port: var port }:
                return Hash(address, KeyHashes.Avalanche((uint)port));
            default:
                return (uint)server.Id * PointsPerServer;
        }
    }

    /// <summary>An IPv4 address counts as the number its bytes are on a little-endian machine, as in the original there.</summary>
    private static uint Hash(IPAddress address, uint seed)
    {
        var bytes = address.GetAddressBytes();
        return bytes.Length == sizeof(uint) ? KeyHashes.Avalanche(seed + BinaryPrimitives.ReadUInt32LittleEndian(bytes))
            : XxHash32.HashToUInt32(bytes, unchecked((int)seed));
    }

    public override bool StaysWithPick => true;

    public override Server? Pick(IBalanceInput input)
    {
        if (_points.Length == 0) return null;
        if (!_key.TryHash(input, out var hash)) return PickInTurn(_servers, _withoutKey, input);
        var nearest = Nearest(hash);
        return _limits.AreNone ? _servers[nearest] : FirstAdmitted(nearest);
    }

    /// <summary>The first round the ring that the limits admit; where none is, the last that was asked.</summary>
    private Server FirstAdmitted(int start)
    {
        var slots = _limits.HasFactor ? _limits.Slots() : 0;
        var at = start;
        for (var step = 0; step < _servers.Length; step++)
        {
            if (_limits.Admits(_servers[at], slots)) return _servers[at];
            if (++at == _servers.Length) at = 0;
        }

        return _servers[start == 0 ? _servers.Length - 1 : start - 1];
    }

    /// <summary>Index of the point nearest to the hash, either way round; the one below when both are as far.</summary>
    private int Nearest(uint hash)
    {
        var above = Array.BinarySearch(_points, hash);
        if (above < 0) above = ~above;
        if (above == _points.Length) above = 0;
        var below = above == 0 ? _points.Length - 1 : above - 1;
        return hash - _points[below] <= _points[above] - hash ? below : above;
    }
}
