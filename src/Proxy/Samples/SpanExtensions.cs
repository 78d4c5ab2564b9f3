namespace Evenkeel.Proxy.Samples;

/// <summary>Copies that may not fit.</summary>
internal static class SpanExtensions
{
    /// <summary>Copies <paramref name="source"/> to the front and gives that part back.</summary>
    public static bool TryCopyFrom(this Span<byte> destination, ReadOnlySpan<byte> source, out Span<byte> copy)
    {
        copy = default;
        if (!source.TryCopyTo(destination)) return false;
        copy = destination[..source.Length];
        return true;
    }
}
