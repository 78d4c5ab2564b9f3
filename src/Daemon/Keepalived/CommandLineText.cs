using System.Text;

namespace Evenkeel.Daemon.Keepalived;

/// <summary>The line `Command line: 'keepalived' '-n'` of the log, broken where the original breaks it.</summary>
public static class CommandLineText
{
    private const string Opening = "Command line:";

    /// <summary>Longest line behind the time stamp.</summary>
    private const int MostColumns = 100;

    public static IEnumerable<string> Of(IReadOnlyList<string> vector)
    {
        var text = new StringBuilder(Opening);
        foreach (var word in vector)
        {
            if (text.Length + word.Length + 3 > MostColumns && text.Length > Opening.Length)
            {
                yield return text.ToString();
                text.Clear().Append(' ', Opening.Length);
            }
            text.Append(" '").Append(word).Append('\'');
        }
        yield return text.ToString();
    }
}
