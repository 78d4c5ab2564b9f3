using CsCheck;
using Evenkeel.Config.Text;

namespace Evenkeel.Tests.Unit.Config.Text;

public sealed class TokenizerTests
{
    private static string[] Words(string line, params (string Name, string Value)[] variables) => Cut(line, variables).Words;

    private static TokenizedLine Cut(string line, params (string Name, string Value)[] variables) =>
        new Tokenizer(name => variables.Where(pair => pair.Name == name).Select(pair => pair.Value).FirstOrDefault()).Cut(line);

    [Theory]
    [InlineData("  bind   :80\tname x ", new[] { "bind", ":80", "name", "x" })]
    [InlineData("global#comment", new[] { "global" })]
    [InlineData(@"a\ b a\#b a\\b a\'b a\""b", new[] { "a b", "a#b", @"a\b", "a'b", "a\"b" })]
    [InlineData(@"""a b"" ""a#b"" ""a\""b"" ""a\$b""", new[] { "a b", "a#b", "a\"b", "a$b" })]
    [InlineData(@"'a\b' '$HOME' '""'", new[] { @"a\b", "$HOME", "\"" })]
    [InlineData(@"a\$b $HOME \a", new[] { @"a\$b", "$HOME", @"\a" })]
    [InlineData(@"\x41\x20 ""\x42""", new[] { "A ", "B" })]
    [InlineData("a\"\"b '' x", new[] { "ab", "", "x" })]
    [InlineData("daemon\r", new[] { "daemon" })]
    [InlineData("", new string[0])]
    public void A_line_is_cut_at_unprotected_blanks(string line, string[] expected) => Assert.Equal(expected, Words(line));

    [Theory]
    [InlineData("\"$A\"", new[] { "one two" })]
    [InlineData("\"x${A}y\"", new[] { "xone twoy" })]
    [InlineData("\"${A[*]}\" z", new[] { "one", "two", "z" })]
    [InlineData("\"x${A[*]}y\"", new[] { "xone", "twoy" })]
    [InlineData("\"${NONE-b c}\"", new[] { "b c" })]
    [InlineData("\"${EMPTY-b}\"", new[] { "" })]
    [InlineData("\"$NONE\" z", new[] { "", "z" })]
    [InlineData("\"${NONE[*]}\" z", new[] { "z" })]
    public void Variables_are_replaced_between_double_quotes(string line, string[] expected) =>
        Assert.Equal(expected, Words(line, ("A", "one two"), ("EMPTY", "")));

    [Theory]
    [InlineData("a \"b", "unmatched quote", 2)]
    [InlineData("a 'b", "unmatched quote", 2)]
    [InlineData(@"a\xZZ", "truncated or invalid hexadecimal sequence", 1)]
    [InlineData("\"$1\"", "forbidden first char in environment variable name", 2)]
    [InlineData("\"${}\"", "forbidden first char in environment variable name", 3)]
    [InlineData("\"${A\"", "unmatched brace in environment variable name", 2)]
    [InlineData("\"${A[x]}\"", "truncated or invalid word expansion sequence", 4)]
    public void A_line_that_cannot_be_cut_says_where(string line, string text, int column)
    {
        var cut = Cut(line);
        Assert.Equal((text, column), (cut.ErrorText, cut.Column));
    }

    [Fact]
    public void Sixty_four_words_are_the_most_a_line_may_have()
    {
        Assert.Equal(TokenError.None, Cut(string.Join(' ', Enumerable.Repeat("w", 64))).Error);
        Assert.Equal(TokenError.TooManyWords, Cut(string.Join(' ', Enumerable.Repeat("w", 65))).Error);
    }

    [Fact]
    public void No_line_makes_the_tokenizer_throw() =>
        Gen.String[Gen.Char["ab $\"'\\x4{}[*]-#\t\r"], 0, 40].Sample(line => Cut(line, ("a", "v w")).Words.Length <= Tokenizer.MaxWords);
}
