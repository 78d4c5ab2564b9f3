namespace Evenkeel.Proxy.Samples;

/// <summary>
/// Room for what converters and formats make, taken from the front and given back all at once. Owner: worker. Nothing in it survives the rule that made it.
/// </summary>
/// <remarks>Limit: when it is full a converter has no result, as when the original runs out of trash chunks.</remarks>
public sealed class ScratchArena(int size)
{
    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(size, pinned: true);
    private int _used;

    /// <summary>Everything that is still free; what is written there counts only after <see cref="Keep"/>.</summary>
    public Span<byte> Free => _bytes.AsSpan(_used);

    /// <summary>Takes the first <paramref name="length"/> bytes of <see cref="Free"/>.</summary>
    public ReadOnlySpan<byte> Keep(int length)
    {
        var kept = _bytes.AsSpan(_used, length);
        _used += length;
        return kept;
    }

    /// <summary>Takes room to write into while other things are made behind it: half of what is free, at most <paramref name="atMost"/>.</summary>
    public Span<byte> Reserve(int atMost)
    {
        var room = _bytes.AsSpan(_used, Math.Min(atMost, (_bytes.Length - _used) / 2));
        _used += room.Length;
        return room;
    }

    /// <summary>Copies <paramref name="bytes"/> here.</summary>
    public bool TryKeep(scoped ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> kept)
    {
        kept = default;
        if (!bytes.TryCopyTo(Free)) return false;
        kept = Keep(bytes.Length);
        return true;
    }

    /// <summary>A point to go back to with <see cref="Release"/>.</summary>
    public int Mark => _used;

    /// <summary>Gives back what was taken since <paramref name="mark"/>.</summary>
    public void Release(int mark) => _used = mark;
}
