using Evenkeel.Model;
using Evenkeel.Model.Vrrp;

namespace Evenkeel.Config.Keepalived.Drafts;

/// <summary>Something the file asks for that is understood but not done yet.</summary>
/// <param name="What">In plain words what does not happen.</param>
internal sealed record UnsupportedUse(string Keyword, string What, SourcePosition Position);

/// <summary>What has been read so far: keywords -> <b>Draft</b> -> checks -> <see cref="KeepalivedModel"/>. Changes while the file is read, never
/// after.</summary>
internal sealed class Draft
{
    public GlobalDraft Global { get; } = new();

    public NamedDrafts<InstanceDraft> Instances { get; } = new(i => i.Name);

    public NamedDrafts<ScriptDraft> Scripts { get; } = new(s => s.Name);

    public List<SyncGroupDraft> SyncGroups { get; } = [];

    public NamedDrafts<TrackFileDraft> TrackFiles { get; } = new(f => f.Name);

    public NamedDrafts<TrackProcessDraft> TrackProcesses { get; } = new(p => p.Name);

    public List<BfdDraft> BfdInstances { get; } = [];

    public List<TrackGroupModel> TrackGroups { get; } = [];

    public List<VirtualAddressModel> StaticAddresses { get; } = [];

    public List<RouteModel> StaticRoutes { get; } = [];

    public List<RuleLineModel> StaticRules { get; } = [];

    public List<GarpGroupModel> GarpGroups { get; } = [];

    public List<InterfaceDelayModel> InterfaceDelays { get; } = [];

    public List<UnsupportedUse> NotSupported { get; } = [];

    public bool HasVirtualServers { get; set; }

    public List<VirtualServerDraft> VirtualServers { get; } = [];

    public VirtualServerDraft? VirtualServer { get; set; }

    /// <summary>Scripts of checkers, quorums and real servers: looked at, never run yet.</summary>
    public List<Model.Vrrp.CommandModel> CheckScripts { get; } = [];

    /// <summary>The preference the next rule without one gets.</summary>
    public uint? NextRulePreference { get; set; }

    public string? InstanceName { get; set; }

    public bool UsePidDirectory { get; set; }

    public int? ChildWaitSeconds { get; set; }

    /// <summary>An interface was named that is not there: a real start ends with it, unless `dynamic_interfaces` allows it.</summary>
    public bool InterfaceMissing { get; set; }

    /// <summary>Why a real start ends after the checks, or null.</summary>
    public string? StartRefusal { get; set; }

    /// <summary>A script would run as root although nothing keeps others from changing it (exit code 6).</summary>
    public bool ScriptsWithoutSecurity { get; set; }

    public bool CheckScriptsWithoutSecurity { get; set; }

    /// <summary>And somebody else than root could change one of them.</summary>
    public bool ScriptsAreInsecure { get; set; }

    /// <summary>Looked up once: the user scripts run as when none is named.</summary>
    public ScriptUser? DefaultScriptUser { get; set; }

    public bool DefaultScriptUserKnown { get; set; }

    // Blocks being read.
    public InstanceDraft? Instance { get; set; }

    public ScriptDraft? Script { get; set; }

    public SyncGroupDraft? SyncGroup { get; set; }

    public TrackFileDraft? TrackFile { get; set; }

    public TrackProcessDraft? TrackProcess { get; set; }

    public BfdDraft? Bfd { get; set; }

    public TrackGroupDraft? TrackGroup { get; set; }

    public GarpGroupDraft? GarpGroup { get; set; }
}
