using Evenkeel.Config.Keepalived.Blocks;
using Evenkeel.Config.Keepalived.Drafts;

namespace Evenkeel.Config.Keepalived.Keywords;

/// <summary>The notify scripts of instances and sync groups.</summary>
internal static class NotifyKeywords
{
    /// <param name="names">Which of them the block knows: groups know fewer than instances.</param>
    public static IEnumerable<Keyword> For(Func<KeywordLine, (string Name, NotifyDraft Notify)> owner, params string[] names)
    {
        foreach (string name in names) yield return Keyword.Works(name, line => Read(line, owner(line)));
    }

    private static void Read(KeywordLine line, (string Name, NotifyDraft Notify) owner)
    {
        if (line.Keyword == "notify_deleted")
        {
            owner.Notify.Deleted = true;
            if (line.Count < 2) return;
        }
        string keyword = line.Keyword;
        if (owner.Notify.Commands.ContainsKey(keyword))
        {
            line.Error($"({owner.Name}) {keyword} script already specified - ignoring {line.Word(1)}");
            return;
        }
        if (Scripts.Command(line) is { } command) owner.Notify.Commands.Add(keyword, command);
    }
}
