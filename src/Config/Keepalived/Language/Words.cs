namespace Evenkeel.Config.Keepalived.Language;

/// <summary>The plain tokenizer: words between white space; a double quote begins a word of its own that runs to the next double quote, without
/// escapes.</summary>
internal static class Words
{
    /// <summary>Words of a line. `#` and `!` outside quotes end it: they can come back through `${_HASH}`.</summary>
    /// <param name="unmatched">True when a quoted word has no end; that word is dropped, as in the original.</param>
    public static List<string> Split(string line, out bool unmatched)
    {
        var words = new List<string>(4);
        unmatched = false;
        int i = 0;
        while (true)
        {
            while (i < line.Length && LineText.IsWhiteSpace(line[i])) i++;
            if (i >= line.Length || line[i] is '#' or '!') return words;
            int start = i;
            if (line[i] == '"')
            {
                int end = line.IndexOf('"', i + 1);
                if (end < 0)
                {
                    unmatched = true;
                    return words;
                }
                words.Add(line[(start + 1)..end]);
                i = end + 1;
                continue;
            }
            while (i < line.Length && !LineText.IsWhiteSpace(line[i]) && line[i] is not ('"' or '#' or '!')) i++;
            words.Add(line[start..i]);
        }
    }
}
