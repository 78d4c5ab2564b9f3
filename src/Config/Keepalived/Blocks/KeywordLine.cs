using Evenkeel.Config.Keepalived.Drafts;
using Evenkeel.Config.Keepalived.Language;
using Evenkeel.Model;

namespace Evenkeel.Config.Keepalived.Blocks;

/// <summary>One line while it is read: its words, where to say what is wrong with them, and the draft they go into.</summary>
internal sealed class KeywordLine(LineReader reader, Complaints complaints, Draft draft, IWorld world)
{
    private List<string> _words = [];

    /// <summary>The line as it stands, after substitution.</summary>
    public string Text { get; private set; } = "";

    public Complaints Complaints => complaints;

    public Draft Draft => draft;

    public IWorld World => world;

    public LineReader Reader => reader;

    public IReadOnlyList<string> Words => _words;

    public int Count => _words.Count;

    public string Keyword => _words[0];

    public void Take(string text)
    {
        Text = text;
        _words = Language.Words.Split(text, out bool unmatched);
        if (unmatched) complaints.Error($"Unmatched quote: '{text}'");
    }

    /// <summary>The word at <paramref name="index"/>; when there is none the whole configuration is refused, as in the original (exit code 2).</summary>
    public string Word(int index)
    {
        if (index < _words.Count) return _words[index];
        complaints.MissingParameter(_words[0], _words[^1], _words.Count + 1);
        return "";
    }

    /// <summary>The word at <paramref name="index"/>, or null.</summary>
    public string? WordOrNull(int index) => index < _words.Count ? _words[index] : null;

    public void Error(string text) => complaints.Error(text);

    /// <summary>Reads the lines between the braces that follow, each with <paramref name="entry"/>. The opening brace may be missing, as in the
    /// original.</summary>
    public void ReadEntries(Action<KeywordLine> entry)
    {
        bool first = true;
        while (!complaints.Fatal && reader.Next(out string text))
        {
            if (text == "}") return;
            if (text == "{")
            {
                if (!first) complaints.Error("Unexpected '{' - ignoring");
                first = false;
                continue;
            }
            first = false;
            Take(text);
            if (Count > 0) entry(this);
        }
    }

    /// <summary>Skips a block, braces inside it counted.</summary>
    public void SkipBlock()
    {
        int depth = 0;
        while (reader.Next(out string text))
        {
            if (text == "{") depth++;
            else if (text == "}" && --depth <= 0) return;
            else if (depth == 0)
            {
                // Something else than the block: it is read as an ordinary line.
                reader.PutBack(text);
                return;
            }
        }
    }
}
