namespace Evenkeel.Config.Keepalived.Language;

/// <summary>Expands csh braces of a file pattern: `{foo/{,cat,dog},bar}` has the alternatives foo/, foo/cat, foo/dog and bar.</summary>
internal static class BraceAlternatives
{
    /// <summary>More alternatives than this are not looked at: each costs a glob.</summary>
    public const int Limit = 1_000;

    public static List<string> Of(string pattern)
    {
        var open = new Stack<string>();
        var done = new List<string>();
        open.Push(pattern);
        while (open.Count > 0 && done.Count < Limit && open.Count < Limit)
        {
            string next = open.Pop();
            int brace = next.IndexOf('{', StringComparison.Ordinal);
            int end = brace < 0 ? -1 : ClosingBrace(next, brace);
            if (end < 0)
            {
                done.Add(next);
                continue;
            }
            foreach (string choice in Choices(next[(brace + 1)..end])) open.Push(next[..brace] + choice + next[(end + 1)..]);
        }
        return done;
    }

    private static int ClosingBrace(string text, int from)
    {
        int depth = 0;
        for (int i = from; i < text.Length; i++)
        {
            if (text[i] == '{') depth++;
            if (text[i] == '}' && --depth == 0) return i;
        }
        return -1;
    }

    private static List<string> Choices(string inside)
    {
        var choices = new List<string>();
        int depth = 0, start = 0;
        for (int i = 0; i < inside.Length; i++)
        {
            if (inside[i] == '{') depth++;
            if (inside[i] == '}') depth--;
            if (inside[i] != ',' || depth != 0) continue;
            choices.Add(inside[start..i]);
            start = i + 1;
        }
        choices.Add(inside[start..]);
        return choices;
    }
}
