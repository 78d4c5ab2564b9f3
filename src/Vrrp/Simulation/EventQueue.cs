namespace Evenkeel.Vrrp.Simulation;

/// <summary>What is still to happen in a simulated world, the earliest first; what happens at one moment keeps its order. A binary heap of small values that
/// point to places of an array: no event makes an object, and none is moved while it waits.</summary>
internal sealed class EventQueue<T>
{
    private (long AtUs, long Order, int Place)[] _heap = new (long, long, int)[256];
    private T[] _events = new T[256];
    private readonly Stack<int> _free = new();
    private int _count;
    private long _order;

    /// <summary>When the next event is, long.MaxValue for never.</summary>
    public long NextUs => _count == 0 ? long.MaxValue : _heap[0].AtUs;

    public void Add(long atUs, in T happening)
    {
        if (_count == _heap.Length)
        {
            Array.Resize(ref _heap, _count * 2);
            Array.Resize(ref _events, _count * 2);
        }
        // As many places are taken as wait in the heap: one that is not free for reuse is the next that was never used.
        if (!_free.TryPop(out var place)) place = _count;
        _events[place] = happening;
        var (order, at) = (_order++, _count++);
        while (at > 0 && IsBefore(atUs, order, _heap[(at - 1) / 2]))
        {
            _heap[at] = _heap[(at - 1) / 2];
            at = (at - 1) / 2;
        }
        _heap[at] = (atUs, order, place);
    }

    public T Take()
    {
        var place = _heap[0].Place;
        _free.Push(place);
        var (atUs, order, lastPlace) = _heap[--_count];
        var at = 0;
        while (true)
        {
            var child = (at * 2) + 1;
            if (child >= _count) break;
            if (child + 1 < _count && IsBefore(_heap[child + 1].AtUs, _heap[child + 1].Order, _heap[child])) child++;
            if (!IsBefore(_heap[child].AtUs, _heap[child].Order, (atUs, order, lastPlace))) break;
            _heap[at] = _heap[child];
            at = child;
        }
        _heap[at] = (atUs, order, lastPlace);
        return _events[place];
    }

    private static bool IsBefore(long atUs, long order, in (long AtUs, long Order, int Place) other) =>
        atUs < other.AtUs || (atUs == other.AtUs && order < other.Order);
}
