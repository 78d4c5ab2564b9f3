using System.Net;
using Evenkeel.Model;
using Evenkeel.Model.Vrrp;

namespace Evenkeel.Config.Keepalived.Drafts;

/// <summary>`vrrp_script` while it is read.</summary>
internal sealed class ScriptDraft(string name, SourcePosition position)
{
    public string Name => name;

    public SourcePosition Position => position;

    public CommandModel? Command { get; set; }

    public ScriptUser? User { get; set; }

    /// <summary>`user` named somebody who does not exist: the script is dropped at the end of its block.</summary>
    public bool UserFailed { get; set; }

    public long IntervalMs { get; set; } = 1_000;

    public long TimeoutMs { get; set; }

    public int Weight { get; set; }

    public bool Reverse { get; set; }

    public int Rise { get; set; } = 1;

    public int Fall { get; set; } = 1;

    public bool InitFail { get; set; }

    /// <summary>Not there or not to be trusted: kept for those that track it, as one that always fails.</summary>
    public bool Disabled { get; set; }
}

/// <summary>`vrrp_sync_group` while it is read.</summary>
internal sealed class SyncGroupDraft(string name, SourcePosition position)
{
    public string Name => name;

    public SourcePosition Position => position;

    public List<string> Members { get; } = [];

    /// <summary>Which of <see cref="Members"/> exist and are in no earlier group; set by the checks.</summary>
    public List<InstanceDraft> Found { get; } = [];

    public TrackDraft Tracks { get; } = new();

    public bool TrackingWeight { get; set; }

    public bool NotifyPriorityChanges { get; set; }

    public NotifyDraft Notify { get; } = new();
}

/// <summary>`track_file` while it is read.</summary>
internal sealed class TrackFileDraft(string name, SourcePosition position)
{
    public string Name => name;

    public SourcePosition Position => position;

    public string? Path { get; set; }

    public int Weight { get; set; } = 1;

    public bool Reverse { get; set; }

    public int? InitialValue { get; set; }

    public bool Overwrite { get; set; }
}

/// <summary>`vrrp_track_process` while it is read.</summary>
internal sealed class TrackProcessDraft(string name, SourcePosition position)
{
    public string Name => name;

    public SourcePosition Position => position;

    public List<string>? Process { get; set; }

    public int Weight { get; set; }

    public bool Reverse { get; set; }

    public int Quorum { get; set; } = 1;

    public int? QuorumMaximum { get; set; }

    public long ForkDelayUs { get; set; }

    public long TerminateDelayUs { get; set; }

    public bool FullCommand { get; set; }

    public ParameterMatch? ParameterMatch { get; set; }
}

/// <summary>`bfd_instance` while it is read.</summary>
internal sealed class BfdDraft(string name, SourcePosition position)
{
    public BfdInstanceModel Model { get; set; } = new() { Name = name, Position = position, Neighbour = IPAddress.None };

    public bool HasNeighbour { get; set; }

    public bool Invalid { get; set; }
}

/// <summary>`track_group` while it is read.</summary>
internal sealed class TrackGroupDraft(string name)
{
    public string Name => name;

    public List<string> Members { get; } = [];
}

/// <summary>`garp_group` while it is read.</summary>
internal sealed class GarpGroupDraft
{
    public long? IntervalUs { get; set; }

    public long? NeighbourIntervalUs { get; set; }

    public List<string> Interfaces { get; } = [];
}

/// <summary>What an instance or a sync group follows.</summary>
internal sealed class TrackDraft
{
    public List<TrackedItemModel> Interfaces { get; } = [];

    public List<TrackedItemModel> Scripts { get; } = [];

    public List<TrackedItemModel> Files { get; } = [];

    public List<TrackedItemModel> Processes { get; } = [];

    public List<TrackedItemModel> Bfd { get; } = [];
}

/// <summary>The notify scripts of an instance or a sync group, by keyword.</summary>
internal sealed class NotifyDraft
{
    public Dictionary<string, CommandModel> Commands { get; } = new(StringComparer.Ordinal);

    /// <summary>`notify_deleted` may stand without a script: then DELETED is said instead of FAULT.</summary>
    public bool Deleted { get; set; }

    public NotifyModel ToModel() => new()
    {
        Master = Commands.GetValueOrDefault("notify_master"),
        Backup = Commands.GetValueOrDefault("notify_backup"),
        Fault = Commands.GetValueOrDefault("notify_fault"),
        Stop = Commands.GetValueOrDefault("notify_stop"),
        Deleted = Commands.GetValueOrDefault("notify_deleted"),
        SaysDeleted = Deleted,
        Any = Commands.GetValueOrDefault("notify"),
        MasterReceivedLowerPriority = Commands.GetValueOrDefault("notify_master_rx_lower_pri"),
    };
}
