using System.Collections.Immutable;
using Evenkeel.Model.Vrrp;
using Evenkeel.Vrrp.Router;

namespace Evenkeel.Vrrp.Notify;

/// <summary>One thing scripts and FIFOs are told: who, what, with which priority (keepalived.conf(5), notify).</summary>
/// <param name="IsGroup">GROUP instead of INSTANCE; a group's priority is always 0.</param>
/// <param name="State">MASTER, BACKUP, FAULT, STOP, DELETED, MASTER_RX_LOWER_PRI, MASTER_PRIORITY or BACKUP_PRIORITY.</param>
public readonly record struct NotifyEvent(bool IsGroup, string Name, string State, int Priority)
{
    private string Kind => IsGroup ? "GROUP" : "INSTANCE";

    /// <summary>What the generic `notify` script gets behind its own arguments.</summary>
    public ImmutableArray<string> Arguments => [Kind, Name, State, Number];

    /// <summary>The line written to FIFOs, with its end.</summary>
    public string FifoLine => $"{Kind} \"{Name}\" {State} {Number}\n";

    private string Number => Priority.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The word for a change of state, or null when nobody is told.</summary>
    public static string? WordFor(VrrpState state, TransitionReason reason, bool saysDeleted) => state switch
    {
        VrrpState.Master => "MASTER",
        VrrpState.Backup => "BACKUP",
        VrrpState.Fault => "FAULT",
        VrrpState.Init when reason == TransitionReason.Stopping => "STOP",
        VrrpState.Init when reason == TransitionReason.Reloaded => saysDeleted ? "DELETED" : "FAULT",
        _ => null,
    };

    /// <summary>The script of its own that an event has, beside the generic one.</summary>
    public static CommandModel? SpecificScript(NotifyModel notify, string state) => state switch
    {
        "MASTER" => notify.Master,
        "BACKUP" => notify.Backup,
        "FAULT" => notify.Fault,
        "STOP" => notify.Stop,
        "DELETED" => notify.Deleted,
        "MASTER_RX_LOWER_PRI" => notify.MasterReceivedLowerPriority,
        _ => null,
    };
}
