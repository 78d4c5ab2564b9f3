namespace Evenkeel.Vrrp.Simulation;

/// <summary>What is still to happen in a simulated world, the earliest first; what happens at one moment keeps its order. A binary heap of values: no
/// event makes an object.</summary>
internal sealed class EventQueue<T>
{
    private (long AtUs, long Order, T Event)[] _heap = new (long, long, T)[256];
    private int _count;
    private long _order;

    /// <summary>When the next event is, long.MaxValue for never.</summary>
    public long NextUs => _count == 0 ? long.MaxValue : _heap[0].AtUs;

    public void Add(long atUs, in T happening)
    {
        if (_count == _heap.Length) Array.Resize(ref _heap, _count * 2);
        var entry = (atUs, _order++, happening);
        var at = _count++;
        while (at > 0 && IsBefore(entry, _heap[(at - 1) / 2]))
        {
            _heap[at] = _heap[(at - 1) / 2];
            at = (at - 1) / 2;
        }
        _heap[at] = entry;
    }

    public T Take()
    {
        var first = _heap[0].Event;
        var last = _heap[--_count];
        _heap[_count] = default;
        if (_count == 0) return first;
        var at = 0;
        while (true)
        {
            var child = (at * 2) + 1;
            if (child >= _count) break;
            if (child + 1 < _count && IsBefore(_heap[child + 1], _heap[child])) child++;
            if (!IsBefore(_heap[child], last)) break;
            _heap[at] = _heap[child];
            at = child;
        }
        _heap[at] = last;
        return first;
    }

    private static bool IsBefore(in (long AtUs, long Order, T Event) a, in (long AtUs, long Order, T Event) b) =>
        a.AtUs < b.AtUs || (a.AtUs == b.AtUs && a.Order < b.Order);
}
