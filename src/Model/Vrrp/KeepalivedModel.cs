using System.Collections.Immutable;
using System.Net;

namespace Evenkeel.Model.Vrrp;

/// <summary>All that one keepalived.conf (with its includes) says, checked: text -> Config -> <b>KeepalivedModel</b> -> Vrrp. Immutable.</summary>
public sealed record KeepalivedModel
{
    public required GlobalDefinitionsModel Global { get; init; }
    public ImmutableArray<VrrpInstanceModel> Instances { get; init; } = [];
    public ImmutableArray<VrrpScriptModel> Scripts { get; init; } = [];
    public ImmutableArray<SyncGroupModel> SyncGroups { get; init; } = [];
    public ImmutableArray<TrackFileModel> TrackFiles { get; init; } = [];
    public ImmutableArray<TrackProcessModel> TrackProcesses { get; init; } = [];
    public ImmutableArray<VirtualAddressModel> StaticAddresses { get; init; } = [];
    public ImmutableArray<RouteModel> StaticRoutes { get; init; } = [];
    public ImmutableArray<RuleLineModel> StaticRules { get; init; } = [];
    public ImmutableArray<TrackGroupModel> TrackGroups { get; init; } = [];
    public ImmutableArray<BfdInstanceModel> BfdInstances { get; init; } = [];
    public ImmutableArray<GarpGroupModel> GarpGroups { get; init; } = [];

    /// <summary>`interface_up_down_delays`: how long an interface must stay up or down before it counts.</summary>
    public ImmutableArray<InterfaceDelayModel> InterfaceDelays { get; init; } = [];

    /// <summary>True when the file has virtual_server blocks: parsed and checked, not run yet.</summary>
    public bool HasVirtualServers { get; init; }

    /// <summary>`net_namespace` and its like stand outside global_defs: `instance` names the pid files.</summary>
    public string? InstanceName { get; init; }
    public bool UsePidDirectory { get; init; }

    /// <summary>`child_wait_time`, seconds the parent gives its children at the end; null for its own patience.</summary>
    public int? ChildWaitSeconds { get; init; }
}

/// <summary>`global_defs` (keepalived.conf(5), GLOBAL CONFIGURATION), what of it matters to a running daemon.</summary>
public sealed record GlobalDefinitionsModel
{
    public string RouterId { get; init; } = "";
    public bool ScriptSecurity { get; init; }
    public ScriptUser? ScriptUser { get; init; }

    /// <summary>VRRP version for instances that name none: 2 or 3.</summary>
    public int Version { get; init; } = 2;
    public IPAddress MulticastGroup4 { get; init; } = IPAddress.Parse("224.0.0.18");
    public IPAddress MulticastGroup6 { get; init; } = IPAddress.Parse("ff02::12");
    public bool Strict { get; init; }
    public bool DynamicInterfaces { get; init; }
    public string? DefaultInterface { get; init; }
    public bool SkipCheckAdvertisementAddress { get; init; }
    public bool HigherPrioritySendAdvertisement { get; init; }
    public bool LowerPriorityNoAdvertisement { get; init; }
    public bool V3ChecksumAsV2 { get; init; }

    /// <summary>`vrrp_startup_delay`, milliseconds before the state machines start.</summary>
    public int StartupDelayMs { get; init; }

    /// <summary>`vrrp_delay_after_boot`, milliseconds since the machine started; the longer of the two delays counts.</summary>
    public int DelayAfterBootMs { get; init; }
    public string? NotifyFifo { get; init; }
    public string? VrrpNotifyFifo { get; init; }

    /// <summary>Owner of the FIFOs when one is named; they are made with mode 0600.</summary>
    public ScriptUser? NotifyFifoOwner { get; init; }
    public ScriptUser? VrrpNotifyFifoOwner { get; init; }

    /// <summary>Started once with the FIFO's name as its last argument.</summary>
    public CommandModel? NotifyFifoScript { get; init; }
    public CommandModel? VrrpNotifyFifoScript { get; init; }
    public bool NotifyPriorityChanges { get; init; }
    public bool FifoWriteStatesOnReload { get; init; }
    public CommandModel? StartupScript { get; init; }
    public int StartupScriptTimeoutMs { get; init; } = 10_000;
    public CommandModel? ShutdownScript { get; init; }
    public int ShutdownScriptTimeoutMs { get; init; } = 10_000;
    public bool CheckUnicastSource { get; init; }
    public bool LogUnknownVirtualRouterIds { get; init; }
    public bool OwnerIgnoresAdvertisements { get; init; }
    public bool SetSupplementaryGroups { get; init; }

