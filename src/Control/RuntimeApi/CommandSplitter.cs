using System.Text;

namespace Evenkeel.Control.RuntimeApi;

/// <summary>
/// Takes a command line apart: `;` ends a command, blanks separate words, a backslash makes the next character an ordinary one (management.txt 9.3).
/// Quotes mean nothing here.
/// </summary>
public static class CommandSplitter
{
    /// <summary>Most words of one command, as the original has it.</summary>
    public const int MaxWords = 64;

    /// <summary>The commands of a line, each as its words; an empty command has none.</summary>
    public static List<List<string>> Split(string line)
    {
        var commands = new List<List<string>>();
        var words = new List<string>();
        var word = new StringBuilder();
        var inWord = false;
        for (var i = 0; i < line.Length; i++)
        {
            var c = line[i];
            if (c is ' ' or '\t' or ';')
            {
                EndWord();
                if (c != ';') continue;
                commands.Add(words);
                words = [];
                continue;
            }

            if (c == '\\' && i + 1 < line.Length) c = line[++i];
            word.Append(c);
            inWord = true;
        }

        EndWord();
        // `a;` is one command and an empty one, and a line without anything is one empty command.
        commands.Add(words);
        return commands;

        void EndWord()
        {
            if (!inWord) return;
            words.Add(word.ToString());
            word.Clear();
            inWord = false;
        }
    }

    /// <summary>Longest ending a payload may be given after `&lt;&lt;`; with more it is no payload.</summary>
    public const int MaxPayloadEnding = 64;

    /// <summary>
    /// Whether a line announces a payload: its last word is `&lt;&lt;` or `&lt;&lt;ENDING`, and does not begin the line. The line without it and the
    /// ending (empty: an empty line ends the payload) come back.
    /// </summary>
    public static bool AnnouncesPayload(string line, out string command, out string ending)
    {
        command = line;
        ending = "";
        var trimmed = line.AsSpan().TrimEnd(" \t");
        var last = trimmed.LastIndexOfAny(' ', '\t');
        var word = trimmed[(last + 1)..];
        if (last < 0 || !word.StartsWith("<<", StringComparison.Ordinal) || word.Length - 2 > MaxPayloadEnding) return false;
        command = trimmed[..last].ToString();
        ending = word[2..].ToString();
        return true;
    }
}
