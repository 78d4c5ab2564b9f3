using System.Text;
using Evenkeel.Model.Rules;

namespace Evenkeel.Proxy.Samples.Patterns;

/// <summary>One line of a list of patterns: a key as written, and in a map its value, which may change while workers read it.</summary>
public sealed class PatternEntry
{
    private static long _lastId = 0x10_0000;
    // A boxed range or network; few entries have one, and a map may have a million entries.
    private readonly object? _parsed;
    private volatile byte[] _value;

    public PatternEntry(string key, string value)
        : this(key, Encoding.Latin1.GetBytes(value))
    {
    }

    /// <param name="value">May be shared with other entries: a new value is another array.</param>
    internal PatternEntry(string key, byte[] value)
    {
        Key = key;
        _value = value;
    }

    /// <summary>By which operators may name it; never used twice.</summary>
    public long Id { get; } = Interlocked.Increment(ref _lastId);

    public string Key { get; }

    public byte[] KeyBytes => Encoding.Latin1.GetBytes(Key);

    public byte[] Value
    {
        get => _value;
        set => _value = value;
    }

    /// <summary>The key when it is a number; what the configuration read of it, which may have had an operator before it.</summary>
    internal IntegerRange? Range
    {
        get => _parsed as IntegerRange?;
        init => _parsed = value ?? _parsed;
    }

    /// <summary>The key when it is an address; what the configuration read of it, which may have been a host name.</summary>
    internal NetworkModel? Network
    {
        get => _parsed as NetworkModel?;
        init => _parsed = value ?? _parsed;
    }

    internal IntegerRange AsRange() => Range ?? (PatternText.TryRange(Key, out var range, out _) ? range : new IntegerRange(1, 0));

    internal NetworkModel AsNetwork() => Network ?? (PatternText.TryNetwork(Key, out var network) ? network : default);
}
