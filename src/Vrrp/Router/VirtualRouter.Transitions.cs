using Evenkeel.Vrrp.Packets;

namespace Evenkeel.Vrrp.Router;

/// <summary>The moves between states, and the order of what each of them does.</summary>
public sealed partial class VirtualRouter
{
    private long _lastSentUs = long.MinValue;

    /// <summary>Order as in Keepalived: advertisement, addresses, announcements, then notify.</summary>
    internal void BecomeMaster(TransitionReason reason, long nowUs, EffectList effects)
    {
        if (State == VrrpState.Master)
            return;
        _releaseAtUs = Never;
        _goodbyeAgainUs = Never;
        _preemptAtUs = Never;
        _masterIntervalUs = Settings.IntervalUs;
        MasterAddress = NodeAddress.None;
        MasterPriority = 0;
        Enter(VrrpState.Master, reason, nowUs, effects);
        SendOwn(nowUs, effects);
        HoldsAddresses = true;
        effects.Add(new Effect(EffectKind.ClaimAddresses, this));
        AnnounceTwice(Settings.Announcements.MasterRepeat, Settings.Announcements.MasterDelayMs, nowUs, effects);
        _refreshUs = Settings.Announcements.MasterRefreshMs > 0 ? nowUs + (Settings.Announcements.MasterRefreshMs * 1_000L) : Never;
        Counters.BecameMaster++;
    }

    /// <summary>From master, fault or start to backup, with a full master-down interval ahead.</summary>
    internal void BecomeBackup(TransitionReason reason, long nowUs, EffectList effects)
    {
        if (State == VrrpState.Backup)
            return;
        var wasMaster = State == VrrpState.Master;
        Enter(VrrpState.Backup, reason, nowUs, effects);
        if (wasMaster)
            LetGo(reason, nowUs, effects);
        WantsMaster = false;
        _resigned = false;
        _masterUnreachable = false;
        _preemptAtUs = Never;
        RestartMasterDownTimer(nowUs);
        var comesIn = reason is TransitionReason.Started or TransitionReason.FaultCleared;
        if (comesIn && Settings.IsOwner && Settings.StartsAsMaster && _readiness != ProxyReadiness.Unready)
            _deadlineUs = nowUs;
        else if (comesIn && HoldsAddresses)
            _deadlineUs = nowUs + _masterIntervalUs + SkewUs;
    }

    internal void BecomeFault(TransitionReason reason, long nowUs, EffectList effects)
    {
        if (State == VrrpState.Fault)
            return;
        var wasMaster = State == VrrpState.Master;
        Enter(VrrpState.Fault, reason, nowUs, effects);
        if (wasMaster)
            Resign(effects);
        _deadlineUs = Never;
        WantsMaster = false;
        MasterAddress = NodeAddress.None;
        MasterPriority = 0;
        // A tracker's verdict leaves the link usable: until a successor speaks the address may as well stay where requests at least reach something.
        if (wasMaster && Settings.MakeBeforeBreak && reason is TransitionReason.TrackerDown or TransitionReason.GroupFault && _faults == FaultCauses.None)
            HoldForSuccessor(nowUs);
        else
            Release(effects);
    }

    private void Enter(VrrpState state, TransitionReason reason, long nowUs, EffectList effects)
    {
        var from = State;
        State = state;
        StateSinceUs = nowUs;
        StateReason = reason;
        // A loser that cannot take part any more can still tell the winner that there was a conflict.
        if (state is VrrpState.Master or VrrpState.Init)
            _speakAgainUs = Never;
        if (state != VrrpState.Master)
        {
            _announceAgainUs = Never;
            _refreshUs = Never;
            _repairUs = Never;
            if (from == VrrpState.Master)
            {
                Counters.ReleasedMaster++;
                effects.Add(new Effect(EffectKind.CancelAnnouncements, this));
            }
        }
        effects.Add(new Effect(EffectKind.StateChanged, this) { From = from, To = state, Reason = reason, Priority = EffectivePriority });
        Group?.MemberEntered(nowUs, effects);
    }

    /// <summary>Leaves the addresses to a successor. One that has already spoken gets a moment to announce itself; otherwise nobody is known and they
    /// go at once.</summary>
    private void LetGo(TransitionReason reason, long nowUs, EffectList effects)
    {
        if (reason is TransitionReason.ProxyUnready or TransitionReason.AddressRemoved)
            Resign(effects);
        if (reason == TransitionReason.ProxyUnready && Settings.MakeBeforeBreak)
        {
            // Nobody ready: this node claims again after its own skew, and the address has not moved in between.
            _releaseAtUs = nowUs + SkewUs + HandoverMarginUs;
            return;
        }
        if (Settings.MakeBeforeBreak && reason is TransitionReason.HigherPriorityHeard or TransitionReason.GroupBackup or TransitionReason.Stalled)
            _releaseAtUs = nowUs + SettleForSuccessorUs;
        else
            Release(effects);
    }

    /// <summary>Keeps the addresses until the successor's first advertisement, or until even the slowest backup would have spoken.</summary>
    /// <remarks>The goodbye is said once more: one that was lost, or overtaken by an advertisement, would leave the address to nobody.</remarks>
    private void HoldForSuccessor(long nowUs)
    {
        var skewUnitUs = VrrpTimers.SkewUnitUs(Settings.Version, Settings.IntervalUs);
        _releaseAtUs = nowUs + skewUnitUs + HandoverMarginUs;
        _goodbyeAgainUs = nowUs + (skewUnitUs / GoodbyeParts);
    }

    private void Release(EffectList effects)
    {
        _releaseAtUs = Never;
        _goodbyeAgainUs = Never;
        if (!HoldsAddresses)
            return;
        HoldsAddresses = false;
        effects.Add(new Effect(EffectKind.ReleaseAddresses, this));
    }

    /// <summary>Says goodbye: a priority 0 advertisement lets backups claim after their skew.</summary>
    private void Resign(EffectList effects)
    {
        Counters.PriorityZeroSent++;
        effects.Add(new Effect(EffectKind.SendAdvertisement, this));
    }

    private void SendOwn(long nowUs, EffectList effects)
    {
        _deadlineUs = nowUs + Settings.IntervalUs;
        _lastSentUs = nowUs;
        _answersThisInterval = 0;
        SendWord(EffectivePriority, effects);
    }

    private void AnnounceTwice(int count, int againAfterMs, long nowUs, EffectList effects)
    {
        if (count > 0)
            effects.Add(new Effect(EffectKind.Announce, this) { Count = count });
        _againCount = count;
        _announceAgainUs = againAfterMs > 0 && count > 0 ? nowUs + (againAfterMs * 1_000L) : Never;
    }
}
