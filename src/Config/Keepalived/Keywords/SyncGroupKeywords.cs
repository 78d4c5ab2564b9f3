using Evenkeel.Config.Keepalived.Blocks;
using Evenkeel.Config.Keepalived.Drafts;
using Evenkeel.Config.Keepalived.Language;
using static Evenkeel.Config.Keepalived.Blocks.Keyword;

namespace Evenkeel.Config.Keepalived.Keywords;

/// <summary>`vrrp_sync_group`.</summary>
internal static class SyncGroupKeywords
{
    public static Block Build() => new("vrrp_sync_group", ParsePass.Vrrp,
    [
        Works("group", line =>
        {
            // Several names may share a line.
            line.ReadEntries(entry => Now(entry).Members.AddRange(entry.Words));
            if (Now(line).Members.Count == 0) line.Error($"Warning - sync group {Now(line).Name} has empty group block");
        }),
        .. TrackKeywords.For(line => (Now(line).Name, Now(line).Tracks)),
        .. NotifyKeywords.For(line => (Now(line).Name, Now(line).Notify), "notify_master", "notify_backup", "notify_fault", "notify_stop", "notify"),
        Works("notify_priority_changes", line =>
        {
            string complaint = $"({Now(line).Name}) Invalid value '{line.WordOrNull(1)}' for sync group notify_priority_changes specified";
            if (Values.OptionalBool(line, _ => complaint) is { } on) Now(line).NotifyPriorityChanges = on;
        }),
        NotYet("smtp_alert", "mail is not sent yet", line => Values.OptionalBool(line, value => $"Invalid vrrp_group smtp_alert parameter {value}")),
        NoEffect("global_tracking", "deprecated: track on the group", line =>
            line.Error($"({Now(line).Name}) global_tracking is deprecated. Use track_interface/script/file on the sync group")),
        Works("sync_group_tracking_weight", line => Now(line).TrackingWeight = true),
    ])
    {
        End = line =>
        {
            var group = Now(line);
            if (group.Members.Count == 0) line.Error($"Sync group {group.Name} has no members - removing");
            else line.Draft.SyncGroups.Add(group);
        },
    };

    public static bool Begin(KeywordLine line)
    {
        if (line.Count < 2) line.Word(1);
        if (line.Complaints.Fatal) return false;
        if (line.Count != 2)
        {
            line.Error("vrrp_sync_group must have a name - skipping");
            return false;
        }
        string name = line.Words[1];
        if (line.Draft.SyncGroups.Exists(g => g.Name == name))
        {
            line.Error($"vrrp sync group {name} already defined");
            return false;
        }
        line.Draft.SyncGroup = new SyncGroupDraft(name, line.Complaints.SourcePosition);
        return true;
    }

    private static SyncGroupDraft Now(KeywordLine line) => line.Draft.SyncGroup!;
}
