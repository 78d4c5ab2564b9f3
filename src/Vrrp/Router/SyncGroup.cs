namespace Evenkeel.Vrrp.Router;

/// <summary>Virtual routers that are master together or not at all (keepalived.conf(5), vrrp_sync_group). Pure, like its members.</summary>
/// <remarks>
/// A member in fault puts all in fault; all become master when the last of them wants to; all become backup when one yields. The group's own state follows
/// when every member has arrived.
/// </remarks>
public sealed class SyncGroup(string name)
{
    private readonly List<VirtualRouter> _members = [];
    private bool _moving;

    public string Name { get; } = name;

    public IReadOnlyList<VirtualRouter> Members => _members;

    public VrrpState State { get; private set; }

    internal void Add(VirtualRouter member) => _members.Add(member);

    internal bool AllWantMaster
    {
        get
        {
            foreach (var member in _members)
            {
                if (!member.WantsMaster && member.State != VrrpState.Master)
                    return false;
            }
            return true;
        }
    }

    internal void BecomeMaster(VirtualRouter first, TransitionReason reason, long nowUs, EffectList effects)
    {
        _moving = true;
        first.BecomeMaster(reason, nowUs, effects);
        foreach (var member in _members)
            member.BecomeMaster(TransitionReason.GroupMaster, nowUs, effects);
        EndMove(nowUs, effects);
    }

    internal void YieldAll(VirtualRouter first, long nowUs, EffectList effects)
    {
        _moving = true;
        foreach (var member in _members)
        {
            if (member != first && member.State == VrrpState.Master)
                member.BecomeBackup(TransitionReason.GroupBackup, nowUs, effects);
        }
        EndMove(nowUs, effects);
    }

    internal void EvaluateHealth(VirtualRouter cause, TransitionReason reason, long nowUs, EffectList effects)
    {
        var fault = false;
        var held = false;
        foreach (var member in _members)
        {
            fault |= member.HasOwnFault;
            held |= member.IsHeld;
        }
        _moving = true;
        cause.MoveTo(fault, held, reason, nowUs, effects);
        foreach (var member in _members)
            member.MoveTo(fault, held, TransitionReason.GroupFault, nowUs, effects);
        EndMove(nowUs, effects);
    }

    /// <summary>Called by a member that changed by itself; while the group moves its members, the end of the move tells.</summary>
    internal void MemberEntered(long nowUs, EffectList effects)
    {
        if (!_moving)
            EndMove(nowUs, effects);
    }

    private void EndMove(long nowUs, EffectList effects)
    {
        _moving = false;
        var state = _members[0].State;
        foreach (var member in _members)
        {
            if (member.State != state)
                return;
        }
        if (state == State)
            return;
        effects.Add(new Effect(EffectKind.GroupChanged, null) { Group = this, From = State, To = state, Reason = _members[0].StateReason });
        State = state;
    }
}