    /// <summary>`reload_check_config`: a file that `-t` complains of is not loaded; else it is refused only when it cannot be run.</summary>
    public bool ReloadCheckConfiguration { get; init; }

    /// <summary>Where the complaints are written; null for the log.</summary>
    public string? ReloadCheckLog { get; init; }

    /// <summary>Name part of dump files when several run on one machine (`data_use_instance`).</summary>
    public bool DataUseInstance { get; init; }
    public string? StateFileLocation { get; init; }
    public string? StatsFileLocation { get; init; }
    public string? JsonFileLocation { get; init; }
    public int JsonVersion { get; init; } = 1;

    /// <summary>`umask` for files the daemon makes, null for the command line's or 0177.</summary>
    public int? Umask { get; init; }

    /// <summary>`vrrp_priority`: the nice value of the VRRP process, null to leave it.</summary>
    public int? VrrpNice { get; init; }
    public ImmutableArray<int> VrrpCpuAffinity { get; init; } = [];

    /// <summary>`vrrp_rlimit_rttime`, microseconds of CPU between blocking calls under real-time scheduling; 0 when nothing was said: no limit.</summary>
    public int VrrpRealTimeLimitUs { get; init; }

    /// <summary>Global real-time priority of the VRRP process (`vrrp_rt_priority`), 0 for none.</summary>
    public int VrrpRealTimePriority { get; init; }

    /// <summary>`max_auto_priority`: how far the real-time priority may rise by itself; 0 or less for not at all, null when nothing was said.</summary>
    public int? MaxAutomaticPriority { get; init; }

    /// <summary>`min_auto_priority_delay`, microseconds: what counts as late; null when nothing was said.</summary>
    public int? MinAutomaticPriorityDelayUs { get; init; }
    public bool VrrpNoSwap { get; init; }

    /// <summary>`process_name` and `vrrp_process_name`: what `ps` calls the parent and the VRRP process.</summary>
    public string? ProcessName { get; init; }
    public string? VrrpProcessName { get; init; }

    /// <summary>`nftables`: the table's name, its chains' priority, and whether its rules count packets.</summary>
    public string FilterTable { get; init; } = "keepalived";
    public int FilterPriority { get; init; } = -1;
    public bool FilterCounters { get; init; }

    /// <summary>`config_save_dir`: what was read, and the state before and after each reload, are kept there.</summary>
    public string? ConfigurationSaveDirectory { get; init; }

    /// <summary>`reload_time_file`: its first line says when to reload.</summary>
    public string? ReloadTimeFile { get; init; }

    /// <summary>`reload_repeat`: the file stays, and a time without a date counts every day.</summary>
    public bool ReloadRepeats { get; init; }

    /// <summary>`reload_file`: it is there while the files are read; empty for the one in the pid directory.</summary>
    public string? ReloadFile { get; init; }
    public string? NetworkNamespace { get; init; }
}

/// <summary>Whose rights a script runs with.</summary>
public sealed record ScriptUser(string Name, uint UserId, uint GroupId)
{
    /// <summary>A group written with `:` in front: the user's supplementary groups are set too.</summary>
    public bool WithSupplementaryGroups { get; init; }
}

public enum ConfiguredState { Backup, Master }

/// <summary>`old_unicast_checksum`: what is done about sums as Keepalived up to 1.3.6 made them for unicast version 3.</summary>
public enum OldChecksumUse
{
    /// <summary>Understood, and used towards a peer that does; nothing was said.</summary>
    Detected,
    /// <summary>Sent from the start.</summary>
    Always,
    Never,
}

public enum VrrpAuthentication { None, Password, AuthenticationHeader }

