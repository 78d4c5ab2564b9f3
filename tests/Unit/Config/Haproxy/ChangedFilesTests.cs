using System.Collections;
using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using System.Text;
using Evenkeel.Config.Diagnostics;
using Evenkeel.Config.Haproxy;
using Evenkeel.Daemon.Haproxy;
using Evenkeel.Model.Proxy;
using Evenkeel.Model.Samples;

namespace Evenkeel.Tests.Unit.Config.Haproxy;

/// <summary>A configuration read by its changes alone is the one a whole reading makes, or none.</summary>
public sealed class ChangedFilesTests
{
    private const string Frame = "global\n maxconn 100\ndefaults d\n mode http\n timeout client 1s\n timeout server 1s\n timeout connect 1s\n";

    private readonly FakeWorld _world = new();

    private ConfigurationModel? Whole(string text, DiagnosticList? said = null) =>
        HaproxyParser.Parse(["a.cfg"], new HaproxyOptions(), _world.With("a.cfg", text), Signatures.Registry, said ?? new DiagnosticList());

    private ConfigurationModel? Changed(ConfigurationModel before, string text) =>
        HaproxyParser.ParseChanges(before, ["a.cfg"], new HaproxyOptions(), _world.With("a.cfg", text), Signatures.Registry);

    [Fact]
    public void Sections_that_say_the_same_keep_their_models()
    {
        var before = Whole(Frame + "frontend f\n bind :80\n default_backend a\nbackend a\n server s 127.0.0.1:1\nbackend b\n server s 127.0.0.1:2\n")!;
        var after = Changed(before, Frame + "frontend f\n bind :80\n default_backend a\nbackend a\n server s 127.0.0.1:9\nbackend b\n server s 127.0.0.1:2\n")!;
        Assert.Equal(9, after.Backends[0].Servers[0].Address!.Port);
        Assert.NotSame(before.Backends[0], after.Backends[0]);
        Assert.Same(before.Backends[1], after.Backends[1]);
        Assert.Same(before.Frontends[0], after.Frontends[0]);
    }

    [Fact]
    public void A_section_that_moved_says_so_when_the_text_is_in_force()
    {
        var before = Whole(Frame + "backend a\n server s 127.0.0.1:1\nbackend b\n server s 127.0.0.1:2\n")!;
        var after = Changed(before, Frame + "backend a\n server s 127.0.0.1:1\n server t 127.0.0.1:1\n\n# more\nbackend b\n server s 127.0.0.1:2\n")!;
        Assert.Equal("a.cfg:11", after.Backends[1].Servers[0].Position.ToString());
        after.LateReader!.TakeEffect();
        Assert.Equal("a.cfg:14", after.Backends[1].Servers[0].Position.ToString());
    }

    [Theory]
    [InlineData("backend a\n nonsense\n")]
    [InlineData("backend a\n server s nowhere.example:1\n")]
    [InlineData("backend a\nbackend a\n")]
    [InlineData("backend a\n server s 127.0.0.1:1 track b/s\n")]
    [InlineData("backend a\n id 5\nbackend b\n id 5\n")]
    [InlineData("backend a\n.if 1\n server s 127.0.0.1:1\n.endif\n")]
    [InlineData("frontend f\n bind :80\n default_backend nobody\n")]
    [InlineData("frontend f\n")]
    [InlineData("defaults e\n mode http\nbackend a\n server s 127.0.0.1:1\n")]
    [InlineData("backend a\n server s 127.0.0.1:1")]
    public void What_is_wrong_or_deserves_a_word_is_left_to_a_whole_reading(string text)
    {
        var before = Whole(Frame + "backend a\n server s 127.0.0.1:1\nbackend b\n server s 127.0.0.1:1\n")!;
        Assert.Null(Changed(before, Frame + text));
    }

