using System.Text;
using Evenkeel.Model;
using Evenkeel.Model.Rules;
using Evenkeel.Model.Samples;
using Evenkeel.Proxy.Samples;
using Evenkeel.Proxy.Samples.Patterns;

namespace Evenkeel.Tests.Unit.Proxy.Samples;

/// <summary>Indexed files and lists of patterns against a matcher that goes through them one by one.</summary>
public sealed class PatternIndexTests
{
    private const int Rounds = 150;
    private static readonly string[] Parts = ["a", "b", "ab", "/", "?", ".", ":", "A", "/a", "xyz", "/ab/"];
    private readonly SampleContext _context = new();

    [Theory]
    [InlineData("str", false), InlineData("beg", false), InlineData("end", false), InlineData("sub", false), InlineData("dir", false)]
    [InlineData("dom", false), InlineData("str", true), InlineData("beg", true), InlineData("end", true), InlineData("sub", true)]
    [InlineData("dir", true), InlineData("dom", true)]
    public void Texts_match_as_one_by_one(string name, bool ignoreCase)
    {
        var method = MethodOf(name);
        var random = new Random(11);
        for (var round = 0; round < Rounds; round++)
        {
            string[] keys = [.. Enumerable.Range(0, random.Next(1, 30)).Select(_ => Text(random, 1, 4))];
            var removed = random.Next(3) == 0 ? random.Next(keys.Length) : -1;
            var entries = EntriesOf(keys, removed);
            var index = entries.Index(method, ignoreCase, NoNames)!;
            var set = PatternSet.Create(method, ignoreCase, [.. keys.Select(key => new PatternEntry(key, ""))]);
            for (var i = 0; i < 20; i++)
            {
                var text = Text(random, 0, 7);
                int[] right = [.. Enumerable.Range(0, keys.Length).Where(k => Matches(method, ignoreCase, keys[k], text))];
                int[] left = [.. right.Where(k => k != removed)];
                var expected = left.Length == 0 ? -1 : method == MatchMethod.Prefix ? left.MaxBy(k => (keys[k].Length, -k)) : left[0];
                var sample = default(Sample);
                sample.SetString(Encoding.Latin1.GetBytes(text));
                Assert.Equal(expected, index.Find(sample, _context, any: false, entries.Removed));
                Assert.Equal(left.Length > 0, index.Find(sample, _context, any: true, entries.Removed) >= 0);
                Assert.Equal(right.Length > 0, set.Matches(sample, _context));
            }
        }
    }

    [Fact]
    public void Numbers_match_as_one_by_one()
    {
        var random = new Random(12);
        for (var round = 0; round < Rounds; round++)
        {
            string[] keys = [.. Enumerable.Range(0, random.Next(1, 30)).Select(_ => RangeText(random))];
            var removed = random.Next(keys.Length);
            var entries = EntriesOf(keys, removed);
            var index = entries.Index(MatchMethod.Integer, ignoreCase: false, NoNames)!;
            for (var i = 0; i < 30; i++)
            {
                var sample = default(Sample);
                sample.SetInteger(i == 0 ? long.MaxValue : i == 1 ? long.MinValue : random.Next(-5, 45));
                var value = sample.Integer;
                var expected = Array.FindIndex(keys, key => key != keys[removed] && PatternText.TryRange(key, out var range, out _) && range.Contains(value));
                var same = Array.FindIndex(keys, key => PatternText.TryRange(key, out var range, out _) && range.Contains(value));
                Assert.Equal(same, index.Find(sample, _context, any: false, removed: null));
                if (keys.Count(key => key == keys[removed]) == 1) Assert.Equal(expected, index.Find(sample, _context, any: false, entries.Removed));
            }
        }
    }

