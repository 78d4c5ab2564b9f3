namespace Evenkeel.Tests.Unit.Config.Keepalived;

public sealed class LineReaderTests
{
    [Fact]
    public void Comments_end_a_line_outside_double_quotes_only() =>
        Assert.Equal(["a", "b", "c \"# !\" d", "it's"], Reading.Lines("a # x\nb ! x\n# y\n\nc \"# !\" d # z\nit's # b"));

    [Fact]
    public void Braces_cut_lines_wherever_they_stand_except_in_double_quotes() =>
        Assert.Equal(["a", "{", "b", "}", "c", "d", "{", "}", "e \"{\""], Reading.Lines("a { b } c\nd{}\ne \"{\""));

    [Fact]
    public void A_missing_final_newline_and_carriage_returns_do_no_harm() => Assert.Equal(["a", "b c"], Reading.Lines("a\r\nb c"));

    [Fact]
    public void Lines_for_another_node_are_left_out() =>
        Assert.Equal(["a", "c"], Reading.Lines("@node1 a\n@node2 b\n@^node2 c\n@^node1 d\n@ e"));

    [Fact]
    public void A_condition_is_the_whole_word() => Assert.Empty(Reading.Lines("@node a\n@node11 b\n@node1{ c"));

    [Fact]
    public void Definitions_are_substituted_late_and_recursively() =>
        Assert.Equal(["10.2.0.100/32", "10.2.10.100/32"],
            Reading.Lines("$BASE=10.2.${SUB}\n$SUB=0\n${BASE}.100/32\n$SUB=10\n${BASE}.100/32"));

    [Fact]
    public void A_name_without_braces_needs_white_space_after_it() =>
        Assert.Equal(["x 1 y", "x $Ay", "x $A.", "x 1"], Reading.Lines("$A=1\nx $A y\nx $Ay\nx $A.\nx $A"));

    [Fact]
    public void What_is_not_defined_stays_and_its_braces_cut() =>
        Assert.Equal(["$U x", "a $", "{", "U", "}", "b"], Reading.Lines("$U x\na ${U}b"));

    [Fact]
    public void A_definition_of_several_lines_is_read_line_by_line_where_it_ends_a_line() =>
        Assert.Equal(["x a", "b", "{", "c", "}", "a", "b", "{", "c", "}", "x $M y"],
            Reading.Lines("$M= \\\n a \\\n b { \\\n @node1 c \\\n @other d \\\n }\n\nx $M\n$M\nx $M y"));

    [Fact]
    public void Definitions_of_several_lines_nest() =>
        Assert.Equal(["go", "in 1", "in 2", "out"], Reading.Lines("$I= \\\n in $N\n$O= \\\n go \\\n $N=1 \\\n $I \\\n $N=2 \\\n $I \\\n out\n$O"));

    [Theory]
    [InlineData("~SEQ(X, 1, 3) a$X", "")]
    [InlineData("~SEQ(X, 1, 3) a${X}", "a1 a2 a3")]
    [InlineData("~SEQ(X, 3) a${X}", "a1 a2 a3")]
    [InlineData("~SEQ(X, -2) a${X}", "a-1 a-2")]
    [InlineData("~SEQ(X, 5, 3) a${X}", "a5 a4 a3")]
    [InlineData("~SEQ(X, 1, 2, 5) a${X}", "a1 a3 a5")]
    [InlineData("~SEQx(X, 0x90, 0x10, 0xb0) a${X}", "a90 aa0 ab0")]
    [InlineData("~SEQ(X, 1, 2) ~SEQ(Y, 1, 2) ${X}${Y}", "11 12 21 22")]
    [InlineData("~LST(X, a, b,c) x${X}", "xa xb xc")]
    [InlineData("~LST({X,Y}, {1,2},{3,4}) ${X}.${Y}", "1.2 3.4")]
    [InlineData("~LST({X,Y},{10,1},{20,4}) ~SEQ(Z,168,2,170) ${Z}.${X}.${Y}", "168.10.1 170.10.1 168.20.4 170.20.4")]
    public void Sequences_and_lists_repeat_the_rest_of_the_line(string line, string expected)
    {
        if (expected.Length == 0) expected = "a1 a2 a3";
        Assert.Equal(expected, string.Join(' ', Reading.Lines(line)));
    }

    [Theory]
    [InlineData("~SEQ(K, 1, -1, 3) x", "Invalid ~SEQ values")]
    [InlineData("~SEQ(K, 1, x) x", "Invalid ~SEQ definition")]
    [InlineData("~SEQ(K, 1, 3 x", "missing terminating")]
    [InlineData("~LST(K) x", "Invalid ~LST specification")]
    public void A_wrong_sequence_is_named_and_its_line_left_out(string line, string complaint)
    {
        Assert.Empty(Reading.Lines(line, out var complaints));
        Assert.Contains(complaints, c => c.Contains(complaint, StringComparison.Ordinal));
    }

    [Fact]
    public void Predefined_names_have_their_values()
    {
        var world = new FakeWorld();
        world.Variables["HOME"] = "/root";
        Assert.Equal(["/etc/keepalived node1 /root x# 7 \"#!\""],
            Reading.Lines("${_PWD} ${_INSTANCE} ${_ENV HOME} x${_HASH} ${_RANDOM 7 7} \"${_HASH}${_BANG}\"", world: world));
    }

    [Fact]
    public void Definitions_that_contain_each_other_end()
    {
        Reading.Lines("$A=$B\n$B=$A\n$A\n$C=${C}${C}\nx ${C}\n$D= \\\n $D\n$D", out var complaints);
        Assert.Equal(3, complaints.Count(c => c.Contains("contain each other", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_sequence_over_everything_ends_at_the_limit()
    {
        var lines = Reading.Lines("$X=1\n~SEQ(A,1,100000) ~SEQ(B,1,100000) { }", out var complaints);
        Assert.Equal(Evenkeel.Config.Keepalived.Language.LineReader.MaxLines, lines.Count);
        Assert.Contains(complaints, c => c.Contains("expands to more than", StringComparison.Ordinal));
    }

    [Fact]
    public void Includes_start_from_the_including_files_directory_and_keep_their_own_line_numbers()
    {
        var world = new FakeWorld().With("/etc/keepalived/d/a.conf", "a\ninclude e/b.conf\nc").With("/etc/keepalived/d/e/b.conf", "b \"");
        Assert.Equal(["x", "a", "b \"", "c", "y"], Reading.Lines("x\ninclude d/*.conf\ny", out var complaints, world: world));
        Assert.Equal("(e/b.conf: Line 1) Unterminated quote 'b \"'", complaints[0]);
    }

    [Fact]
    public void A_file_that_includes_itself_ends()
    {
        Reading.Lines("include keepalived.conf", out var complaints);
        Assert.Contains(complaints, c => c.Contains("included too deeply", StringComparison.Ordinal));
    }
}