/// <summary>One `vrrp_instance`: a virtual router. Intervals in centiseconds as on the wire (RFC 9568 5.2.7); everything else in ms.</summary>
public sealed record VrrpInstanceModel
{
    public required string Name { get; init; }
    public required SourcePosition Position { get; init; }
    public ConfiguredState State { get; init; } = ConfiguredState.Backup;
    public required string Interface { get; init; }
    public required byte VirtualRouterId { get; init; }
    public byte Priority { get; init; } = 100;
    public int Version { get; init; } = 2;
    public bool IsIPv6 { get; init; }
    public int AdvertisementIntervalCs { get; init; } = 100;
    public VrrpAuthentication Authentication { get; init; }

    /// <summary>At most 8 bytes, zero padded on the wire.</summary>
    public string Password { get; init; } = "";
    public ImmutableArray<VirtualAddressModel> Addresses { get; init; } = [];
    public ImmutableArray<VirtualAddressModel> ExcludedAddresses { get; init; } = [];
    public IPAddress? UnicastSource { get; init; }
    public IPAddress? MulticastSource { get; init; }
    public IPAddress? MulticastDestination { get; init; }
    public ImmutableArray<UnicastPeerModel> UnicastPeers { get; init; } = [];
    public bool CheckUnicastSource { get; init; }
    public bool NoPreempt { get; init; }
    public int PreemptDelayMs { get; init; }

    /// <summary>How many advertisement intervals of silence make a backup claim the address (`down_timer_adverts`).</summary>
    public int DownTimerAdverts { get; init; } = 3;
    public bool Strict { get; init; }
    public bool Accept { get; init; } = true;
    public bool SkipCheckAdvertisementAddress { get; init; }
    public bool HigherPrioritySendAdvertisement { get; init; }
    public bool LowerPriorityNoAdvertisement { get; init; }

    /// <summary>`conflict_repair` (ours, on by default): whoever wins a conflict of two masters announces the addresses again, and the loser speaks
    /// before it leaves.</summary>
    public bool ConflictRepair { get; init; } = true;

    /// <summary>`make_before_break` (ours, on by default): at a clean stop the addresses stay until the successor has spoken.</summary>
    public bool MakeBeforeBreak { get; init; } = true;

    /// <summary>`adopt_addresses` (ours, on by default): addresses a crashed process left here stay when nobody else is heard.</summary>
    public bool AdoptAddresses { get; init; } = true;

    /// <summary>`stall_detection` (ours, on by default): a master that was frozen looks whether it was overtaken before it speaks.</summary>
    public bool StallDetection { get; init; } = true;

    /// <summary>`restore_addresses` (ours, on by default): an address somebody removed is put back instead of giving up mastership.</summary>
    public bool RestoreAddresses { get; init; } = true;

    /// <summary>`address_probe` (ours, on by default): after a take-over the network is asked whether somebody else answers for the address.</summary>
    public bool AddressProbe { get; init; } = true;

    /// <summary>`steady_announcement` (ours, on by default): with its advertisements a master announces its addresses, so that a healed split is noticed by
    /// everybody even where the loser leaves without a word.</summary>
    public bool SteadyAnnouncement { get; init; } = true;

    /// <summary>`dual_version` (ours): a version 3 IPv4 instance speaks and understands version 2 too, while a site moves from one to the other
    /// (RFC 9568 8.4).</summary>
    public bool DualVersion { get; init; }

    /// <summary>`down_timer_bfd` (ours): the session whose fall ends the wait for the master's advertisements, or null.</summary>
    public string? DownTimerBfd { get; init; }

    /// <summary>`unicast_ttl`; null for 255.</summary>
    public int? UnicastTtl { get; init; }

    /// <summary>`v3_checksum_as_v2`: version 3 over IPv4 without the pseudo-header, as RFC 9568 has it.</summary>
    public bool V3ChecksumAsV2 { get; init; }
    public OldChecksumUse OldUnicastChecksum { get; init; }
    public GratuitousArpModel GratuitousArp { get; init; } = new();
    public ImmutableArray<TrackedItemModel> TrackInterfaces { get; init; } = [];
    public ImmutableArray<TrackedItemModel> TrackScripts { get; init; } = [];
    public ImmutableArray<TrackedItemModel> TrackFiles { get; init; } = [];
    public ImmutableArray<TrackedItemModel> TrackProcesses { get; init; } = [];

    /// <summary>The instance's own interface does not count (`dont_track_primary`).</summary>
    public bool DontTrackPrimary { get; init; }
    public ImmutableArray<TrackedItemModel> TrackBfd { get; init; } = [];
    public ImmutableArray<RouteModel> Routes { get; init; } = [];
    public ImmutableArray<RuleLineModel> Rules { get; init; } = [];
    public NotifyModel Notify { get; init; } = new();