    [Fact]
    public void The_narrowest_network_of_the_own_family_decides()
    {
        var random = new Random(13);
        for (var round = 0; round < Rounds; round++)
        {
            string[] keys = [.. Enumerable.Range(0, random.Next(1, 40)).Select(_ => NetworkText(random))];
            var removed = random.Next(keys.Length);
            var entries = EntriesOf(keys, removed);
            var index = entries.Index(MatchMethod.Address, ignoreCase: false, NoNames)!;
            for (var i = 0; i < 30; i++)
            {
                var sample = default(Sample);
                sample.SetIPv4((uint)random.Next(4) << 24 | (uint)random.Next(4) << 8 | (uint)random.Next(4));
                Assert.Equal(Narrowest(keys, -1, sample.Address), index.Find(sample, _context, any: false, removed: null));
                Assert.Equal(Narrowest(keys, removed, sample.Address), index.Find(sample, _context, any: false, entries.Removed));
            }
        }
    }

    [Theory]
    [InlineData("a b", "xb", true), InlineData("^a (b)\\1", "cbb", true), InlineData("^a (b)\\1", "cb", false), InlineData("a|b c", "zc", true)]
    [InlineData("(?i)abc def", "ABC", true), InlineData("(?i)abc def", "DEF", false), InlineData("(?<n>x)\\k<n> y", "xx", true)]
    [InlineData("^/a[)]$ ^/b(c|d)$", "/a)", true), InlineData("^/a[)]$ ^/b(c|d)$", "/bd", true), InlineData("^/a[)]$ ^/b(c|d)$", "/be", false)]
    public void Joined_expressions_match_as_each_alone(string patterns, string text, bool expected)
    {
        var set = PatternSet.Create(MatchMethod.Regex, ignoreCase: false, [.. patterns.Split(' ').Select(pattern => new PatternEntry(pattern, ""))]);
        var sample = default(Sample);
        sample.SetString(Encoding.Latin1.GetBytes(text));
        Assert.Equal(expected, set.Matches(sample, _context));
    }

    [Fact]
    public void A_file_of_one_key_written_very_often_is_no_burden()
    {
        var entries = EntriesOf([.. Enumerable.Repeat("same", 200_000)], removed: 0);
        var index = entries.Index(MatchMethod.String, ignoreCase: false, NoNames)!;
        var sample = default(Sample);
        sample.SetString("same"u8);
        Assert.Equal(1, index.Find(sample, _context, any: false, entries.Removed));
    }

    [Fact]
    public void A_file_is_cut_in_place_and_its_lines_are_counted()
    {
        var file = PatternFileModel.Cut("f", "# no\n\n  key \t value with blanks \r\nalone\n#\n\tlast x"u8.ToArray());
        Assert.Equal(["key", "alone", "last"], Enumerable.Range(0, 3).Select(i => Encoding.Latin1.GetString(file.KeyAt(i))));
        Assert.Equal(["value with blanks", "", "x"], Enumerable.Range(0, 3).Select(i => Encoding.Latin1.GetString(file.ValueAt(i))));
        Assert.Equal([3, 4, 6], Enumerable.Range(0, 3).Select(file.NumberOf));
    }

    [Fact]
    public void Lists_live_on_over_a_reload_when_their_file_says_the_same_and_share_its_text()
    {
        var first = new PatternLists();
        var before = PatternFileModel.Cut("m.map", "a 1\nb 2\n"u8.ToArray());
        _ = new PatternMap(before, MatchMethod.String, keyOnly: false, first, SourcePosition.None);
        first.Number();
        Assert.True(first.Find("m.map", map: true)!.Set("a", "one"));
        var again = PatternFileModel.Cut("m.map", "a 1\nb 2\n"u8.ToArray());
        var map = new PatternMap(again, MatchMethod.String, keyOnly: false, new PatternLists(first), SourcePosition.None);
        Assert.Same(before.Text, again.Text);
        Assert.Equal("one", Encoding.Latin1.GetString(map.Find(null!, "a")!.Value));
        var other = PatternFileModel.Cut("m.map", "a 3\n"u8.ToArray());
        var changed = new PatternMap(other, MatchMethod.String, keyOnly: false, new PatternLists(first), SourcePosition.None);
        Assert.Equal("3", Encoding.Latin1.GetString(changed.Find(null!, "a")!.Value));
    }

