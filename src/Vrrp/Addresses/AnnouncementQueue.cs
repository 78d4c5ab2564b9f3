using Evenkeel.Linux;
using Evenkeel.Linux.Netlink;
using Evenkeel.Linux.RawPackets;
using Evenkeel.Vrrp.Packets;

namespace Evenkeel.Vrrp.Addresses;

/// <summary>
/// The gratuitous ARPs and neighbour advertisements of one interface that wait for their turn: paced as configured, cut into portions so that a
/// thousand addresses never
/// hold up an advertisement. Owner: the worker's thread.
/// </summary>
public sealed class AnnouncementQueue(NetworkInterface target, LinkLayerSocket socket)
{
    /// <summary>Frames sent in one turn of the loop: about a millisecond of work.</summary>
    private const int FramesPerTurn = 256;

    /// <summary>When the interface's own queue is full.</summary>
    private const long RetryUs = 1_000;

    /// <summary>Whole bursts that may wait; 255 addresses x 5 x 50 instances fit.</summary>
    private const int MostWaiting = 65_536;

    private readonly Queue<Announcement> _waiting = new();
    private readonly byte[] _frame = new byte[UnsolicitedNeighbourAdvertisement.Length];
    private readonly byte[] _mac = new byte[6];
    private long _notBeforeUs;
    private bool _isRouter;

    private readonly record struct Announcement(object Owner, NodeAddress Address, long IntervalUs, bool IsSteady);

    public NetworkInterface Interface => target;

    /// <summary>Called with each address just before its frame leaves, steady ones left out; null when nobody logs that much.</summary>
    public Action<NetworkInterface, NodeAddress>? Sending { get; set; }

    /// <summary>When <see cref="Send"/> wants to be called, long.MaxValue for never.</summary>
    public long NextDueUs => _waiting.Count == 0 ? long.MaxValue : _notBeforeUs;

    /// <param name="owner">Whose announcements <see cref="Cancel"/> can take back.</param>
    /// <param name="address">The address that is here now.</param>
    /// <param name="intervalUs">How long the interface stays silent after this one.</param>
    /// <param name="isSteady">One of those that go on for ever, which no log wants to know.</param>
    public void Add(object owner, in NodeAddress address, long intervalUs, bool isSteady = false)
    {
        if (_waiting.Count < MostWaiting)
            _waiting.Enqueue(new Announcement(owner, address, intervalUs, isSteady));
    }

    public void Cancel(object owner)
    {
        for (var rest = _waiting.Count; rest > 0; rest--)
        {
            var announcement = _waiting.Dequeue();
            if (announcement.Owner != owner)
                _waiting.Enqueue(announcement);
        }
    }

    public void Send(long nowUs)
    {
        if (nowUs < _notBeforeUs)
            return;
        target.Link.WriteHardwareAddress(_mac);
        if (_waiting.TryPeek(out var first) && first.Address.IsIPv6)
            _isRouter = InterfaceFlag.IsOn(target.Name, InterfaceFlag.ForwardsIPv6);
        for (var sent = 0; sent < FramesPerTurn && _waiting.TryPeek(out var next); sent++)
        {
            var result = SendOne(next);
            if (result.WouldBlock || result.Is(Errno.ENOBUFS))
            {
                _notBeforeUs = nowUs + RetryUs;
                return;
            }
            _waiting.Dequeue();
            if (next.IntervalUs == 0)
                continue;
            _notBeforeUs = nowUs + next.IntervalUs;
            return;
        }
        _notBeforeUs = nowUs;
    }

    private SysResult SendOne(in Announcement announcement)
    {
        var address = announcement.Address;
        if (!target.IsUsable || !target.HasHardwareAddress)
            return SysResult.Ok();
        if (!announcement.IsSteady)
            Sending?.Invoke(target, address);
        if (address.IsIPv6)
            UnsolicitedNeighbourAdvertisement.Write(_frame, _mac, address, _isRouter);
        else
            GratuitousArp.Write(_frame, _mac, address);
        return socket.Send(target.Index, _frame.AsSpan(0, address.IsIPv6 ? UnsolicitedNeighbourAdvertisement.Length : GratuitousArp.Length));
    }
}
