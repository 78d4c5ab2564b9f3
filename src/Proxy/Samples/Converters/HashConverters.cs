using System.IO.Hashing;
using System.Numerics;
using Evenkeel.Model.Samples;
using Evenkeel.Proxy.Servers.Balance;

namespace Evenkeel.Proxy.Samples.Converters;

/// <summary>Quick hashes of binary values to integers (configuration.txt 7.3.1).</summary>
internal static class HashConverters
{
    private delegate uint Hash32(ReadOnlySpan<byte> bytes);

    private delegate long SeededHash(ReadOnlySpan<byte> bytes, long seed);

    public static readonly ConverterRow[] Rows =
    [
        Avalanched("sdbm", KeyHashes.Sdbm),
        Avalanched("djb2", KeyHashes.Djb2),
        Avalanched("wt6", KeyHashes.Wt6),
        Avalanched("crc32", KeyHashes.Crc32),
        Avalanched("crc32c", Crc32C),
        Seeded("xxh32", (bytes, seed) => XxHash32.HashToUInt32(bytes, (int)seed)),
        Seeded("xxh64", (bytes, seed) => (long)XxHash64.HashToUInt64(bytes, seed)),
        Seeded("xxh3", (bytes, seed) => (long)XxHash3.HashToUInt64(bytes, seed)),
    ];

    private static ConverterRow Avalanched(string name, Hash32 hash) =>
        new(new ConverterSignature(name, SampleType.Binary, SampleType.Integer, [Takes.Integer.Optional()]), (_, arguments, ref sample) =>
        {
            var value = hash(sample.Bytes);
            sample.SetInteger(arguments.Number(0) != 0 ? KeyHashes.Avalanche(value) : value);
            return true;
        });

    private static ConverterRow Seeded(string name, SeededHash hash) =>
        new(new ConverterSignature(name, SampleType.Binary, SampleType.Integer, [Takes.Integer.Optional()]), (_, arguments, ref sample) =>
        {
            sample.SetInteger(hash(sample.Bytes, arguments.Number(0)));
            return true;
        });

    /// <summary>The Castagnoli CRC.</summary>
    private static uint Crc32C(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes) crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }
}
