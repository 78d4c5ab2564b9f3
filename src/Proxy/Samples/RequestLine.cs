namespace Evenkeel.Proxy.Samples;

/// <summary>Words of the request's first line as it came, which is kept until the log is written.</summary>
internal static class RequestLine
{
    public static ReadOnlySpan<byte> Method(SampleContext context) => Word(context, 0);

    public static ReadOnlySpan<byte> Target(SampleContext context) => Word(context, 1);

    /// <summary>The target without scheme and authority; empty for `*` and an authority.</summary>
    public static ReadOnlySpan<byte> PathAndQuery(SampleContext context)
    {
        var target = Target(context);
        var scheme = target.IndexOf("://"u8);
        if (target is [(byte)'/', ..]) return target;
        if (scheme < 0) return default;
        var rest = target[(scheme + 3)..];
        var end = rest.IndexOfAny((byte)'/', (byte)'?');
        return end < 0 ? default : rest[end..];
    }

    public static ReadOnlySpan<byte> Version(SampleContext context) => Word(context, 2);

    private static ReadOnlySpan<byte> Word(SampleContext context, int index)
    {
        if (context.Stream is not { } stream) return default;
        var rest = stream.RequestLine;
        for (; index > 0; index--)
        {
            var space = rest.IndexOf((byte)' ');
            if (space < 0) return default;
            rest = rest[(space + 1)..];
        }
        var end = rest.IndexOf((byte)' ');
        return end < 0 ? rest : rest[..end];
    }
}