    [Theory]
    [InlineData("maxconn 100", "maxconn 101")]
    [InlineData("timeout server 1s", "timeout server 2s")]
    [InlineData("global", "# no more\nglobal\n.notice x")]
    public void What_all_sections_stand_under_has_to_be_the_same(string old, string now)
    {
        var before = Whole(Frame + "backend a\n server s 127.0.0.1:1\n")!;
        Assert.Null(Changed(before, Frame.Replace(old, now) + "backend a\n server s 127.0.0.1:1\n"));
    }

    [Fact]
    public void A_map_that_says_the_same_is_not_read_again()
    {
        const string Text = Frame + "frontend f\n bind :80\n http-request set-header a %[path,map(m.map)]\n";
        _ = _world.With("m.map", "a 1\n");
        var before = Whole(Text)!;
        Assert.Same(MapOf(before), MapOf(Changed(before, Text + " http-request set-header b c\n")!));
        Assert.Same(MapOf(before), MapOf(HaproxyParser.Parse(["a.cfg"], new HaproxyOptions(), _world, Signatures.Registry, new DiagnosticList(), before)!));
        _ = _world.With("m.map", "a 2\n");
        var after = MapOf(Changed(before, Text)!);
        Assert.Equal("2"u8, after.ValueAt(0));
    }

    private PatternFileModel MapOf(ConfigurationModel model) => ((LateReader)model.LateReader!).PatternFiles.Load("m.map", _world, out _)!;

    [Fact]
    public void A_change_of_the_environment_is_a_change_of_everything()
    {
        _world.Variables["PORT"] = "1";
        var before = Whole(Frame + "backend a\n server s 127.0.0.1:\"$PORT\"\n")!;
        _world.Variables["PORT"] = "2";
        Assert.Null(Changed(before, Frame + "backend a\n server s 127.0.0.1:\"$PORT\"\n"));
    }

    [Fact]
    public void What_a_section_asked_of_the_machine_is_asked_again()
    {
        const string Text = Frame + "frontend f\n bind :80\n http-request deny if { src -f list }\n";
        _world.With("list", "10.0.0.1\n");
        var before = Whole(Text)!;
        _world.With("list", "10.0.0.2\n");
        Assert.NotSame(before.Frontends[0], Changed(before, Text)!.Frontends[0]);
    }

    [Fact]
    public void A_file_that_defaults_name_is_looked_at_for_all_that_inherit_it()
    {
        const string Text = Frame + " errorfile 503 e\nbackend a\n server s 127.0.0.1:1\n";
        _world.With("e", "HTTP/1.0 503 a\r\n\r\n");
        var before = Whole(Text)!;
        Assert.Same(before.Backends[0], Changed(before, Text)!.Backends[0]);
        _world.With("e", "HTTP/1.0 503 b\r\n\r\n");
        Assert.Null(Changed(before, Text));
    }

    /// <summary>Small edits of many kinds, each compared with a whole reading of the same text.</summary>
    [Fact]
    public void No_edit_is_read_otherwise_than_by_a_whole_reading()
    {
        var random = new Random(42);
        var (followed, text) = (0, RandomText(random));
        var before = Whole(text)!;
        for (var turn = 0; turn < 150; turn++)
        {
            var next = Edited(text, random);
            var said = new DiagnosticList();
            var whole = Whole(next, said);
            var changed = Changed(before, next);
            if (changed is null) continue;
            Assert.Empty(said.Items);
            changed.LateReader!.TakeEffect();
            Assert.Equal(Described(whole), Described(changed));
            // What was read by its changes is what the next one starts from.
            (text, before, followed) = (next, changed, followed + 1);
        }
        Assert.InRange(followed, 50, 150);
    }

    private static readonly string[] Lines =
    [
        " server x%d 127.0.0.1:8%d\n", " balance leastconn\n", " server y%d 127.0.0.1:7%d track a0/s\n", "\n", "# a word\n", " http-request set-header a b%d\n",
        " use_backend a%d if { nbsrv(a%d) gt 1 }\n", " default_backend a%d\n", " id 10%d\n", " option httpchk\n",
        " nonsense\n", " http-request deny if { path /%d }\n",
        " server z%d localhost:%d\n", " log 127.0.0.1:514 local0\n", " guid g%d\n", " stick on src\n", " maxconn %d0\n",
    ];

