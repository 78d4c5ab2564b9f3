using System.Text;
using Evenkeel.Model.Rules;

namespace Evenkeel.Proxy.Samples.Patterns;

/// <summary>
/// One entry of a list of patterns: a key as written, and in a map its value, which may change while workers read it. Those of files are made only to be
/// shown (<see cref="FileEntries"/>).
/// </summary>
public sealed class PatternEntry
{
    private static long _lastId = 0x10_0000;
    private volatile byte[] _value;

    public PatternEntry(string key, string value) : this(TakeIds(1), key, Encoding.Latin1.GetBytes(value))
    {
    }

    internal PatternEntry(long id, string key, byte[] value)
    {
        Id = id;
        Key = key;
        _value = value;
    }

    /// <summary>By which operators may name it; never used twice.</summary>
    public long Id { get; }

    public string Key { get; }

    public byte[] KeyBytes => Encoding.Latin1.GetBytes(Key);

    public byte[] Value
    {
        get => _value;
        set => _value = value;
    }

    /// <summary>The key when it is a number; what the configuration read of it, which may have had an operator before it.</summary>
    internal IntegerRange? Range { get; init; }

    /// <summary>The key when it is an address; what the configuration read of it, which may have been a host name.</summary>
    internal NetworkModel? Network { get; init; }

    /// <summary>Takes numbers for as many entries.</summary>
    /// <returns>The first of them.</returns>
    internal static long TakeIds(long count) => Interlocked.Add(ref _lastId, count) - count + 1;

    internal IntegerRange AsRange() => Range ?? (PatternText.TryRange(Key, out var range, out _) ? range : new IntegerRange(1, 0));

    internal NetworkModel AsNetwork() => Network ?? (PatternText.TryNetwork(Key, out var network) ? network : default);
}
