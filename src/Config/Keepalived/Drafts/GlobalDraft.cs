using System.Collections.Immutable;
using System.Net;
using Evenkeel.Model.Vrrp;

namespace Evenkeel.Config.Keepalived.Drafts;

/// <summary>`global_defs` while it is read.</summary>
internal sealed class GlobalDraft
{
    public GlobalDefinitionsModel Model { get; set; } = new();

    /// <summary>Whether `script_user` named somebody who exists.</summary>
    public bool ScriptUserSet { get; set; }

    public long GarpMasterDelayUs { get; set; } = 5_000_000;

    public int GarpMasterRepeat { get; set; } = 5;

    public long GarpMasterRefreshUs { get; set; }

    public int GarpMasterRefreshRepeat { get; set; } = 1;

    public long? GarpLowerDelayUs { get; set; }

    public int? GarpLowerRepeat { get; set; }

    public long GarpIntervalUs { get; set; }

    public long NeighbourIntervalUs { get; set; }

    public bool MinimalGarp { get; set; }

    public int GarpExtraSeconds { get; set; }

    public int DownTimerAdverts { get; set; } = 3;

    public bool? LowerPriorityNoAdvert { get; set; }

    public bool? SmtpServer { get; set; }

    public IPAddress? MulticastGroup4 { get; set; }

    public IPAddress? MulticastGroup6 { get; set; }

    /// <summary>What instances that say nothing do beyond Keepalived.</summary>
    public OwnAdditions Own { get; } = new();

    public ImmutableArray<int> VrrpCpus { get; set; } = [];
}
