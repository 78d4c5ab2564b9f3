using Evenkeel.Vrrp.Packets;

namespace Evenkeel.Vrrp.Status;

/// <summary>The nodes a router has heard: address, priority, and when. A few, the longest silent one giving way; nothing is allocated per advertisement.
/// Owner: the worker's thread.</summary>
public sealed class HeardPeers
{
    private const int Most = 8;

    /// <summary>Grows with the nodes heard: most routers have one peer.</summary>
    private (NodeAddress Address, byte Priority, long SeenUs)[] _peers = [];
    private int _count;

    public ReadOnlySpan<(NodeAddress Address, byte Priority, long SeenUs)> Peers => _peers.AsSpan(0, _count);

    public void Note(in NodeAddress address, byte priority, long nowUs)
    {
        var oldest = 0;
        for (var i = 0; i < _count; i++)
        {
            if (_peers[i].Address == address)
            {
                _peers[i] = (address, priority, nowUs);
                return;
            }
            if (_peers[i].SeenUs < _peers[oldest].SeenUs) oldest = i;
        }
        if (_count < Most && _count == _peers.Length) Array.Resize(ref _peers, Math.Max(1, _count * 2));
        _peers[_count < Most ? _count++ : oldest] = (address, priority, nowUs);
    }
}
