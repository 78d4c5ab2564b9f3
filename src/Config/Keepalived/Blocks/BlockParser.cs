using Evenkeel.Config.Keepalived.Language;

namespace Evenkeel.Config.Keepalived.Blocks;

/// <summary>
/// Walks the text with a table of keywords. An unknown keyword is named and its line skipped; an unknown block is not skipped as a block: its lines are
/// taken in the block around it and its closing brace closes that one, as in the original (docs/compat/keepalived.md).
/// </summary>
/// <remarks>Depth is bounded by the tables: blocks nest only where a table says so.</remarks>
internal sealed class BlockParser(LineReader reader, KeywordLine line, Complaints complaints)
{
    public void ParseTop(Block top) => Parse(top, isTop: true, pending: null);

    private void Parse(Block block, bool isTop, string? pending)
    {
        while (!complaints.Fatal)
        {
            string text;
            if (pending != null)
            {
                text = pending;
                pending = null;
            }
            else if (!reader.Next(out text))
            {
                return;
            }
            if (text == "{")
            {
                complaints.Error("Unexpected '{' - ignoring");
                continue;
            }
            if (text == "}" && !isTop)
            {
                block.End?.Invoke(line);
                return;
            }
            ParseLine(block, text);
        }
    }

    private void ParseLine(Block block, string text)
    {
        line.Take(text);
        if (line.Count == 0) return;
        if (block.Find(line.Keyword) is not { } keyword)
        {
            complaints.Error($"Unknown keyword '{line.Keyword}'");
            return;
        }
        if (block.Name.Length == 0 && (keyword.Block?.Pass ?? Keywords.TopKeywords.PassOf(keyword.Name)) != complaints.Pass)
        {
            if (keyword.Block != null || Keywords.TopKeywords.HasValueBlock(keyword.Name)) line.SkipBlock();
            return;
        }
        if (keyword.Block == null)
        {
            keyword.Read(line);
            return;
        }
        if (!keyword.Read(line))
        {
            line.SkipBlock();
            return;
        }
        OpenBlock(keyword.Block);
    }

    private void OpenBlock(Block block)
    {
        if (complaints.Fatal || !reader.Next(out string next)) return;
        if (next != "{") complaints.Error("Missing '{' at beginning of configuration block");
        Parse(block, isTop: false, pending: next == "{" ? null : next);
    }
}