    private static string RandomText(Random random)
    {
        var text = new StringBuilder(Frame);
        for (var i = 0; i < 8; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"backend a{i}{(i % 3 == 0 ? " from d" : "")}\n server s 127.0.0.1:{1_000 + i} check\n");
            if (random.Next(2) == 0) text.Append(" http-request deny if { path /x }\n");
            if (i % 4 == 3) text.Append(CultureInfo.InvariantCulture, $"frontend f{i}\n bind 127.0.0.1:8{i}\n default_backend a{i}\n");
        }
        return text.Replace("backend a4\n", "defaults e\n mode http\n timeout client 1s\n timeout server 2s\n timeout connect 1s\nbackend a4\n")
            .Append("listen l\n bind :99\n server s 127.0.0.1:9\n")
            .Replace("defaults d", "userlist u\n user a insecure-password b\ndefaults d").Replace(" from d\n server", "\n server").ToString();
    }

    private static string Edited(string text, Random random)
    {
        var lines = text.Split('\n', StringSplitOptions.None).SkipLast(1).Select(static line => line + "\n").ToList();
        for (var edits = random.Next(1, 3); edits > 0; edits--)
        {
            var at = random.Next(lines.Count);
            switch (random.Next(5))
            {
                case 0:
                    lines.Insert(at, Lines[random.Next(Lines.Length)].Replace("%d", random.Next(10).ToString(CultureInfo.InvariantCulture)));
                    break;
                case 1 when at > 8:
                    lines.RemoveAt(at);
                    break;
                case 2:
                    lines[at] = lines[at].Replace("127.0.0.1:", "127.0.0.1:1");
                    break;
                case 3:
                    lines.Insert(at, $"backend n{random.Next(50)}\n server s 127.0.0.1:5\n");
                    break;
                default:
                    // A whole section moves to another place.
                    var start = lines.FindIndex(at, static line => line.StartsWith("backend", StringComparison.Ordinal));
                    if (start < 0) break;
                    var end = lines.FindIndex(start + 1, static line => line[0] is not (' ' or '\n' or '#'));
                    if (end < 0) break;
                    var section = lines.GetRange(start, end - start);
                    lines.RemoveRange(start, end - start);
                    lines.InsertRange(lines.FindLastIndex(static line => line[0] is not (' ' or '\n' or '#')), section);
                    break;
            }
        }
        return string.Concat(lines);
    }

    /// <summary>Everything a model holds, as text.</summary>
    private static string Described(object? value)
    {
        var text = new StringBuilder();
        Describe(value, text, 0);
        return text.ToString();
    }

    private static void Describe(object? value, StringBuilder text, int depth)
    {
        if (value is null || depth > 12) text.Append('-');
        else if (value is string || value.GetType().IsPrimitive || value is Enum or System.Net.IPAddress or Delegate or Evenkeel.Model.SourcePosition)
            text.Append(value);
        else if (value is ILateReader) text.Append("reader");
        else if (value.GetType() is { IsGenericType: true } generic && generic.GetGenericTypeDefinition() == typeof(ImmutableArray<>)
            && (bool)generic.GetProperty("IsDefault")!.GetValue(value)!) text.Append("none");
        else if (value is IEnumerable items)
        {
            foreach (var item in items)
            {
                Describe(item, text, depth + 1);
                text.Append(',');
            }
        }
        else
        {
            text.Append('{');
            foreach (var property in value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).OrderBy(static each => each.Name))
            {
                if (property.GetIndexParameters().Length > 0 || property.Name is "EqualityContract") continue;
                text.Append(property.Name).Append('=');
                Describe(property.GetValue(value), text, depth + 1);
                text.Append(';');
            }
            text.Append("}\n");
        }
    }
}
