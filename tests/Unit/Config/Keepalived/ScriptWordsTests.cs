using Evenkeel.Config.Keepalived.Language;

namespace Evenkeel.Tests.Unit.Config.Keepalived;

public sealed class ScriptWordsTests
{
    /// <summary>The parameters of the second word, as Keepalived 2.4.3 shows them with `-d`.</summary>
    [Theory]
    [InlineData("n \"/bin/echo 'a b' c\\'d \\\"e f\\\" \\\\x41\"", "/bin/echo|a b|c'd|\"e|f\"|\\x41")]
    [InlineData("n '/bin/echo \"a b\" c\\'d \"e \\\"f\" g\\\"h'", "/bin/echo|a b|c'd|e \"f|g\"h")]
    [InlineData("n \"/bin/echo a\\ b c\\x20d e\\tf\"", "/bin/echo|a b|c d|e\tf")]
    [InlineData("n \"/bin/echo a'b c'd ''\"", "/bin/echo|ab cd|")]
    [InlineData("n \"/x/y ' spaces\\\\x20f\\x69le ' '\\\"s p\\\"' a.b\"", "/x/y| spaces\\x20file |\"s p\"|a.b")]
    [InlineData("n \"/bin/echo a # b ! c\"", "/bin/echo|a|#|b|!|c")]
    [InlineData("n /bin/echo\\ a root", "/bin/echo a")]
    [InlineData("n /bin/echo", "/bin/echo")]
    [InlineData("n \"\\101\\x41\\4\\cA\"", "AA\u0004\u0001")]
    public void Both_levels_of_quotes_and_escapes(string line, string expected)
    {
        var words = ScriptWords.Split(line, out string? problem);
        Assert.Null(problem);
        Assert.Equal(expected, string.Join('|', words[1].Parameters));
    }

    [Fact]
    public void User_and_group_follow_as_words_of_their_own()
    {
        var words = ScriptWords.Split("notify \"/bin/x y\" root :adm", out _);
        Assert.Equal(["notify", "/bin/x y", "root", ":adm"], words.Select(w => w.Text));
    }

    [Theory]
    [InlineData("n \"/bin/x a", "String 'n \"/bin/x a': missing terminating \"")]
    [InlineData("n \"/bin/x 'a b\"", "String '/bin/x 'a b': missing terminating '")]
    public void A_quote_without_its_end_is_named(string line, string expected)
    {
        ScriptWords.Split(line, out string? problem);
        Assert.Equal(expected, problem);
    }

    [Fact]
    public void Any_text_is_cut_without_harm_and_keeps_its_bound()
    {
        var random = new Random(20261122);
        const string alphabet = "ab \"'\\xn0#!{}\t";
        for (int i = 0; i < 20_000; i++)
        {
            string line = string.Concat(Enumerable.Range(0, random.Next(30)).Select(_ => alphabet[random.Next(alphabet.Length)]));
            var words = ScriptWords.Split(line, out _);
            Assert.True(words.Sum(w => w.Text.Length) <= line.Length);
        }
    }
}
