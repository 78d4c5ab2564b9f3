using System.Numerics;

namespace Evenkeel.Proxy.Samples.Patterns;

/// <summary>Where a key lies in the text its table was made of.</summary>
internal readonly record struct KeySpan(int Start, int Length);

/// <summary>
/// Finds which of many keys equals a text, begins or ends it, or stands in it, at a cost that does not grow with their number: an open-addressing table
/// of hashes that can be made longer byte by byte, so that all beginnings of a text are looked up in one pass over it.
/// </summary>
/// <remarks>
/// Immutable, any thread. Three arrays of numbers, whatever the number of keys: a garbage collection does not look inside. Keys written more than once are
/// one chain, in their order; <see cref="RemovedKeys"/> are passed over.
/// </remarks>
internal sealed class KeyTable
{
    private const ulong Multiplier = 0x9E37_79B9_7F4A_7C15;
    private const int MostLengths = 4_096;
    private const ulong TagBits = 0xFFFF_FFFF_0000_0000;
    private const int FilterBits = 1 << 15;

    private readonly byte[] _text;
    private readonly KeySpan[] _keys;
    private readonly bool _ignoresCase;
    private readonly bool _backwards;
    /// <summary>The upper half of a key's hash and its index + 1; 0 where free. At most half are used.</summary>
    private readonly ulong[] _slots;
    private readonly ulong[] _lengths = new ulong[MostLengths / 64 + 1];
    private readonly ulong[] _firstPairs = new ulong[FilterBits / 64];
    private readonly int[]? _nextSame;
    private readonly int _shortest = int.MaxValue;
    private readonly int _longest = -1;

    /// <param name="text">What the keys lie in; kept, not copied.</param>
    /// <param name="backwards">Made for the ends of texts, by hashes from the last byte to the first.</param>
    public KeyTable(byte[] text, KeySpan[] keys, bool ignoreCase, bool backwards = false)
    {
        (_text, _keys, _ignoresCase, _backwards) = (text, keys, ignoreCase, backwards);
        _slots = new ulong[BitOperations.RoundUpToPowerOf2((uint)Math.Max(2, keys.Length * 2L))];
        int[]? lastSame = null;
        for (var i = 0; i < keys.Length; i++)
        {
            var key = Key(i);
            NoteShape(key);
            _shortest = Math.Min(_shortest, key.Length);
            _longest = Math.Max(_longest, key.Length);
            var hash = HashOf(key);
            ref var slot = ref SlotOf(hash, key);
            if (slot == 0) slot = (hash & TagBits) | (uint)(i + 1);
            else
            {
                var first = IndexIn(slot);
                _nextSame ??= new int[keys.Length];
                lastSame ??= new int[keys.Length];
                _nextSame[lastSame[first] == 0 ? first : lastSame[first]] = i;
                lastSame[first] = i;
            }
        }
    }

    public int Count => _keys.Length;

    /// <returns>The first entry whose key equals the text; -1 when none does.</returns>
    public int Find(ReadOnlySpan<byte> text, RemovedKeys? removed = null)
    {
        if (text.Length < _shortest || text.Length > _longest || !HasLength(text.Length)) return -1;
        return Living(Probe(HashOf(text), text), removed);
    }

    /// <returns>The next entry behind <paramref name="index"/> with the same key; -1 when there is none.</returns>
    public int NextSame(int index) => _nextSame is null || _nextSame[index] == 0 ? -1 : _nextSame[index];

    /// <returns>The entry that begins the text (ends it in a table made backwards), chosen as <paramref name="pick"/> says; -1 when none does.</returns>
    public int FindPart(ReadOnlySpan<byte> text, KeyPick pick, RemovedKeys? removed = null) => Walk(text, pick, -1, [], removed);

    /// <returns>The entry that stands anywhere in the text; -1 when none does.</returns>
    public int FindInside(ReadOnlySpan<byte> text, KeyPick pick, RemovedKeys? removed = null)
    {
        var best = -1;
        for (var start = 0; start <= text.Length - Math.Max(0, _shortest); start++)
        {
            if (_shortest >= 2 && !MayBegin(text[start], text[start + 1])) continue;
            best = Walk(text[start..], pick, best, [], removed);
            if (best >= 0 && pick == KeyPick.Any) return best;
        }
        return best;
    }

    /// <returns>The entry that stands in the text between two delimiters, or a delimiter and an end; -1 when none does.</returns>
    public int FindBetween(ReadOnlySpan<byte> text, ReadOnlySpan<byte> delimiters, KeyPick pick, RemovedKeys? removed = null)
    {
        var best = -1;
        for (var start = 0; start <= text.Length - _shortest; start++)
        {
            if (start > 0 && !delimiters.Contains(text[start - 1])) continue;
            if (_shortest >= 2 && !MayBegin(text[start], text[start + 1])) continue;
            best = Walk(text[start..], pick, best, delimiters, removed);
            if (best >= 0 && pick == KeyPick.Any) return best;
        }
        return best;
    }

