using Evenkeel.Model.Vrrp;
using Evenkeel.Vrrp.Addresses;
using Evenkeel.Vrrp.Router;

namespace Evenkeel.Vrrp.Worker;

/// <summary>Taking another configuration: only the difference is done. What stays the same router to its peers keeps its state, its addresses and its
/// beat.</summary>
public sealed partial class VrrpWorker
{
    /// <summary>Replaces the configuration. Interfaces that do not exist are waited for: a running daemon never dies of a reload.</summary>
    public void Reload(KeepalivedModel model)
    {
        if (_stopping)
            return;
        var old = _model;
        model = _model = RouterSettings.WithDefaults(model);
        SetStatics();
        _accept.Prepare(model);
        var groupsChanged = !SameGroups(old, model);
        if (groupsChanged)
            _groups.Clear();
        BuildMissingGroups();
        var wanted = model.Instances.ToDictionary(i => i.Name);
        foreach (var host in _hosts.ToArray())
        {
            if (groupsChanged && IsGrouped(host.Name, old, model) || !wanted.TryGetValue(host.Name, out var next) || !host.IsSameRouterAs(next))
                Retire(host);
        }
        var surviving = _hosts.ToDictionary(h => h.Name);
        foreach (var next in model.Instances)
        {
            if (surviving.TryGetValue(next.Name, out var host))
                Reconfigure(host, next);
            else
                Begin(next);
        }
        _options.Trackers?.Reload(model);
        _bfd.Apply(model.BfdInstances);
        SetInterfaceFlags();
        RestoreTaken();
        RescheduleAll();
        if (model.Global.FifoWriteStatesOnReload)
            TellStates();
    }

    /// <summary>`fifo_write_vrrp_states_on_reload`: readers of the FIFOs hear every state once more.</summary>
    private void TellStates()
    {
        foreach (var observer in _options.Observers)
        {
            foreach (var (group, groupModel) in _groups.Values)
                observer.StateRepeated(groupModel, group.State);
            foreach (var host in _hosts)
                observer.StateRepeated(host.Model, host.Router.State, host.Router.EffectivePriority);
        }
    }

    private void Reconfigure(RouterHost host, VrrpInstanceModel next)
    {
        var gone = host.Reconfigure(next, _interfaces);
        host.Router.Follow(TrackerList.Of(_model, next));
        RemoveEntries(host, gone.Entries);
        foreach (var address in gone.Addresses)
            RemoveAddress(host, address);
        _accept.Change(gone.Addresses, drop: false);
        _effects.Clear();
        host.Router.Reconfigure(RouterSettings.From(next), _loop.NowUs, _effects);
        TellWhatIsKnown(host);
        JudgeInterface(host);
        RunEffects();
        if (!host.Router.HoldsAddresses)
            return;
        _accept.Change(host.Addresses, AcceptMode.IsWantedBy(next));
        var added = Array.FindAll(host.Addresses, a => !a.IsSet);
        foreach (var address in added)
        {
            SetAddress(host, address);
            for (var i = 0; i < next.GratuitousArp.MasterRepeat; i++)
                AnnouncementsOn(address.Interface).Add(host, address.Address, next.GratuitousArp.IntervalUs);
        }
        SetEntries(host);
    }

    private void Begin(VrrpInstanceModel next)
    {
        var host = AddHost(next);
        _ = OpenSocket(host);
        if (!_started)
            return;
        _effects.Clear();
        StartRouter(host);
        RunEffects();
    }

    /// <summary>A deleted instance hands over like a clean stop; its host stays until that is complete.</summary>
    private void Retire(RouterHost host)
    {
        _hosts.Remove(host);
        _leaving.Add(host);
        host.IsLeaving = true;
        _effects.Clear();
        host.Router.Stop(_loop.NowUs, _effects, TransitionReason.Reloaded);
        RunEffects();
    }

    /// <summary>An address that moved from one instance to another may have been removed after it was set: the new holder puts it back.</summary>
    private void RestoreTaken()
    {
        ReadInterfaceEvents();
        foreach (var host in _hosts)
        {
            if (!host.Router.HoldsAddresses)
                continue;
            foreach (var address in host.Addresses)
                SetAddress(host, address);
        }
    }

    private void BuildMissingGroups()
    {
        foreach (var group in _model.SyncGroups)
            _groups[group.Name] = (_groups.TryGetValue(group.Name, out var known) ? known.Group : new SyncGroup(group.Name), group);
    }

    private static bool SameGroups(KeepalivedModel old, KeepalivedModel next) =>
        old.SyncGroups.Select(MembersOf).SequenceEqual(next.SyncGroups.Select(MembersOf));

    private static string MembersOf(SyncGroupModel group) => $"{group.Name}: {string.Join(' ', group.Members)}";

    private static bool IsGrouped(string name, KeepalivedModel old, KeepalivedModel next) =>
        old.SyncGroups.Concat(next.SyncGroups).Any(g => g.Members.Contains(name));
}