    /// <summary>FAULT while the configured source address is not on the machine (`track_src_ip`).</summary>
    public bool TrackSource { get; init; }

    /// <summary>FAULT instead of multicast when a unicast keyword stands without peers (`unicast_fault_no_peer`).</summary>
    public bool UnicastFaultNoPeer { get; init; }

    /// <summary>`timer_expired_backup`: the highest priority of the others, null when not asked for.</summary>
    public int? TimerExpiredBackup { get; init; }
    public bool OwnerIgnoresAdvertisements { get; init; }
    public bool PromoteSecondaries { get; init; }
    public bool NoVirtualAddresses { get; init; }
    public bool NotifyPriorityChanges { get; init; }

    /// <summary>`garp_extra_if all`: seconds between announcements on other interfaces than the instance's, 0 for none.</summary>
    public int GarpExtraInterfaceSeconds { get; init; }

    /// <summary>Why the instance cannot run although its text is right (it asks for what is not there yet), or null.</summary>
    public string? CannotRun { get; init; }
}

public sealed record UnicastPeerModel(IPAddress Address, int? MinimumTtl = null, int? MaximumTtl = null);

/// <summary>One line of `virtual_ipaddress`, `virtual_ipaddress_excluded` or `static_ipaddress`.</summary>
public sealed record VirtualAddressModel(IPAddress Address, int PrefixLength, SourcePosition Position)
{
    /// <summary>Null: the instance's interface.</summary>
    public string? Interface { get; init; }
    public string? Label { get; init; }

    /// <summary>RT_SCOPE_*: 0 global, 200 site, 253 link, 254 host.</summary>
    public byte Scope { get; init; }
    public IPAddress? Broadcast { get; init; }
    public IPAddress? Peer { get; init; }
    public bool Home { get; init; }

    /// <summary>`-nodad`: IPv6 addresses are set without duplicate address detection unless this is written.</summary>
    public bool DuplicateAddressDetection { get; init; }
    public bool NoPrefixRoute { get; init; }
    public bool ManageTemporaryAddresses { get; init; }
    public bool AutoJoin { get; init; }
    public bool NoTrack { get; init; }

    /// <summary>IPv6: seconds the address is preferred; 0 = deprecated (the default of a /128), null = for ever.</summary>
    public uint? PreferredLifetimeSeconds { get; init; }
    public string? TrackGroup { get; init; }
}

/// <summary>How often neighbours are told who has an address now (`garp_*`).</summary>
public sealed record GratuitousArpModel
{
    /// <summary>`garp_master_delay`, ms until the second burst; 0 for none.</summary>
    public int MasterDelayMs { get; init; } = 5_000;
    public int MasterRepeat { get; init; } = 5;
    public int MasterRefreshMs { get; init; }
    public int MasterRefreshRepeat { get; init; } = 1;
    public int LowerPriorityDelayMs { get; init; } = 5_000;
    public int LowerPriorityRepeat { get; init; } = 5;

    /// <summary>`garp_interval` and `gna_interval`: microseconds between two messages on one interface.</summary>
    public int IntervalUs { get; init; }
    public int NeighbourIntervalUs { get; init; }
}

/// <summary>
/// A script, interface, file or process an instance or group follows. Weight null: the tracked object's own weight (0 means FAULT when it is down).
/// </summary>
public sealed record TrackedItemModel(string Name, int? Weight = null, bool Reverse = false);

/// <summary>A command split into words: executed without a shell, with the rights of <see cref="User"/>.</summary>
public sealed record CommandModel(ImmutableArray<string> Words, ScriptUser? User, string Text);

/// <summary>Scripts told of a change of state (keepalived.conf(5), NOTIFY). The order in which they are called is the original's.</summary>
public sealed record NotifyModel
{
    public CommandModel? Master { get; init; }
    public CommandModel? Backup { get; init; }
    public CommandModel? Fault { get; init; }
    public CommandModel? Stop { get; init; }
    public CommandModel? Deleted { get; init; }

    /// <summary>`notify_deleted` was there, with a script or without: a removed instance says DELETED instead of FAULT.</summary>
    public bool SaysDeleted { get; init; }