    private ReadOnlySpan<byte> Key(int index) => _text.AsSpan(_keys[index].Start, _keys[index].Length);

    /// <summary>Looks up every beginning of the text that has the length of a key.</summary>
    /// <param name="delimiters">When not empty, one has to stand behind the key unless the text ends there; an empty key stands at the end alone.</param>
    private int Walk(ReadOnlySpan<byte> text, KeyPick pick, int best, ReadOnlySpan<byte> delimiters, RemovedKeys? removed)
    {
        var hash = 0UL;
        var most = Math.Min(text.Length, _longest);
        for (var length = 0; length <= most; length++)
        {
            if (length >= _shortest && HasLength(length) && (delimiters.IsEmpty || length == text.Length || (length > 0 && delimiters.Contains(text[length]))))
            {
                var found = Living(Probe(Finish(hash), _backwards ? text[^length..] : text[..length]), removed);
                if (found >= 0)
                {
                    if (pick == KeyPick.Any) return found;
                    if (pick == KeyPick.Longest || best < 0 || found < best) best = found;
                }
            }
            if (length < most) hash = Step(hash, _backwards ? text[text.Length - 1 - length] : text[length]);
        }
        return best;
    }

    private int Living(int index, RemovedKeys? removed)
    {
        while (index >= 0 && removed is not null && removed.Contains(index)) index = NextSame(index);
        return index;
    }

    private int Probe(ulong hash, ReadOnlySpan<byte> key)
    {
        var slot = SlotOf(hash, key);
        return slot == 0 ? -1 : IndexIn(slot);
    }

    /// <summary>The slot of a key, or the free one where it would stand.</summary>
    private ref ulong SlotOf(ulong hash, ReadOnlySpan<byte> key)
    {
        var mask = (uint)_slots.Length - 1;
        for (var at = (uint)hash & mask; ; at = (at + 1) & mask)
        {
            ref var slot = ref _slots[at];
            if (slot == 0) return ref slot;
            if (((slot ^ hash) & TagBits) == 0 && ByteStringComparer.Same(Key(IndexIn(slot)), key, _ignoresCase)) return ref slot;
        }
    }

    private static int IndexIn(ulong slot) => (int)(uint)slot - 1;

    private ulong HashOf(ReadOnlySpan<byte> text)
    {
        var hash = 0UL;
        if (_backwards)
            for (var i = text.Length - 1; i >= 0; i--) hash = Step(hash, text[i]);
        else
            foreach (var c in text) hash = Step(hash, c);
        return Finish(hash);
    }

    private ulong Step(ulong hash, byte c) => (BitOperations.RotateLeft(hash, 5) ^ (_ignoresCase ? ByteStringComparer.Lower(c) : c)) * Multiplier;

    private static ulong Finish(ulong hash)
    {
        hash = (hash ^ (hash >> 32)) * Multiplier;
        return hash ^ (hash >> 29);
    }

    private bool HasLength(int length) => length >= MostLengths || (_lengths[length / 64] & (1UL << (length % 64))) != 0;

    private bool MayBegin(byte first, byte second)
    {
        var bit = PairOf(first, second);
        return (_firstPairs[bit / 64] & (1UL << (bit % 64))) != 0;
    }

    private int PairOf(byte first, byte second)
    {
        if (_ignoresCase) (first, second) = (ByteStringComparer.Lower(first), ByteStringComparer.Lower(second));
        return ((first << 7) ^ second) & (FilterBits - 1);
    }

    private void NoteShape(ReadOnlySpan<byte> key)
    {
        if (key.Length < MostLengths) _lengths[key.Length / 64] |= 1UL << (key.Length % 64);
        if (key.Length >= 2) _firstPairs[PairOf(key[0], key[1]) / 64] |= 1UL << (PairOf(key[0], key[1]) % 64);
    }
}

/// <summary>Which of several keys that match is meant.</summary>
internal enum KeyPick : byte
{
    /// <summary>Whichever is found first.</summary>
    Any,

    Longest,

    /// <summary>The first in the list's order.</summary>
    Earliest,
}

/// <summary>Entries of a file that operators and rules removed since it was read; a bit each. Written under the lists' lock, read by workers.</summary>
internal sealed class RemovedKeys(int count)
{
    private readonly ulong[] _bits = new ulong[count / 64 + 1];

    public int Count { get; private set; }

    public bool Contains(int index) => (Volatile.Read(ref _bits[index / 64]) & (1UL << (index % 64))) != 0;

    public void Add(int index)
    {
        if (Contains(index)) return;
        Volatile.Write(ref _bits[index / 64], _bits[index / 64] | (1UL << (index % 64)));
        Count++;
    }
}
