using Evenkeel.Vrrp.Packets;
using Evenkeel.Vrrp.Router;

namespace Evenkeel.Vrrp.Simulation;

/// <summary>What the wire does to packets, and what neighbours believe.</summary>
public sealed partial class World
{
    private const long BaseLatencyUs = 50;

    /// <summary>Later than this is late.</summary>
    private const long LateUs = 1_000;

    private readonly int[] _island;
    private readonly bool[,] _cut;
    private double _loss;
    private double _duplication;
    private long _jitterUs;

    private void Send(SimulatedRouter from, byte priority)
    {
        _report.AdvertisementsSent++;
        if (from.IsCutOff) return;
        foreach (var to in from.Group.Members)
        {
            if (to == from || to.IsCutOff || !Connected(from.Node, to.Node) || _cut[from.Node.Index, to.Node.Index]) continue;
            if (!SimulatedNetwork.Reaches(from, to)) continue;
            if (_loss > 0 && _random.NextDouble() < _loss)
            {
                _report.Count(FaultKind.PacketLost);
                continue;
            }
            var packet = PacketOf(from, priority, to);
            _events.Add(_nowUs + Latency(), new Happening(to, packet, from, 0));
            if (_duplication > 0 && _random.NextDouble() < _duplication)
            {
                _report.Count(FaultKind.PacketDoubled);
                _events.Add(_nowUs + Latency(), new Happening(to, packet, from, 0));
            }
        }
    }

    private static byte[] PacketOf(SimulatedRouter from, byte priority, SimulatedRouter to)
    {
        if (from.Settings.IsUnicast) return from.Writer.Build(priority, from.Address, to.Address).ToArray();
        if (from.LastPacket.Priority != priority) from.LastPacket = (priority, from.Writer.Build(priority, from.Address, from.Multicast).ToArray());
        return from.LastPacket.Bytes;
    }

    private long Latency()
    {
        if (_jitterUs == 0) return BaseLatencyUs;
        var delayUs = _random.NextInt64(_jitterUs);
        if (delayUs > LateUs) _report.Count(FaultKind.PacketLate);
        return BaseLatencyUs + delayUs;
    }

    private bool Connected(SimulatedNode a, SimulatedNode b) => a.IsOn && _island[a.Index] == _island[b.Index];

    private void Announce(SimulatedRouter from, int count)
    {
        if (from.IsCutOff) return;
        // Putting the address on the interface and queueing takes each node its own time.
        var delayUs = _random.Next(20, 5_000);
        for (var neighbour = 0; neighbour < _nodes.Length; neighbour++)
        {
            if (!Connected(from.Node, _nodes[neighbour])) continue;
            for (var i = 0; i < count; i++)
            {
                if (_loss == 0 || _random.NextDouble() >= _loss)
                    _events.Add(_nowUs + delayUs + (i * 30), new Happening(null, null, from, neighbour));
            }
        }
    }

    /// <summary>The parts are one network again. Neighbours on a side without a master were told nothing of a change on another side; what they knew of a
    /// node that has let go meanwhile runs out by itself.</summary>
    private void MendIslands()
    {
        foreach (var group in _groups)
        {
            for (var neighbour = 0; neighbour < _nodes.Length; neighbour++)
            {
                var believed = group.Believed[neighbour];
                var hasMaster = group.Members.Exists(m => m.IsMaster && Connected(m.Node, _nodes[neighbour]));
                if (!hasMaster && !group.Members.Exists(m => m.Node.Index == believed && m.Holds)) group.Believed[neighbour] = SimulatedGroup.Nobody;
            }
        }
        Array.Clear(_island);
    }

    /// <summary>A node that left without losing a conflict told nobody who comes next: its neighbours' entries run out by themselves.</summary>
    private static void Expire(SimulatedRouter gone)
    {
        gone.IsForgotten = true;
        var believed = gone.Group.Believed;
        for (var neighbour = 0; neighbour < believed.Length; neighbour++)
        {
            if (believed[neighbour] == gone.Node.Index) believed[neighbour] = SimulatedGroup.Nobody;
        }
    }
}