    [Fact]
    public void Tests_of_one_name_that_look_at_the_same_are_one()
    {
        var evaluation = new AnEvaluation("GET /b HTTP/1.1\r\n\r\n");
        Assert.True(evaluation.Holds("{ path_beg /a } || { path_beg /b }"));
    }

    private static Dictionary<string, NetworkModel> NoNames { get; } = [];

    private static FileEntries EntriesOf(string[] keys, int removed)
    {
        var entries = FileEntries.Of([.. keys.Select(key => new PatternEntry(key, ""))]);
        if (removed >= 0) entries.Remove(removed);
        return entries;
    }

    private static string Text(Random random, int least, int most) =>
        string.Concat(Enumerable.Range(0, random.Next(least, most + 1)).Select(_ => Parts[random.Next(Parts.Length)]));

    private static string RangeText(Random random)
    {
        var (low, high) = (random.Next(0, 40), random.Next(0, 20));
        return random.Next(6) switch { 0 => $":{low}", 1 => $"{low}:", 2 or 3 => $"{low}:{low + high}", _ => $"{low}" };
    }

    private static string NetworkText(Random random)
    {
        var address = $"{random.Next(4)}.0.{random.Next(4)}.{random.Next(4)}";
        return random.Next(4) switch { 0 => $"::ffff:{address}/{random.Next(96, 129)}", 1 => address, _ => $"{address}/{random.Next(0, 33)}" };
    }

    private static int Narrowest(string[] keys, int removed, UInt128 address)
    {
        int Best(bool ipv4, UInt128 asked)
        {
            var (best, bits) = (-1, -1);
            for (var i = 0; i < keys.Length; i++)
            {
                Assert.True(PatternText.TryNetwork(keys[i], out var model));
                var network = Network.From(model);
                var width = (int)UInt128.PopCount(network.Mask);
                if (i == removed || network.IsIPv4 != ipv4 || (asked & network.Mask) != network.Address || width <= bits) continue;
                (best, bits) = (i, width);
            }
            return best;
        }
        var own = Best(ipv4: true, address);
        return own >= 0 ? own : Best(ipv4: false, AddressFamilies.Mapped((uint)address));
    }

    private static MatchMethod MethodOf(string name) => name switch
    {
        "beg" => MatchMethod.Prefix, "end" => MatchMethod.Suffix, "sub" => MatchMethod.Substring, "dir" => MatchMethod.Directory, "dom" => MatchMethod.Domain,
        _ => MatchMethod.String,
    };

    private static bool Matches(MatchMethod method, bool ignoreCase, string key, string text)
    {
        if (ignoreCase) (key, text) = (key.ToLowerInvariant(), text.ToLowerInvariant());
        var delimiters = method == MatchMethod.Directory ? "/?" : "/?.:";
        return method switch
        {
            MatchMethod.Prefix => text.StartsWith(key, StringComparison.Ordinal),
            MatchMethod.Suffix => text.EndsWith(key, StringComparison.Ordinal),
            MatchMethod.Substring => text.Contains(key, StringComparison.Ordinal),
            MatchMethod.String => text == key,
            _ => IsBetween(key.Trim(method == MatchMethod.Directory ? ['/'] : ['/', '?', '.', ':']), text, delimiters),
        };
    }

    private static bool IsBetween(string key, string text, string delimiters)
    {
        for (var at = 0; at + key.Length <= text.Length; at++)
        {
            if (!text.AsSpan(at).StartsWith(key, StringComparison.Ordinal)) continue;
            var end = at + key.Length;
            if ((at == 0 || delimiters.Contains(text[at - 1])) && (end == text.Length || (key.Length > 0 && delimiters.Contains(text[end])))) return true;
        }
        return false;
    }
}
