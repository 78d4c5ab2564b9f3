using System.Numerics;

namespace Evenkeel.Proxy.Servers.Balance;

/// <summary>
/// The hash functions operators choose with `hash-type` and as converters; 32-bit, and equal to the original's to the bit, because caches behind
/// several balancers depend on it.
/// </summary>
public static class KeyHashes
{
    /// <summary>The hash of the sdbm database library.</summary>
    public static uint Sdbm(ReadOnlySpan<byte> key)
    {
        uint hash = 0;
        foreach (var value in key) hash = value + (hash << 6) + (hash << 16) - hash;
        return hash;
    }

    /// <summary>Dan Bernstein's hash times 33.</summary>
    public static uint Djb2(ReadOnlySpan<byte> key)
    {
        uint hash = 5381;
        foreach (var value in key) hash = (hash << 5) + hash + value;
        return hash;
    }

    /// <summary>Two words that rotate into each other by amounts their own bits decide.</summary>
    public static uint Wt6(ReadOnlySpan<byte> key)
    {
        uint left = 0xa53c965a, right = 0x5ca6953a;
        int leftTurn = 6, rightTurn = 18;
        foreach (var value in key)
        {
            var turned = BitOperations.RotateLeft(~(right + value), leftTurn);
            right = BitOperations.RotateLeft(~(left ^ value), rightTurn);
            left = turned;
            var turns = ((left >> 16) ^ right) & 0xffff;
            leftTurn = (int)(turns & 31);
            rightTurn = (int)(turns >> 11);
        }

        return left ^ right;
    }

    /// <summary>CRC-32 as Ethernet, gzip and PNG use it.</summary>
    public static uint Crc32(ReadOnlySpan<byte> key)
    {
        var crc = uint.MaxValue;
        foreach (var value in key) crc = CrcTable[(byte)(crc ^ value)] ^ (crc >> 8);
        return ~crc;
    }

    /// <summary>The key is a decimal number already: sign and digits at its start, modulo 2^32; 0 without any.</summary>
    public static uint None(ReadOnlySpan<byte> key)
    {
        var at = 0;
        while (at < key.Length && key[at] is (byte)' ' or (byte)'\t') at++;
        var negative = at < key.Length && key[at] == '-';
        if (at < key.Length && key[at] is (byte)'-' or (byte)'+') at++;
        uint number = 0;
        for (; at < key.Length && key[at] is >= (byte)'0' and <= (byte)'9'; at++) number = number * 10 + (uint)(key[at] - '0');
        return negative ? 0 - number : number;
    }

    /// <summary>
    /// Spreads a hash over all 32 bits: one of Bob Jenkins' full avalanche functions for integers, then a multiplication by a large prime.
    /// </summary>
    public static uint Avalanche(uint hash)
    {
        hash = hash + 0x7ed55d16 + (hash << 12);
        hash = hash ^ 0xc761c23c ^ (hash >> 19);
        hash = hash + 0x165667b1 + (hash << 5);
        hash = (hash + 0xd3a2646c) ^ (hash << 9);
        hash = hash + 0xfd7046c5 + (hash << 3);
        hash = hash ^ 0xb55a4f09 ^ (hash >> 16);
        return hash * 3_221_225_473;
    }

    private static readonly uint[] CrcTable = MakeCrcTable();

    private static uint[] MakeCrcTable()
    {
        var table = new uint[256];
        for (uint i = 0; i < 256; i++)
        {
            var crc = i;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? 0xedb88320 ^ (crc >> 1) : crc >> 1;
            table[i] = crc;
        }

        return table;
    }
}
