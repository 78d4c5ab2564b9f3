using CsCheck;
using Evenkeel.Control.RuntimeApi;

namespace Evenkeel.Tests.Unit.Control.RuntimeApi;

public sealed class CommandSplitterTests
{
    private static string Shape(string line) => string.Join(" ; ", CommandSplitter.Split(line).Select(words => string.Join('|', words)));

    [Theory]
    [InlineData("show info", "show|info")]
    [InlineData("  show \t info ", "show|info")]
    [InlineData("show info;show stat", "show|info ; show|stat")]
    [InlineData("a;;b", "a ;  ; b")]
    [InlineData("a;", "a ; ")]
    [InlineData("", "")]
    [InlineData(";", " ; ")]
    [InlineData("echo a\\;b c\\ d", "echo|a;b|c d")]
    [InlineData("echo a\\\\b \\n", "echo|a\\b|n")]
    [InlineData("echo \"a b\"", "echo|\"a|b\"")]
    [InlineData("echo end\\", "echo|end\\")]
    public void A_line_falls_into_commands_and_words(string line, string shape) => Assert.Equal(shape, Shape(line));

    [Fact]
    public void Escaping_a_word_and_splitting_it_gives_the_word_back() => Gen.String[Gen.Char[' ', '~'], 1, 20].Sample(word =>
    {
        var escaped = string.Concat(word.Select(c => "\\" + c));
        Assert.Equal([word], Assert.Single(CommandSplitter.Split(escaped)));
    });

    [Theory]
    [InlineData("add map x <<", true, "add map x", "")]
    [InlineData("add map x <<%EOF%", true, "add map x", "%EOF%")]
    [InlineData("add map x <<%EOF% ", true, "add map x", "%EOF%")]
    [InlineData("add map x<<", false, "add map x<<", "")]
    [InlineData("<<", false, "<<", "")]
    [InlineData("echo << a", false, "echo << a", "")]
    public void A_payload_is_announced_by_the_last_word_alone(string line, bool announces, string command, string ending)
    {
        Assert.Equal(announces, CommandSplitter.AnnouncesPayload(line, out var before, out var end));
        Assert.Equal((command, ending), (before, end));
    }

    [Fact]
    public void An_ending_of_more_than_64_characters_is_no_payload() =>
        Assert.False(CommandSplitter.AnnouncesPayload("add map x <<" + new string('e', 65), out _, out _));
}
