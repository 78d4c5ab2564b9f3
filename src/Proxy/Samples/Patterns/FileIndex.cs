using System.Text;
using Evenkeel.Linux.Pcre;
using Evenkeel.Model.Rules;
using Evenkeel.Model.Samples;

namespace Evenkeel.Proxy.Samples.Patterns;

/// <summary>The entries of a pattern file made ready for one match method. Shared by all that match the file this way; immutable, any thread.</summary>
internal abstract class FileIndex
{
    /// <summary>The entry that decides, as the original chooses it: the longest of beginnings and networks, else the first in the file.</summary>
    /// <param name="any">Any entry that matches will do.</param>
    /// <returns>The entry's index; -1 when none matches.</returns>
    public abstract int Find(in Sample sample, SampleContext context, bool any, RemovedKeys? removed);

    /// <returns>Null for a method that has no patterns.</returns>
    public static FileIndex? Create(FileEntries entries, MatchMethod method, bool ignoreCase, IReadOnlyDictionary<string, NetworkModel> names)
    {
        switch (method)
        {
            case MatchMethod.Found or MatchMethod.Boolean:
                return null;
            case MatchMethod.Integer or MatchMethod.Length:
                return new RangeIndex(Ranges(entries), method == MatchMethod.Length);
            case MatchMethod.Address:
                return new NetworkIndex(Networks(entries, names));
            case MatchMethod.Regex:
                var expressions = new PcreRegex[entries.Lines];
                for (var i = 0; i < expressions.Length; i++) expressions[i] = PcreRegex.TryCompile(entries.Key(i), ignoreCase, out _)!;
                return new RegexIndex(expressions);
            case MatchMethod.Binary:
                var (text, keys) = Decoded(entries);
                return new TextIndex(text, keys, method, ignoreCase: false);
            default:
                keys = new KeySpan[entries.Lines];
                for (var i = 0; i < keys.Length; i++) keys[i] = entries.Span(i);
                return new TextIndex(entries.Text, keys, method, ignoreCase && method != MatchMethod.Method);
        }
    }

    private static IntegerRange[] Ranges(FileEntries entries)
    {
        var ranges = new IntegerRange[entries.Lines];
        for (var i = 0; i < ranges.Length; i++)
        {
            if (PatternText.TryPlainNumber(entries.Key(i), out var number)) ranges[i] = new IntegerRange(number, number);
            else _ = PatternText.TryRange(Encoding.Latin1.GetString(entries.Key(i)), out ranges[i], out _);
        }
        return ranges;
    }

    private static Network[] Networks(FileEntries entries, IReadOnlyDictionary<string, NetworkModel> names)
    {
        var networks = new Network[entries.Lines];
        for (var i = 0; i < networks.Length; i++)
        {
            if (PatternText.TryPlainIPv4(entries.Key(i), out var address, out var mask))
            {
                networks[i] = new Network(address, mask, IsIPv4: true);
                continue;
            }
            var text = Encoding.Latin1.GetString(entries.Key(i));
            networks[i] = Network.From(PatternText.TryNetwork(text, out var network) ? network : names[text]);
        }
        return networks;
    }

    private static (byte[] Text, KeySpan[] Keys) Decoded(FileEntries entries)
    {
        var text = new byte[entries.Text.Length / 2];
        var keys = new KeySpan[entries.Lines];
        var used = 0;
        for (var i = 0; i < keys.Length; i++)
        {
            _ = Convert.FromHexString(entries.Key(i), text.AsSpan(used), out _, out var length);
            keys[i] = new KeySpan(used, length);
            used += length;
        }
        return (text, keys);
    }
}

/// <summary>Keys that are text: exact, beginnings, ends, parts.</summary>
internal sealed class TextIndex : FileIndex
{
    private readonly KeyTable _table;
    private readonly MatchMethod _method;

    public TextIndex(byte[] text, KeySpan[] keys, MatchMethod method, bool ignoreCase)
    {
        _method = method;
        if (method is MatchMethod.Directory or MatchMethod.Domain)
            for (var i = 0; i < keys.Length; i++) keys[i] = Trim(text, keys[i], DelimitersOf(method));
        _table = new KeyTable(text, keys, ignoreCase, backwards: method == MatchMethod.Suffix);
    }

    /// <summary>The keys as they are, for look-ups by key.</summary>
    public KeyTable Table => _table;

    public override int Find(in Sample sample, SampleContext context, bool any, RemovedKeys? removed) => Find(sample.Bytes, any, removed);

    public int Find(ReadOnlySpan<byte> text, bool any, RemovedKeys? removed)
    {
        var pick = any ? KeyPick.Any : KeyPick.Earliest;
        return _method switch
        {
            MatchMethod.Prefix => _table.FindPart(text, any ? KeyPick.Any : KeyPick.Longest, removed),
            MatchMethod.Suffix => _table.FindPart(text, pick, removed),
            MatchMethod.Substring => _table.FindInside(text, pick, removed),
            MatchMethod.Directory or MatchMethod.Domain => _table.FindBetween(text, DelimitersOf(_method), pick, removed),
            _ => _table.Find(text, removed),
        };
    }

    public static ReadOnlySpan<byte> DelimitersOf(MatchMethod method) => method == MatchMethod.Directory ? "/?"u8 : "/?.:"u8;

    /// <summary>Delimiters around a pattern itself do not count; a question mark around a directory does.</summary>
    private static KeySpan Trim(byte[] text, KeySpan key, ReadOnlySpan<byte> delimiters)
    {
        var trimmed = delimiters.Length == 2 ? delimiters[..1] : delimiters;
        var (start, end) = (key.Start, key.Start + key.Length);
        while (start < end && trimmed.Contains(text[start])) start++;
        while (end > start && trimmed.Contains(text[end - 1])) end--;
        return new KeySpan(start, end - start);
    }
}

/// <summary>Regular expressions, one after the other; what a text gave is remembered for a while.</summary>
internal sealed class RegexIndex(PcreRegex[] expressions) : FileIndex
{
    private readonly long _number = expressions.Length > MatchCache.Few ? MatchCache.NextNumber() : 0;

    public override int Find(in Sample sample, SampleContext context, bool any, RemovedKeys? removed)
    {
        if (_number == 0 || removed is not null) return First(sample.Bytes, context, removed);
        ref var known = ref context.Matches.Of(_number, sample.Bytes, out var isKnown);
        if (!isKnown) known = First(sample.Bytes, context, removed: null);
        // The groups of the match may be wanted.
        else if (known >= 0 && !any) _ = expressions[known].TryMatch(sample.Bytes, context.Match);
        return known;
    }

    private int First(ReadOnlySpan<byte> text, SampleContext context, RemovedKeys? removed)
    {
        for (var i = 0; i < expressions.Length; i++)
            if (removed?.Contains(i) is not true && expressions[i].TryMatch(text, context.Match)) return i;
        return -1;
    }
}
