using System.Text;

namespace Evenkeel.Proxy.Servers.Resolvers;

/// <summary>Names between text and the wire (RFC 1035 §3.1, §4.1.4).</summary>
internal static class DnsName
{
    public const int MaxText = 253;
    private const int MaxLabel = 63;
    private const int PointerBits = 0xC0;

    /// <summary>Lower case, without the last dot: the form in which names are compared here.</summary>
    public static string Normal(string name) => name.TrimEnd('.').ToLowerInvariant();

    /// <summary>Writes a name as labels.</summary>
    /// <param name="destination">At least <see cref="MaxText"/> + 2 bytes.</param>
    /// <returns>Bytes written; 0 when it is no name.</returns>
    public static int Write(string name, Span<byte> destination)
    {
        if (name.Length is 0 or > MaxText) return 0;
        var at = 0;
        foreach (var range in name.AsSpan().Split('.'))
        {
            var label = name.AsSpan(range);
            if (label.Length is 0 or > MaxLabel || !Ascii.IsValid(label)) return 0;
            destination[at++] = (byte)label.Length;
            at += Encoding.ASCII.GetBytes(label, destination[at..]);
        }

        destination[at++] = 0;
        return at;
    }

    /// <summary>Reads a name, which may point at earlier parts of the message. Always ends: each pointer must lead further back.</summary>
    /// <param name="offset">Of the name; moves behind it.</param>
    /// <param name="name">Lower case. A name with bytes that no host name has is read, but as an empty one.</param>
    /// <returns>False when the message ends inside it, or its form is wrong.</returns>
    public static bool TryRead(ReadOnlySpan<byte> message, ref int offset, out string name)
    {
        name = "";
        Span<char> text = stackalloc char[MaxText + 1];
        var (at, end, limit, length, isPlain) = (offset, -1, offset, 0, true);
        while (true)
        {
            if (at >= message.Length) return false;
            var size = message[at++];
            if (size == 0) break;
            if ((size & PointerBits) == PointerBits)
            {
                if (at >= message.Length) return false;
                var target = (size & ~PointerBits) << 8 | message[at++];
                if (end < 0) end = at;
                if (target >= limit) return false;
                at = limit = target;
                continue;
            }

            if (size > MaxLabel || at + size > message.Length || length + size + 1 > MaxText + 1) return false;
            if (length > 0) text[length++] = '.';
            foreach (var each in message.Slice(at, size))
            {
                isPlain &= char.IsAsciiLetterOrDigit((char)each) || each is (byte)'-' or (byte)'_';
                text[length++] = char.ToLowerInvariant((char)each);
                if (length > MaxText) return false;
            }

            at += size;
        }

        offset = end < 0 ? at : end;
        if (isPlain) name = new string(text[..length]);
        return true;
    }
}
