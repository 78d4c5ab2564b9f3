using System.Text;
using CsCheck;
using Evenkeel.Model;
using Evenkeel.Model.Rules;
using Evenkeel.Model.Samples;
using Evenkeel.Proxy.Samples;
using Evenkeel.Proxy.Samples.Patterns;

namespace Evenkeel.Tests.Unit.Proxy.Samples;

public sealed class PatternListTests
{
    private readonly PatternLists _lists = new();

    private PatternMap Map(MatchMethod match, params (string Key, string Value)[] entries) =>
        new(File(string.Concat(entries.Select(entry => $"{entry.Key} {entry.Value}\n"))), match, keyOnly: false, _lists, SourcePosition.None);

    private static PatternFileModel File(string text) => PatternFileModel.Cut("m.map", Encoding.Latin1.GetBytes(text));

    private PatternList Numbered()
    {
        _lists.Number();
        return _lists.Find("m.map", map: true)!;
    }

    private static string? Ask(PatternMap map, string text) => map.Find(null!, text) is { } entry ? Encoding.Latin1.GetString(entry.Value) : null;

    [Fact]
    public void Changes_reach_every_map_that_uses_the_file()
    {
        var exact = Map(MatchMethod.String, ("a", "1"), ("b", "2"));
        var prefix = Map(MatchMethod.Prefix, ("a", "1"), ("b", "2"));
        var list = Numbered();
        Assert.Null(list.Add("abc", "3"));
        Assert.True(list.Set("b", "two"));
        Assert.False(list.Set("nobody", "x"));
        Assert.Equal(["3", "two", null], new[] { "abc", "b", "abcd" }.Select(text => Ask(exact, text)));
        Assert.Equal(["3", "two", "1"], new[] { "abcd", "bcd", "ax" }.Select(text => Ask(prefix, text)));
        Assert.True(list.Remove("abc"));
        Assert.False(list.Remove("abc"));
        Assert.Null(Ask(exact, "abc"));
        Assert.Equal("1", Ask(prefix, "abcd"));
    }

    [Fact]
    public void A_key_written_twice_counts_once_and_the_first_value_holds_until_it_goes()
    {
        var map = Map(MatchMethod.String, ("a", "first"), ("a", "second"));
        var list = Numbered();
        Assert.Equal("first", Ask(map, "a"));
        var both = list.Snapshot().Select(entry => entry.Id).ToArray();
        Assert.True(list.Remove($"#0x{both[0]:x}"));
        Assert.Equal("second", Ask(map, "a"));
        Assert.Equal(both[1..], list.Snapshot().Select(entry => entry.Id));
    }

    [Fact]
    public void A_prepared_version_is_filled_beside_the_one_in_force_and_replaces_it_at_once()
    {
        var map = Map(MatchMethod.String, ("a", "old"));
        var list = Numbered();
        Assert.Equal(1u, list.Prepare());
        Assert.Null(list.Add("a", "new", 1));
        Assert.Null(list.Add("b", "new", 1));
        Assert.Equal("old", Ask(map, "a"));
        Assert.Equal("Version number in the future, please use 'prepare map' before.", list.Add("c", "x", 7));
        Assert.Null(list.Commit(7));
        Assert.True(list.Commit(1)!.IsCompletedSuccessfully);
        Assert.Equal(["new", "new"], new[] { "a", "b" }.Select(text => Ask(map, text)));
        Assert.Null(list.Commit(1));
    }

    [Theory]
    [InlineData(MatchMethod.String)]
    [InlineData(MatchMethod.Prefix)]
    public async Task A_long_prepared_version_is_in_force_when_its_commit_is_done(MatchMethod method)
    {
        const int Count = 200_000;
        var map = Map(method, ("key1", "old"));
        var list = Numbered();
        _ = list.Prepare();
        for (var i = 0; i < Count; i++) Assert.Null(list.Add($"key{i}", $"value{i}", 1));
        Assert.Equal("old", Ask(map, "key1"));
        var prepared = list.Snapshot(1).Select(entry => (entry.Id, entry.Key, Encoding.Latin1.GetString(entry.Value))).ToArray();
        Assert.Equal(Count, prepared.Length);
        Assert.Equal(("key70000", "value70000"), (prepared[70_000].Key, prepared[70_000].Item3));
        await list.Commit(1)!.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal(["value0", "value65536", "value199999"], new[] { "key0", "key65536", "key199999" }.Select(text => Ask(map, text)));
        Assert.Equal(prepared, list.Snapshot().Select(entry => (entry.Id, entry.Key, Encoding.Latin1.GetString(entry.Value))));
        Assert.True(list.Set("key65536", "other"));
        Assert.True(list.Remove("key199999"));
        Assert.Equal("other", Ask(map, "key65536"));
        Assert.Equal(method == MatchMethod.String ? null : "value19999", Ask(map, "key199999"));
    }

