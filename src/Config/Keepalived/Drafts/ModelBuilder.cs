using System.Collections.Immutable;
using Evenkeel.Model.Vrrp;

namespace Evenkeel.Config.Keepalived.Drafts;

/// <summary>Checked draft -> immutable <see cref="KeepalivedModel"/>: defaults are filled in here, once.</summary>
internal static class ModelBuilder
{
    public static KeepalivedModel Build(Draft draft, string hostName)
    {
        var usable = draft.Scripts.Where(s => !s.Disabled).Select(s => s.Name).ToHashSet(StringComparer.Ordinal);
        var global = draft.Global.Model;
        return new KeepalivedModel
        {
            Global = global with
            {
                RouterId = global.RouterId.Length > 0 ? global.RouterId : hostName,
                LowerPriorityNoAdvertisement = draft.Global.LowerPriorityNoAdvert ?? global.Strict,
            },
            Instances = [.. draft.Instances.Where(i => !i.Unusable).Select(i => Instance(draft, i, usable))],
            Scripts = [.. draft.Scripts.Where(s => !s.Disabled).Select(Script)],
            SyncGroups = [.. draft.SyncGroups.Select(g => Group(g, usable))],
            TrackFiles = [.. draft.TrackFiles.Select(f => new TrackFileModel(f.Name, f.Path!, f.Weight, f.Position)
            {
                Reverse = f.Reverse,
                InitialValue = f.InitialValue,
                Overwrite = f.Overwrite,
            })],
            TrackProcesses = [.. draft.TrackProcesses.Select(Process)],
            StaticAddresses = [.. draft.StaticAddresses],
            StaticRoutes = [.. draft.StaticRoutes],
            StaticRules = [.. draft.StaticRules],
            TrackGroups = [.. draft.TrackGroups],
            BfdInstances = [.. draft.BfdInstances.Select(b => b.Model)],
            GarpGroups = [.. draft.GarpGroups],
            InterfaceDelays = [.. draft.InterfaceDelays],
            HasVirtualServers = draft.HasVirtualServers,
            InstanceName = draft.InstanceName,
            UsePidDirectory = draft.UsePidDirectory,
            ChildWaitSeconds = draft.ChildWaitSeconds,
        };
    }

    private static VrrpInstanceModel Instance(Draft draft, InstanceDraft i, HashSet<string> usableScripts)
    {
        var global = draft.Global.Model;
        return new VrrpInstanceModel
        {
            Name = i.Name,
            Position = i.Position,
            State = i.StateMaster ? ConfiguredState.Master : ConfiguredState.Backup,
            Interface = i.Interface ?? "",
            VirtualRouterId = (byte)i.VirtualRouterId,
            Priority = (byte)i.EffectivePriority,
            Version = i.Version ?? 2,
            IsIPv6 = i.IsIPv6,
            AdvertisementIntervalCs = (int)((i.AdvertisementIntervalUs ?? 1_000_000) / 10_000),
            Authentication = i.Authentication,
            Password = i.Password ?? "",
            Addresses = [.. i.Addresses],
            ExcludedAddresses = [.. i.Excluded],
            Routes = [.. i.Routes],
            Rules = [.. i.Rules],
            UnicastSource = i.Peers.Count > 0 ? i.Source : null,
            MulticastSource = i.Peers.Count > 0 ? null : i.Source,
            MulticastDestination = i.MulticastDestination,
            UnicastPeers = [.. i.Peers],
            UnicastTtl = i.UnicastTtl,
            UnicastFaultNoPeer = i.UnicastFaultNoPeer && i.Peers.Count == 0,
            CheckUnicastSource = i.CheckUnicastSource ?? global.CheckUnicastSource,
            NoPreempt = i.NoPreempt,
            PreemptDelayMs = (int)(i.PreemptDelayUs / 1_000),
            DownTimerAdverts = i.DownTimerAdverts ?? draft.Global.DownTimerAdverts,
            TimerExpiredBackup = i.TimerExpiredBackup,
            Strict = i.Strict ?? global.Strict,
            Accept = i.Accept ?? true,
            SkipCheckAdvertisementAddress = i.SkipCheckAddress ?? global.SkipCheckAdvertisementAddress,
            HigherPrioritySendAdvertisement = i.HigherPrioritySend ?? global.HigherPrioritySendAdvertisement,
            LowerPriorityNoAdvertisement = i.LowerPriorityNoAdvert ?? false,
            OldUnicastChecksum = i.OldChecksum,
            V3ChecksumAsV2 = i.V3ChecksumAsV2 ?? global.V3ChecksumAsV2,
            OwnerIgnoresAdvertisements = i.OwnerIgnoresAdverts ?? (global.OwnerIgnoresAdvertisements || i.Strict == true),
            TrackSource = i.TrackSource,
            DontTrackPrimary = i.DontTrackPrimary,
            PromoteSecondaries = i.PromoteSecondaries,
            NoVirtualAddresses = i.NoVirtualAddresses,
            NotifyPriorityChanges = i.NotifyPriorityChanges ?? global.NotifyPriorityChanges,
            ConflictRepair = i.Own.ConflictRepair ?? draft.Global.Own.ConflictRepair ?? true,
            MakeBeforeBreak = i.Own.MakeBeforeBreak ?? draft.Global.Own.MakeBeforeBreak ?? true,
            AdoptAddresses = i.Own.AdoptAddresses ?? draft.Global.Own.AdoptAddresses ?? true,
            StallDetection = i.Own.StallDetection ?? draft.Global.Own.StallDetection ?? true,
            RestoreAddresses = i.Own.RestoreAddresses ?? draft.Global.Own.RestoreAddresses ?? true,
            AddressProbe = i.Own.AddressProbe ?? draft.Global.Own.AddressProbe ?? true,
            SteadyAnnouncement = i.Own.SteadyAnnouncement ?? draft.Global.Own.SteadyAnnouncement ?? true,
            DualVersion = (i.Own.DualVersion ?? draft.Global.Own.DualVersion ?? false) && i.Version == 3 && !i.IsIPv6,
            DownTimerBfd = i.DownTimerBfd,
            GratuitousArp = GratuitousArp(draft, i),
            GarpExtraInterfaceSeconds = i.GarpExtraSeconds ?? draft.Global.GarpExtraSeconds,
            TrackInterfaces = [.. i.Tracks.Interfaces],
            TrackScripts = [.. i.Tracks.Scripts.Where(t => usableScripts.Contains(t.Name))],
            TrackFiles = [.. i.Tracks.Files],
            TrackProcesses = [.. i.Tracks.Processes],
            TrackBfd = [.. i.Tracks.Bfd],
            Notify = i.Notify.ToModel(),
            CannotRun = CannotRun(i),
        };
    }

