namespace Evenkeel.Tests.EndToEnd.Parity.Differential.Generation;

/// <summary>
/// A frontend with its backends: what is compared as one. In its text `{n}` stands for the number it gets in a configuration, `{front}` and `{s1}` to
/// `{s4}` for its addresses, `{port}` and `{server}` for the ports that all sets share.
/// </summary>
internal sealed record RuleSet(string Text)
{
    /// <summary>Where the frontend of the set with this number listens.</summary>
    public static string FrontendAddress(int number) => $"127.16.{number / 200}.{number % 200 + 1}";

    /// <summary>The number of the set whose server is reached at this address, and which server that is.</summary>
    public static (int Number, int Server) ServerAt(byte[] address) => (address[2] * 200 + address[3] - 1, address[1] - 16);

    // What makes a set another set when it is left out.
    private static readonly string[] Frame =
        ["bind", "log-tag", "mode", "server", "default_backend", "log-format", "option httplog", "option tcplog", "tcp-request inspect-delay"];

    /// <summary>Whether it would be the same question without this line.</summary>
    public static bool CanDoWithout(string line) =>
        line.StartsWith(' ') && !Frame.Any(word => line.AsSpan().TrimStart().StartsWith(word, StringComparison.Ordinal));

    /// <summary>The set without the lines that are unwanted in their section.</summary>
    public RuleSet Without(Func<string, string, bool> unwanted)
    {
        var section = "";
        var kept = new List<string>();
        foreach (var line in Text.Split('\n'))
        {
            if (!line.StartsWith(' ')) section = line;
            if (!line.StartsWith(' ') || !unwanted(section, line)) kept.Add(line);
        }
        return new RuleSet(string.Join('\n', kept));
    }

    /// <summary>Whether an exchange has an end that no timeout makes: a relay of bytes ends when its server closes, as it does when it is asked to.</summary>
    public bool CanEnd(Exchange exchange) =>
        !Text.Contains("mode tcp", StringComparison.Ordinal) || exchange.Bytes.Contains("Connection: close\r\n", StringComparison.Ordinal);

    public string Numbered(int number)
    {
        var text = Text.Replace("{n}", number.ToString()).Replace("{front}", FrontendAddress(number));
        for (var server = 1; server <= 4; server++) text = text.Replace($"{{s{server}}}", $"127.{16 + server}.{number / 200}.{number % 200 + 1}");
        return text;
    }
}

/// <summary>The bytes a client sends on one connection, all at once, before it reads to the end.</summary>
internal sealed record Exchange(string Bytes);

/// <summary>A rule set with what its client sends.</summary>
internal sealed record Trial(RuleSet Rules, IReadOnlyList<Exchange> Exchanges)
{
    /// <summary>
    /// What servers saw is told for each exchange, as it came; and a client that hears nothing goes on. Else it is told for all together, sorted: two streams
    /// are served in either order, and a server may hear of a request only after its client has the answer.
    /// </summary>
    public bool TellsEach { get; init; }
}

/// <summary>What a trial gave: for each exchange the client's view, what its servers saw, and the lines it logged.</summary>
internal sealed record Outcome(IReadOnlyList<string> Answers, IReadOnlyList<string> Seen, IReadOnlyList<string> Log);