    [Fact]
    public void Whoever_reads_a_prepared_version_goes_on_when_it_is_committed_meanwhile()
    {
        _ = Map(MatchMethod.String, ("a", "old"));
        var list = Numbered();
        var version = list.Prepare();
        for (var i = 0; i < 3_000; i++) Assert.Null(list.Add(Encoding.Latin1.GetBytes($"key{i}"), new byte[1_000], version));
        using var reader = list.Snapshot(version).GetEnumerator();
        using var late = list.Snapshot(version).GetEnumerator();
        Assert.True(reader.MoveNext());
        Assert.True(list.Commit(version)!.IsCompletedSuccessfully);
        var read = 1;
        for (; reader.MoveNext(); read++) Assert.Equal(($"key{read}", 1_000), (reader.Current.Key, reader.Current.Value.Length));
        Assert.Equal(3_000, read);
        // Who had not begun finds nothing left to begin with.
        Assert.False(late.MoveNext());
        Assert.Equal(3_000, list.Snapshot().Count());
    }

    [Fact]
    public void Filling_a_prepared_version_makes_no_objects()
    {
        _ = Map(MatchMethod.String, ("a", "old"));
        var list = Numbered();
        var version = list.Prepare();
        Assert.Null(list.Add("first"u8, "1"u8, version));
        var least = long.MaxValue;
        // The compiler's own objects are not in every round.
        for (var round = 0; round < 20 && least > 1_000; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 10_000; i++) _ = list.Add("another"u8, "2"u8, version);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        Assert.InRange(least, 0, 1_000);
    }

    [Fact]
    public void A_key_that_does_not_fit_the_method_is_refused()
    {
        Map(MatchMethod.Address, ("10.0.0.0/8", "ten"));
        Assert.Equal("'bad' is not a valid IPv4 or IPv6 address.", Numbered().Add("bad", "x"));
    }

    [Fact]
    public void Acl_tests_follow_their_files_and_their_own_lines()
    {
        var evaluation = new AnEvaluation();
        evaluation.World.Files["l.acl"] = "foo\nbar\n"u8.ToArray();
        var condition = evaluation.Condition("{ hdr(x-b) -f l.acl own }");
        evaluation.Patterns.Number();
        var (file, line) = (evaluation.Patterns.Find("l.acl", map: false)!, evaluation.Patterns.Find("#1", map: false)!);
        bool Holds(string value)
        {
            evaluation.Context.Request = AnEvaluation.Parse($"GET / HTTP/1.1\r\nX-B: {value}\r\n\r\n");
            return condition.Holds(evaluation.Context);
        }
        Assert.Equal([true, true, true, false], new[] { "foo", "bar", "own", "baz" }.Select(Holds));
        file.AddOnce("baz");
        file.AddOnce("baz");
        Assert.True(line.Remove("own"));
        Assert.True(file.Remove("foo"));
        Assert.Equal([false, true, false, true], new[] { "foo", "bar", "own", "baz" }.Select(Holds));
        Assert.Equal(["bar", "baz"], file.Snapshot().Select(entry => entry.Key));
        file.Clear();
        Assert.False(Holds("bar"));
    }

    /// <summary>Whatever is added, changed and removed, the map answers as its list read from the top.</summary>
    [Fact]
    public void A_map_always_answers_as_its_list_says() =>
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 3].Select(i => new[] { "a", "b", "ab", "abc" }[i]), Gen.Char['0', '9']).Array[0, 30].Sample(steps =>
        {
            var lists = new PatternLists();
            var map = new PatternMap(File("a 0\nb 1\n"), MatchMethod.String, keyOnly: false, lists, SourcePosition.None);
            lists.Number();
            var list = lists.Find("#0", map: true)!;
            foreach (var (kind, key, value) in steps)
            {
                if (kind == 0) Assert.Null(list.Add(key, value.ToString()));
                else if (kind == 1) list.Set(key, value.ToString());
                else if (kind == 2) list.Remove(key);
                else list.SetOrAdd(key, value.ToString());
                foreach (var asked in new[] { "a", "b", "ab", "abc" })
                    Assert.Equal(list.Snapshot().FirstOrDefault(entry => entry.Key == asked)?.Id, map.Find(list, asked)?.Id);
            }
        });
}