    /// <summary>What would change the bytes on the wire or the interface they leave by is not left out silently: the instance is not run.</summary>
    private static string? CannotRun(InstanceDraft i) =>
        i.Authentication == VrrpAuthentication.AuthenticationHeader ? "auth_type AH is not supported yet"
        : i.Hmac != null ? "auth_hmac is not supported yet"
        : i.UsesVmac ? "use_vmac is not supported yet"
        : i.UsesIpvlan ? "use_ipvlan is not supported yet"
        : i.Interface == null && i.Vrf != null ? "vrf is not supported yet"
        : null;

    private static GratuitousArpModel GratuitousArp(Draft draft, InstanceDraft i)
    {
        var g = draft.Global;
        bool minimal = g.MinimalGarp;
        long delay = i.GarpMasterDelayUs ?? (minimal ? 0 : g.GarpMasterDelayUs);
        int repeat = i.GarpMasterRepeat ?? (minimal ? 1 : g.GarpMasterRepeat);
        var group = draft.GarpGroups.Find(x => i.Interface != null && x.Interfaces.Contains(i.Interface));
        return new GratuitousArpModel
        {
            MasterDelayMs = (int)(delay / 1_000),
            MasterRepeat = repeat,
            MasterRefreshMs = (int)((i.GarpMasterRefreshUs ?? g.GarpMasterRefreshUs) / 1_000),
            MasterRefreshRepeat = i.GarpMasterRefreshRepeat ?? g.GarpMasterRefreshRepeat,
            LowerPriorityDelayMs = (int)((i.GarpLowerDelayUs ?? g.GarpLowerDelayUs ?? delay) / 1_000),
            LowerPriorityRepeat = i.GarpLowerRepeat ?? g.GarpLowerRepeat ?? repeat,
            IntervalUs = group?.IntervalUs ?? (int)Math.Min(int.MaxValue, g.GarpIntervalUs),
            NeighbourIntervalUs = group?.NeighbourIntervalUs ?? (int)Math.Min(int.MaxValue, g.NeighbourIntervalUs),
        };
    }

    private static VrrpScriptModel Script(ScriptDraft s) => new()
    {
        Name = s.Name,
        Position = s.Position,
        Command = s.Command!,
        IntervalMs = (int)Math.Min(int.MaxValue, s.IntervalMs),
        TimeoutMs = (int)Math.Min(int.MaxValue, s.TimeoutMs),
        Weight = s.Weight,
        Reverse = s.Reverse,
        Rise = s.Rise,
        Fall = s.Fall,
        InitFail = s.InitFail,
    };

    private static SyncGroupModel Group(SyncGroupDraft g, HashSet<string> usableScripts) => new()
    {
        Name = g.Name,
        Position = g.Position,
        Members = [.. g.Found.Select(i => i.Name)],
        TrackInterfaces = [.. g.Tracks.Interfaces],
        TrackScripts = [.. g.Tracks.Scripts.Where(t => usableScripts.Contains(t.Name))],
        TrackFiles = [.. g.Tracks.Files],
        TrackProcesses = [.. g.Tracks.Processes],
        TrackBfd = [.. g.Tracks.Bfd],
        TrackingWeight = g.TrackingWeight,
        NotifyPriorityChanges = g.NotifyPriorityChanges,
        Notify = g.Notify.ToModel(),
    };

    private static TrackProcessModel Process(TrackProcessDraft p) => new(p.Name, p.Process![0], p.Weight, p.Position)
    {
        Reverse = p.Reverse,
        Quorum = p.Quorum,
        QuorumMax = p.QuorumMaximum,
        ForkDelayMs = (int)(p.ForkDelayUs / 1_000),
        TerminateDelayMs = (int)(p.TerminateDelayUs / 1_000),
        FullCommand = p.FullCommand,
        Parameters = p.Process.Count > 1 || p.ParameterMatch != null ? [.. p.Process.Skip(1)] : default(ImmutableArray<string>?),
        ParameterMatch = p.ParameterMatch ?? ParameterMatch.Exact,
    };
}
