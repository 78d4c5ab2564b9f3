using Evenkeel.Proxy.Samples;

namespace Evenkeel.Proxy.Samples.Converters;

/// <summary>A node of the `Forwarded` header: a name and perhaps a port (RFC 7239 6). Bytes are the text's own.</summary>
internal readonly ref struct ForwardedNode
{
    /// <summary>What stands before the colon, without brackets.</summary>
    public ReadOnlySpan<byte> Name { get; private init; }

    /// <summary>An obfuscated port with its underscore; empty when the port is a number or not there.</summary>
    public ReadOnlySpan<byte> HiddenPort { get; private init; }

    /// <summary>0 when there is none.</summary>
    public int Port { get; private init; }

    public bool HasPort => Port > 0 || !HiddenPort.IsEmpty;

    /// <summary>Reads a node and leaves <paramref name="text"/> behind it.</summary>
    public static bool TryRead(scoped ref ReadOnlySpan<byte> text, out ForwardedNode node)
    {
        node = default;
        if (!TryReadName(ref text, out var name)) return false;
        ReadOnlySpan<byte> hidden = default;
        var port = 0;
        if (!text.IsEmpty && text[0] == ':')
        {
            text = text[1..];
            if (!TryReadHidden(ref text, out hidden) && !TryReadPort(ref text, out port)) return false;
        }
        node = new ForwardedNode { Name = name, HiddenPort = hidden, Port = port };
        return true;
    }

    /// <summary>Letters, digits, dots, underscores and dashes: what obfuscated identifiers are made of.</summary>
    public static bool IsIdentifier(ReadOnlySpan<byte> text) => !text.ContainsAnyExcept(IdentifierCharacters);

    private static readonly System.Buffers.SearchValues<byte> IdentifierCharacters =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"u8);

    private static readonly System.Buffers.SearchValues<byte> DottedDigits = System.Buffers.SearchValues.Create("0123456789."u8);

    private static bool TryReadName(scoped ref ReadOnlySpan<byte> text, out ReadOnlySpan<byte> name)
    {
        name = default;
        if (TryReadHidden(ref text, out name)) return true;
        var sample = default(Sample);
        if (text.StartsWith("unknown"u8))
        {
            name = text[..7];
            text = text[7..];
            return true;
        }
        if (text.StartsWith("["u8))
        {
            var end = text.IndexOf((byte)']');
            if (end < 0 || !SampleCast.TryParseAddress(text[1..end], ref sample) || sample.Type != Model.Samples.SampleType.IPv6) return false;
            name = text[1..end];
            text = text[(end + 1)..];
            return true;
        }
        var length = text.IndexOfAnyExcept(DottedDigits);
        if (length < 0) length = text.Length;
        if (!SampleCast.TryParseAddress(text[..length], ref sample) || sample.Type != Model.Samples.SampleType.IPv4) return false;
        name = text[..length];
        text = text[length..];
        return true;
    }

    private static bool TryReadHidden(scoped ref ReadOnlySpan<byte> text, out ReadOnlySpan<byte> hidden)
    {
        hidden = default;
        if (!text.StartsWith("_"u8)) return false;
        var length = text.IndexOfAnyExcept(IdentifierCharacters);
        if (length < 0) length = text.Length;
        if (length < 2) return false;
        hidden = text[..length];
        text = text[length..];
        return true;
    }

    private static bool TryReadPort(scoped ref ReadOnlySpan<byte> text, out int port)
    {
        port = 0;
        var at = 0;
        for (; at < text.Length && text[at] is >= (byte)'0' and <= (byte)'9'; at++)
        {
            port = port * 10 + (text[at] - '0');
            if (port > ushort.MaxValue) return false;
        }
        text = text[at..];
        return port > 0;
    }
}
