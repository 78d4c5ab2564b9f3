using System.IO.Hashing;
using System.Security.Cryptography;

namespace Evenkeel.Proxy.Samples.Patterns;

/// <summary>
/// What long lists of regular expressions said of texts seen lately: most requests ask for what others asked for, and a list has to be gone through as a
/// whole to say no. Owner: one worker's context.
/// </summary>
/// <remarks>Texts are known by a 128-bit hash with a secret seed, so that nobody can make two look the same.</remarks>
internal sealed class MatchCache
{
    /// <summary>Lists up to this length are not worth a hash.</summary>
    public const int Few = 8;

    /// <summary>Texts remembered; each 32 bytes.</summary>
    private const int Slots = 1_024;

    private static readonly long Seed = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long)));
    private static long _lastNumber;
    private Slot[]? _slots;

    /// <summary>A number for a list that does not change; a changed list is another one.</summary>
    public static long NextNumber() => Interlocked.Increment(ref _lastNumber);

    /// <summary>The place of a list's result for a text. The caller fills it when it is not known.</summary>
    public ref int Of(long list, ReadOnlySpan<byte> text, out bool isKnown)
    {
        _slots ??= new Slot[Slots];
        var hash = XxHash128.HashToUInt128(text, Seed + list);
        ref var slot = ref _slots[(int)((ulong)hash % Slots)];
        isKnown = slot.List == list && slot.Hash == hash;
        (slot.List, slot.Hash) = (list, hash);
        return ref slot.Found;
    }

    private struct Slot
    {
        public UInt128 Hash;
        public long List;
        public int Found;
    }
}
