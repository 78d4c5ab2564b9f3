using System.IO.Hashing;
using Evenkeel.Model.Samples;

namespace Evenkeel.Proxy.Samples.Converters;

/// <summary>Quick hashes of binary values to integers (configuration.txt 7.3.1).</summary>
internal static class HashConverters
{
    private delegate uint Hash32(ReadOnlySpan<byte> bytes);

    private delegate long SeededHash(ReadOnlySpan<byte> bytes, long seed);

    public static readonly ConverterRow[] Rows =
    [
        Avalanched("sdbm", Hashes.Sdbm),
        Avalanched("djb2", Hashes.Djb2),
        Avalanched("wt6", Hashes.Wt6),
        Avalanched("crc32", Hashes.Crc32),
        Avalanched("crc32c", Hashes.Crc32C),
        Seeded("xxh32", (bytes, seed) => XxHash32.HashToUInt32(bytes, (int)seed)),
        Seeded("xxh64", (bytes, seed) => (long)XxHash64.HashToUInt64(bytes, seed)),
        Seeded("xxh3", (bytes, seed) => (long)XxHash3.HashToUInt64(bytes, seed)),
    ];

    private static ConverterRow Avalanched(string name, Hash32 hash) =>
        new(new ConverterSignature(name, SampleType.Binary, SampleType.Integer, [Takes.Integer.Optional()]), (_, arguments, ref sample) =>
        {
            var value = hash(sample.Bytes);
            sample.SetInteger(arguments.Number(0) != 0 ? Hashes.Avalanche(value) : value);
            return true;
        });

    private static ConverterRow Seeded(string name, SeededHash hash) =>
        new(new ConverterSignature(name, SampleType.Binary, SampleType.Integer, [Takes.Integer.Optional()]), (_, arguments, ref sample) =>
        {
            sample.SetInteger(hash(sample.Bytes, arguments.Number(0)));
            return true;
        });
}