    /// <summary>Called for every change with TYPE NAME STATE PRIORITY appended.</summary>
    public CommandModel? Any { get; init; }
    public CommandModel? MasterReceivedLowerPriority { get; init; }
}

/// <summary>`vrrp_script`: a command whose exit status says whether this node is fit.</summary>
public sealed record VrrpScriptModel
{
    public required string Name { get; init; }
    public required SourcePosition Position { get; init; }
    public required CommandModel Command { get; init; }
    public int IntervalMs { get; init; } = 1_000;

    /// <summary>0: as long as it takes; else the script is killed and counts as failed.</summary>
    public int TimeoutMs { get; init; }
    public int Weight { get; init; }
    public bool Reverse { get; init; }
    public int Rise { get; init; } = 1;
    public int Fall { get; init; } = 1;
    public bool InitFail { get; init; }
}

public sealed record SyncGroupModel
{
    public required string Name { get; init; }
    public required SourcePosition Position { get; init; }
    public ImmutableArray<string> Members { get; init; } = [];
    public ImmutableArray<TrackedItemModel> TrackInterfaces { get; init; } = [];
    public ImmutableArray<TrackedItemModel> TrackScripts { get; init; } = [];
    public ImmutableArray<TrackedItemModel> TrackFiles { get; init; } = [];
    public ImmutableArray<TrackedItemModel> TrackProcesses { get; init; } = [];
    public bool TrackingWeight { get; init; }
    public ImmutableArray<TrackedItemModel> TrackBfd { get; init; } = [];
    public bool NotifyPriorityChanges { get; init; }
    public NotifyModel Notify { get; init; } = new();
}

public sealed record TrackFileModel(string Name, string Path, int Weight, SourcePosition Position)
{
    public bool Reverse { get; init; }
    public int? InitialValue { get; init; }
    public bool Overwrite { get; init; }
}

public sealed record TrackProcessModel(string Name, string Process, int Weight, SourcePosition Position)
{
    public bool Reverse { get; init; }
    public int Quorum { get; init; } = 1;
    public int? QuorumMax { get; init; }
    public int ForkDelayMs { get; init; }
    public int TerminateDelayMs { get; init; }
    public bool FullCommand { get; init; }

    /// <summary>Parameters to compare too; null: none are looked at.</summary>
    public ImmutableArray<string>? Parameters { get; init; }
    public ParameterMatch ParameterMatch { get; init; }
}

/// <summary>How the parameters of a process are compared: all of them, the first ones, or all with the last one allowed to be longer.</summary>
public enum ParameterMatch { Exact, Partial, Initial }

/// <summary>`track_group`: instances that follow static addresses, routes and rules which name it.</summary>
public sealed record TrackGroupModel(string Name, ImmutableArray<string> Members, SourcePosition Position);

/// <summary>`garp_group`: interfaces whose announcements share one pace. Microseconds; null where the group says nothing.</summary>
public sealed record GarpGroupModel(ImmutableArray<string> Interfaces, int? IntervalUs, int? NeighbourIntervalUs);

public sealed record InterfaceDelayModel(string Interface, long DownDelayUs, long UpDelayUs);

/// <summary>`bfd_instance` (RFC 5880). Intervals in microseconds.</summary>
public sealed record BfdInstanceModel
{
    public required string Name { get; init; }
    public required SourcePosition Position { get; init; }
    public required IPAddress Neighbour { get; init; }
    public IPAddress? Source { get; init; }
    public long MinimumReceiveUs { get; init; } = 10_000;
    public long MinimumTransmitUs { get; init; } = 10_000;
    public long IdleTransmitUs { get; init; } = 1_000_000;
    public int Multiplier { get; init; } = 5;
    public bool Passive { get; init; }

    /// <summary>TTL or hop limit of our packets; null for 255 (IPv4) or 64 (IPv6).</summary>
    public int? TimeToLive { get; init; }

    /// <summary>How many hops a packet may have passed; null means any.</summary>
    public int? MaximumHops { get; init; } = 0;
    public bool MultiHop { get; init; }
    public int Weight { get; init; }
    public bool Reverse { get; init; }
    public bool ForVrrp { get; init; } = true;
    public bool ForCheckers { get; init; } = true;
}
