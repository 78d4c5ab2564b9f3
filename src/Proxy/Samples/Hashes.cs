using System.Numerics;

namespace Evenkeel.Proxy.Samples;

/// <summary>
/// The hash functions of `hash-type` and of the converters of the same names, 32 bits each, bit-exact because caches depend on the result
/// (configuration.txt "hash-type", doc/internals/hashing.txt).
/// </summary>
public static class Hashes
{
    /// <summary>hash * 65599 + byte.</summary>
    public static uint Sdbm(ReadOnlySpan<byte> bytes)
    {
        var hash = 0u;
        foreach (var b in bytes) hash = hash * 65_599 + b;
        return hash;
    }

    /// <summary>hash * 33 + byte, from 5381.</summary>
    public static uint Djb2(ReadOnlySpan<byte> bytes)
    {
        var hash = 5_381u;
        foreach (var b in bytes) hash = hash * 33 + b;
        return hash;
    }

    /// <summary>Two halves that are mixed and swapped by a rotation which the halves choose themselves.</summary>
    public static uint Wt6(ReadOnlySpan<byte> bytes)
    {
        uint first = 0xA53C965A, second = 0x5CA6953A;
        int firstTurn = 6, secondTurn = 18;
        foreach (var b in bytes)
        {
            var mixed = ~(first ^ b);
            (first, second) = (BitOperations.RotateLeft(~(second + b), firstTurn), BitOperations.RotateLeft(mixed, secondTurn));
            var choice = ((first >> 16) ^ second) & 0xFFFF;
            firstTurn = (int)(choice & 31);
            secondTurn = (int)(choice >> 11);
        }
        return first ^ second;
    }

    /// <summary>The CRC of Ethernet and gzip.</summary>
    public static uint Crc32(ReadOnlySpan<byte> bytes) => System.IO.Hashing.Crc32.HashToUInt32(bytes);

    /// <summary>The Castagnoli CRC.</summary>
    public static uint Crc32C(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes) crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }

    /// <summary>Spreads a 32-bit value so that every input bit moves every output bit (Bob Jenkins' integer hash).</summary>
    public static uint Avalanche(uint value)
    {
        value = value + 0x7ED55D16 + (value << 12);
        value = value ^ 0xC761C23C ^ (value >> 19);
        value = value + 0x165667B1 + (value << 5);
        value = (value + 0xD3A2646C) ^ (value << 9);
        value = value + 0xFD7046C5 + (value << 3);
        return value ^ 0xB55A4F09 ^ (value >> 16);
    }
}
