using System.Text;

namespace Evenkeel.Tests.Unit.Proxy.Samples;

/// <summary>Whatever becomes of a token on its way, it is decrypted to what was encrypted, or to nothing (RFC 7516 11).</summary>
public sealed class JweTamperingTests
{
    /// <summary>Characters of tokens, and some that have no place there.</summary>
    private const string Characters = "AZaz09-_.=!";

    /// <summary>What variables of the table hold, in base64url.</summary>
    private static readonly Dictionary<string, string> Held = [];

    [Fact]
    public void A_changed_or_cut_token_gives_no_other_text()
    {
        var wrong = new List<string>();
        var count = 0;
        foreach (var (token, converter, value) in Tokens())
        {
            for (var at = 0; at < token.Length; at += 7)
            {
                foreach (var changed in new[] { token[..at], token[at..], $"{token[..at]}{Characters[(at + count) % Characters.Length]}{token[(at + 1)..]}" })
                {
                    count++;
                    var evaluation = new AnEvaluation();
                    evaluation.Write($"%[str({Held[converter.Key]}),ub64dec,set-var(txn.k)]");
                    var found = evaluation.Write($"%[str({changed}),{converter.Name}(txn.k),hex]");
                    if (found is not ("" or "-") && found != value) wrong.Add($"{changed} is {found}");
                }
            }
        }
        Assert.Equal([], wrong);
        Assert.True(count > 500, $"{count} tokens");
    }

    /// <summary>One that can be read for each sort of header, from the table of values.</summary>
    private static IEnumerable<(string Token, (string Name, string Key) Converter, string Value)> Tokens()
    {
        using var stream = typeof(JweTamperingTests).Assembly.GetManifestResourceStream("samples-jwe.tsv")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var seen = new HashSet<string>();
        while (reader.ReadLine() is { } line)
        {
            var cells = line.Split('\t');
            if (cells[0] == "set") Held[cells[1]] = cells[2][4..^9];
            if (cells is not ["is", _, { Length: > 0 }] || !cells[1].EndsWith(",hex", StringComparison.Ordinal)) continue;
            var words = cells[1].Split('(', ')');
            var token = Encoding.ASCII.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(Held[words[1]]));
            if (seen.Add(words[2] + token.IndexOf('.'))) yield return (token, (words[2].Trim(','), words[3]), cells[2]);
        }
    }
}
