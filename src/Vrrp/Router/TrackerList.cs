using Evenkeel.Model.Vrrp;

namespace Evenkeel.Vrrp.Router;

/// <summary>What an instance follows, with the weights that count: its own list, its group's, and what the tracked things say of themselves.</summary>
public static class TrackerList
{
    public static TrackerSlot[] Of(KeepalivedModel model, VrrpInstanceModel instance)
    {
        var group = GroupOf(model, instance);
        var slots = new List<TrackerSlot>();
        var weighsOwn = group is null || group.TrackingWeight;
        Add(TrackerKind.Interface, instance.TrackInterfaces, weighsOwn);
        Add(TrackerKind.Script, instance.TrackScripts, weighsOwn);
        Add(TrackerKind.File, instance.TrackFiles, weighsOwn);
        Add(TrackerKind.Process, instance.TrackProcesses, weighsOwn);
        Add(TrackerKind.Bfd, instance.TrackBfd, weighsOwn);
        if (group is not null)
        {
            Add(TrackerKind.Interface, group.TrackInterfaces, true);
            Add(TrackerKind.Script, group.TrackScripts, true);
            Add(TrackerKind.File, group.TrackFiles, true);
            Add(TrackerKind.Process, group.TrackProcesses, true);
            Add(TrackerKind.Bfd, group.TrackBfd, true);
        }
        return [.. slots];

        void Add(TrackerKind kind, IEnumerable<TrackedItemModel> items, bool weighs)
        {
            foreach (var item in items)
            {
                var (weight, reverse) = WeightOf(model, kind, item);
                // Members of a group must not drift apart: a weight of a member's own is ignored unless the group allows it.
                if (weighs || weight == 0)
                    slots.Add(new TrackerSlot(kind, item.Name, weight, reverse));
            }
        }
    }

    public static SyncGroupModel? GroupOf(KeepalivedModel model, VrrpInstanceModel instance) =>
        model.SyncGroups.FirstOrDefault(g => g.Members.Contains(instance.Name));

    private static (int Weight, bool Reverse) WeightOf(KeepalivedModel model, TrackerKind kind, TrackedItemModel item)
    {
        if (item.Weight is { } weight)
            return (weight, item.Reverse);
        return kind switch
        {
            TrackerKind.Script when model.Scripts.FirstOrDefault(s => s.Name == item.Name) is { } script => (script.Weight, script.Reverse || item.Reverse),
            TrackerKind.File when model.TrackFiles.FirstOrDefault(f => f.Name == item.Name) is { } file => (file.Weight, file.Reverse || item.Reverse),
            TrackerKind.Process when model.TrackProcesses.FirstOrDefault(p => p.Name == item.Name) is { } process =>
                (process.Weight, process.Reverse || item.Reverse),
            TrackerKind.Bfd when model.BfdInstances.FirstOrDefault(b => b.Name == item.Name) is { } bfd => (bfd.Weight, bfd.Reverse || item.Reverse),
            _ => (0, item.Reverse),
        };
    }
}
