using Evenkeel.Config.Keepalived.Drafts;
using Evenkeel.Config.Keepalived.Language;
using Evenkeel.Model.Vrrp;

namespace Evenkeel.Config.Keepalived.Checks;

/// <summary>Sync groups and their members, and trackers that cannot count where they stand.</summary>
internal static class GroupChecks
{
    public static void Run(Draft draft, Complaints complaints)
    {
        foreach (var group in draft.SyncGroups.ToList()) Members(draft, group, complaints);
        foreach (var instance in draft.Instances)
        {
            if (!instance.Unusable) Trackers(instance, complaints);
        }
    }

    private static void Members(Draft draft, SyncGroupDraft group, Complaints complaints)
    {
        foreach (string name in group.Members)
        {
            if (draft.Instances.Find(name) is not { Unusable: false } instance)
            {
                complaints.ErrorWithoutPosition($"Virtual router {name} specified in sync group {group.Name} doesn't exist - ignoring");
                continue;
            }
            if (instance.Group != null)
            {
                complaints.ErrorWithoutPosition($"Virtual router {name} cannot exist in more than one sync group; ignoring {group.Name}");
                continue;
            }
            instance.Group = group;
            group.Found.Add(instance);
        }
        if (group.Found.Count == 0)
        {
            complaints.ErrorWithoutPosition($"Sync group {group.Name}, no matching virtual router found in group declaration - removing");
            draft.SyncGroups.Remove(group);
        }
        else if (group.Found.Count == 1)
        {
            complaints.ErrorWithoutPosition($"Sync group {group.Name} has only 1 virtual router(s) - this probably isn't what you want");
        }
    }

    private static void Trackers(InstanceDraft instance, Complaints complaints)
    {
        void Say(string text) => complaints.ErrorWithoutPosition($"({instance.Name}) {text}");

        Own(instance, Say);
        if (instance.IsOwner)
        {
            Unweighted(instance.Tracks.Scripts, name => Say($"ignoring tracked script {name} with weights due to address_owner"));
            Unweighted(instance.Tracks.Interfaces, name => Say($"ignoring {name} tracked interface due to address owner"));
            Weightless(instance.Tracks.Files, name => Say($"ignoring weight from tracked file {name} due to address_owner. specify weight 0"));
            return;
        }
        if (instance.Group is not { TrackingWeight: false }) return;
        Unweighted(instance.Tracks.Scripts, name => Say($"ignoring tracked script {name} with weights due to SYNC group"));
        Weightless(instance.Tracks.Interfaces, name => Say($"ignoring {name} tracked interface weight due to SYNC group"));
        Weightless(instance.Tracks.Files, name => Say($"ignoring weight from tracked file {name} due to SYNC group. specify weight 0"));
    }

    /// <summary>The instance's own interface counts anyway; naming it again says nothing.</summary>
    private static void Own(InstanceDraft instance, Action<string> say)
    {
        int index = instance.Tracks.Interfaces.FindIndex(t => t.Name == instance.Interface);
        if (index >= 0 && !instance.DontTrackPrimary)
        {
            say($"Ignoring track_interface {instance.Interface} since own interface");
            instance.Tracks.Interfaces.RemoveAt(index);
        }
        if (instance.Group is not { } group) return;
        foreach (var tracked in group.Tracks.Interfaces)
        {
            if (tracked.Name == instance.Interface || instance.Tracks.Interfaces.Exists(t => t.Name == tracked.Name))
                say($"track_interface {tracked.Name} is configured on VRRP instance and sync group. Remove vrrp instance or sync group config");
        }
    }

    /// <summary>Drops what has a weight.</summary>
    private static void Unweighted(List<TrackedItemModel> items, Action<string> say)
    {
        foreach (var item in items.FindAll(i => i.Weight is not (null or 0))) say(item.Name);
        items.RemoveAll(i => i.Weight is not (null or 0));
    }

    /// <summary>Keeps what has a weight, but without it: down is FAULT then.</summary>
    private static void Weightless(List<TrackedItemModel> items, Action<string> say)
    {
        for (int i = 0; i < items.Count; i++)
        {
            if (items[i].Weight is null or 0) continue;
            say(items[i].Name);
            items[i] = items[i] with { Weight = 0 };
        }
    }
}
