using Evenkeel.Vrrp.Packets;
using Evenkeel.Vrrp.Router;

namespace Evenkeel.Vrrp.Status;

/// <summary>One remembered effect and when it happened.</summary>
public readonly record struct RecordedEvent(long NowUs, Effect Effect);

/// <summary>One remembered advertisement.</summary>
/// <param name="Peer">Who sent it; none for an own one.</param>
/// <param name="Status">What became of a received one.</param>
public readonly record struct RecordedAdvertisement(
    long NowUs, VirtualRouter Router, NodeAddress Peer, byte Priority, byte Version, AdvertisementStatus Status)
{
    public bool IsOwn => Peer.IsNone;
}

/// <summary>The last thousand things the routers decided or were told, and the last thousand advertisements; nothing is allocated after start. The beat has
/// a ring of its own, so that it never pushes a decision out. Owner: the worker's thread.</summary>
public sealed class FlightRecorder
{
    private readonly Ring<RecordedEvent> _events = new();
    private readonly Ring<RecordedAdvertisement> _advertisements = new();

    /// <summary>Oldest first.</summary>
    public IEnumerable<RecordedEvent> Events => _events.Items;

    /// <summary>Oldest first.</summary>
    public IEnumerable<RecordedAdvertisement> Advertisements => _advertisements.Items;

    public void Record(long nowUs, in Effect effect)
    {
        // Advertisements are remembered as such; what was dropped too.
        if (effect.Kind is not (EffectKind.SendAdvertisement or EffectKind.Rejected)) _events.Add(new RecordedEvent(nowUs, effect));
    }

    public void Record(in RecordedAdvertisement advertisement) => _advertisements.Add(advertisement);

    private sealed class Ring<T>
    {
        private const int Capacity = 1_000;
        private readonly T[] _items = new T[Capacity];
        private long _count;

        public void Add(in T item) => _items[_count++ % Capacity] = item;

        public IEnumerable<T> Items
        {
            get
            {
                for (var i = Math.Max(0, _count - Capacity); i < _count; i++) yield return _items[i % Capacity];
            }
        }
    }
}
