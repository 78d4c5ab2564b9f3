using Evenkeel.Model.Rules;

namespace Evenkeel.Proxy.Samples.Patterns;

/// <summary>
/// `-m int` and `-m len`: the number line cut where ranges begin and end, each piece with the first range in the file that covers it; a binary search
/// finds the piece.
/// </summary>
internal sealed class RangeIndex : FileIndex
{
    private readonly IntegerRange[] _ranges;
    private readonly bool _isLength;
    private readonly long[] _starts;
    private readonly int[] _owners;

    public RangeIndex(IntegerRange[] ranges, bool isLength)
    {
        (_ranges, _isLength) = (ranges, isLength);
        var (begins, order) = (new long[ranges.Length], new int[ranges.Length]);
        for (var i = 0; i < ranges.Length; i++) (begins[i], order[i]) = (ranges[i].Minimum, i);
        Array.Sort(begins, order);
        var cuts = Cuts(ranges);
        _owners = new int[cuts.Length];
        // Ranges that have begun, the first in the file on top; those that have ended go when they come to the top.
        var open = new PriorityQueue<int, int>();
        var next = 0;
        for (var i = 0; i < cuts.Length; i++)
        {
            for (; next < begins.Length && begins[next] <= cuts[i]; next++)
                if (ranges[order[next]].Minimum <= ranges[order[next]].Maximum) open.Enqueue(order[next], order[next]);
            while (open.TryPeek(out var top, out _) && ranges[top].Maximum < cuts[i]) open.Dequeue();
            _owners[i] = open.TryPeek(out var owner, out _) ? owner : -1;
        }
        _starts = cuts;
    }

    public override int Find(in Sample sample, SampleContext context, bool any, RemovedKeys? removed) =>
        Find(_isLength ? sample.Bytes.Length : sample.Integer, removed);

    public int Find(long value, RemovedKeys? removed)
    {
        var at = _starts.AsSpan().BinarySearch(value);
        if (at < 0) at = ~at - 1;
        var owner = at < 0 ? -1 : _owners[at];
        return owner >= 0 && removed?.Contains(owner) is true ? NextLiving(owner, value, removed) : owner;
    }

    private int NextLiving(int index, long value, RemovedKeys removed)
    {
        while (++index < _ranges.Length)
            if (_ranges[index].Contains(value) && !removed.Contains(index)) return index;
        return -1;
    }

    /// <summary>Where something begins or has ended, in order, each once.</summary>
    private static long[] Cuts(IntegerRange[] ranges)
    {
        var cuts = new long[ranges.Length * 2];
        var count = 0;
        foreach (ref readonly var range in ranges.AsSpan())
        {
            cuts[count++] = range.Minimum;
            if (range.Maximum != long.MaxValue) cuts[count++] = range.Maximum + 1;
        }
        cuts.AsSpan(0, count).Sort();
        var distinct = 0;
        for (var i = 0; i < count; i++)
            if (i == 0 || cuts[i] != cuts[i - 1]) cuts[distinct++] = cuts[i];
        Array.Resize(ref cuts, distinct);
        return cuts;
    }
}
