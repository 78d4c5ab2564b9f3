using Evenkeel.Proxy.Message;

namespace Evenkeel.Proxy.Samples;

/// <summary>
/// Goes through the values of a header, one after the other: whole fields, or their parts between commas outside of quotes (RFC 9110 §5.6.1).
/// </summary>
internal ref struct HeaderValues(HttpMessage message, ReadOnlySpan<byte> lowerName, bool splitsAtCommas, int header = 0, int offset = 0)
{
    private readonly ReadOnlySpan<byte> _name = lowerName;

    public ReadOnlySpan<byte> Current { get; private set; }

    /// <summary>Where to go on: the arguments of another cursor.</summary>
    public int NextHeader { get; private set; } = header;

    public int NextOffset { get; private set; } = offset;

    /// <summary>An empty name means every header.</summary>
    public bool MoveNext()
    {
        while (NextHeader < message.HeaderCount)
        {
            // Inside of a header, its name is known to be the one.
            if (NextOffset == 0 && !_name.IsEmpty)
            {
                var found = message.Find(_name, NextHeader);
                NextHeader = found < 0 ? message.HeaderCount : found;
                if (found < 0) return false;
            }
            var value = message.Value(NextHeader);
            if (!splitsAtCommas)
            {
                // Received values have no blanks around them; those that rules set may.
                Current = value.Trim(" \t"u8);
                NextHeader++;
                return true;
            }
            if (NextOffset <= value.Length)
            {
                var rest = value[NextOffset..];
                var length = LengthToComma(rest);
                NextOffset += length + 1;
                Current = rest[..length].Trim(" \t"u8);
                return true;
            }
            NextHeader++;
            NextOffset = 0;
        }
        return false;
    }

    public int Count()
    {
        var count = 0;
        while (MoveNext()) count++;
        return count;
    }

    /// <summary>The value with that number: 1 is the first, -1 the last.</summary>
    public bool TryFind(long occurrence, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (occurrence < 0)
        {
            var counter = new HeaderValues(message, _name, splitsAtCommas);
            occurrence = counter.Count() + 1 + occurrence;
        }
        if (occurrence <= 0) return false;
        while (MoveNext())
        {
            if (--occurrence > 0) continue;
            value = Current;
            return true;
        }
        return false;
    }

    private static int LengthToComma(ReadOnlySpan<byte> text)
    {
        var first = text.IndexOfAny((byte)',', (byte)'"');
        if (first < 0) return text.Length;
        if (text[first] == ',') return first;
        var quoted = false;
        for (var i = first; i < text.Length; i++)
        {
            var c = text[i];
            if (quoted && c == '\\') i++;
            else if (c == '"') quoted = !quoted;
            else if (c == ',' && !quoted) return i;
        }
        return text.Length;
    }
}
