using Evenkeel.Vrrp.Packets;

namespace Evenkeel.Vrrp.Router;

/// <summary>
/// One virtual router as a pure machine: (state, event, now) -> effects. It has no clock, no socket and no thread, so a simulator can drive thousands
/// of them.
/// Advertisement, timer, tracker -> <b>VirtualRouter</b> -> effects -> VrrpWorker.
/// </summary>
/// <remarks>
/// Units: times are microseconds of one monotonic clock (`nowUs`); events of one router arrive in the order of their times. The host drains received
/// packets before it
/// reports timers, so that a process that was frozen hears before it claims. Nothing is allocated per advertisement.
/// Source: RFC 9568 6.4, RFC 3768 6.4, keepalived.conf(5). See README.md beside this file for the picture.
/// </remarks>
public sealed partial class VirtualRouter
{
    private const long Never = long.MaxValue;

    /// <summary>How long addresses stay after the successor's first advertisement: its gratuitous ARP follows.</summary>
    /// <remarks>Keepalived 2.2.7 sent it 0.1 to 12 ms after the advertisement (2 cores, loaded, 2026-11-22); until then requests still come here.</remarks>
    private const long SuccessorSettleUs = 20_000;

    /// <summary>The same where the host hears its gratuitous ARP (<see cref="SuccessorAnnounced"/>): only a successor on a machine that is overloaded needs
    /// longer than a moment.</summary>
    private const long AnnouncementSettleUs = 250_000;

    /// <summary>Others have heard the gratuitous ARP when this node has; what is on its way still comes here.</summary>
    private const long AnnouncedSettleUs = 2_000;

    /// <summary>What is added to the longest skew a successor may have before addresses are dropped without one.</summary>
    private const long HandoverMarginUs = 300_000;

    /// <summary>The second goodbye comes after this part of the longest skew: a very good successor has spoken by then.</summary>
    private const int GoodbyeParts = 16;

    /// <summary>Backups that lose the same master at the same moment claim in this time, the best first; its advertisement then holds the others.</summary>
    private const long UnreachableSkewUs = 50_000;

    private long _deadlineUs = Never;
    private long _announceAgainUs = Never;
    private long _refreshUs = Never;
    private long _releaseAtUs = Never;
    private long _goodbyeAgainUs = Never;
    private long _preemptAtUs = Never;
    private int _againCount;
    private long _masterIntervalUs;
    private bool _resigned;
    private bool _masterUnreachable;

    public VirtualRouter(RouterSettings settings, SyncGroup? group = null)
    {
        Settings = settings;
        Group = group;
        _masterIntervalUs = settings.IntervalUs;
        _effective = settings.Priority;
        group?.Add(this);
    }

    public RouterSettings Settings { get; private set; }
    public SyncGroup? Group { get; }
    public VrrpState State { get; private set; }

    /// <summary>When and why the present state was entered.</summary>
    public long StateSinceUs { get; private set; }
    public TransitionReason StateReason { get; private set; }

    /// <summary>This node's address on the interface: what ties are broken by. None until the host knows one.</summary>
    public NodeAddress Source { get; set; }

    /// <summary>Whose advertisements a backup follows; none while master or alone.</summary>
    public NodeAddress MasterAddress { get; private set; }
    public byte MasterPriority { get; private set; }

    /// <summary>The interval of the master that is followed; its own while master.</summary>
    public long MasterIntervalUs => _masterIntervalUs;

    /// <summary>When the last own advertisement was sent, at or below 0 for never.</summary>
    public long LastSentUs => _lastSentUs;

    /// <summary>During a hand-over the host listens for what the successor tells the network, and says so.</summary>
    public bool HearsAnnouncements { get; set; }

    /// <summary>True while the virtual addresses are meant to be on this node: as master, and during a hand-over.</summary>
    public bool HoldsAddresses { get; private set; }

    /// <summary>True in a backup that would be master but waits for the other members of its group.</summary>
    internal bool WantsMaster { get; private set; }

    /// <summary>When <see cref="OnTimer"/> wants to be called next; long.MaxValue for never.</summary>
    public long NextDeadlineUs =>
        Math.Min(
            Math.Min(Math.Min(_deadlineUs, _announceAgainUs), Math.Min(_refreshUs, _releaseAtUs)),
            Math.Min(Math.Min(_speakAgainUs, _repairUs), _goodbyeAgainUs));

    /// <summary>True when nothing is left to come but the beat: no announcement, word, release or preemption waits for its time.</summary>
    internal bool IsAtRest =>
        (State is VrrpState.Master or VrrpState.Fault || (State == VrrpState.Backup && !WantsMaster))
        && _announceAgainUs == Never && _releaseAtUs == Never && _goodbyeAgainUs == Never && _preemptAtUs == Never && _repairUs == Never
        && _speakAgainUs == Never;

    public RouterCounters Counters { get; } = new();

    /// <summary>Starts the machine: it waits for the first word of its trackers, then becomes backup (an owner with `state MASTER` master at once).</summary>
    /// <param name="nowUs">The time.</param>
    /// <param name="effects">Gets what is to be done.</param>
    /// <param name="adopts">
    /// The addresses are on this node already, left by a process that died: they stay while this router listens for one interval and its skew, and it
    /// becomes master
    /// without a gap unless somebody else speaks. Differs from Keepalived, which removes them first.
    /// </param>
    public void Start(long nowUs, EffectList effects, bool adopts = false)
    {
        HoldsAddresses = adopts;
        _started = true;
        StateSinceUs = nowUs;
        EvaluateHealth(nowUs, TransitionReason.Started, effects);
    }

    /// <summary>A clean stop. A master says goodbye; make-before-break keeps the addresses until the successor has spoken. Ends with <see
    /// cref="EffectKind.Stopped"/>.</summary>
    public void Stop(long nowUs, EffectList effects, TransitionReason reason = TransitionReason.Stopping)
    {
        _started = false;
        var wasMaster = State == VrrpState.Master;
        Enter(VrrpState.Init, reason, nowUs, effects);
        if (wasMaster)
            Resign(effects);
        _deadlineUs = Never;
        if (wasMaster && Settings.MakeBeforeBreak)
        {
            HoldForSuccessor(nowUs);
            return;
        }
        Release(effects);
        effects.Add(new Effect(EffectKind.Stopped, this));
    }

    /// <summary>Runs what is due at <paramref name="nowUs"/>.</summary>
    public void OnTimer(long nowUs, EffectList effects)
    {
        if (nowUs >= _releaseAtUs)
        {
            Release(effects);
            if (!_started)
                effects.Add(new Effect(EffectKind.Stopped, this));
        }
        if (nowUs >= _goodbyeAgainUs)
        {
            _goodbyeAgainUs = Never;
            Resign(effects);
        }
        if (nowUs >= _repairUs)
            RepairOnceMore(nowUs, effects);
        if (nowUs >= _speakAgainUs)
            SpeakAgain(nowUs, effects);
        if (nowUs >= _deadlineUs && State == VrrpState.Backup)
            OnMasterDown(nowUs, effects);
        else if (nowUs >= _deadlineUs && State == VrrpState.Master)
            OnAdvertisementDue(nowUs, effects);
        if (nowUs >= _announceAgainUs)
        {
            _announceAgainUs = Never;
            effects.Add(new Effect(EffectKind.Announce, this) { Count = _againCount });
        }
        if (nowUs >= _refreshUs)
        {
            _refreshUs = nowUs + (Settings.Announcements.MasterRefreshMs * 1_000L);
            effects.Add(new Effect(EffectKind.Announce, this) { Count = Settings.Announcements.MasterRefreshRepeat });
        }
    }

    /// <summary>Somebody removed one of our addresses: it is put back and announced, or mastership is given up for it as Keepalived does.</summary>
    public void AddressLost(long nowUs, EffectList effects)
    {
        if (State != VrrpState.Master)
            return;
        if (!Settings.RestoreAddresses)
        {
            BecomeBackup(TransitionReason.AddressRemoved, nowUs, effects);
            Group?.YieldAll(this, nowUs, effects);
            return;
        }
        effects.Add(new Effect(EffectKind.ClaimAddresses, this));
        effects.Add(new Effect(EffectKind.Announce, this) { Count = Settings.Announcements.MasterRepeat });
    }

    /// <summary>Another node told the network that it has one of the addresses. During a hand-over that is what was waited for.</summary>
    public void SuccessorAnnounced(long nowUs)
    {
        if (HoldsAddresses && State != VrrpState.Master && _releaseAtUs != Never)
            _releaseAtUs = Math.Min(_releaseAtUs, nowUs + AnnouncedSettleUs);
    }

    private long SettleForSuccessorUs => HearsAnnouncements ? AnnouncementSettleUs : SuccessorSettleUs;

    /// <summary>The BFD session to another node fell. When that node is the master this backup follows, its silence is not waited for: backups
    /// claim in the order of their priorities within <see cref="UnreachableSkewUs"/>.</summary>
    public void PeerLost(NodeAddress peer, long nowUs, EffectList effects)
    {
        if (State != VrrpState.Backup || MasterAddress != peer || peer.IsNone)
            return;
        _masterUnreachable = true;
        _deadlineUs = Math.Min(_deadlineUs, nowUs + (UnreachableSkewUs * (256 - _effective) / 256));
        effects.Add(new Effect(EffectKind.MasterUnreachable, this) { Peer = peer });
    }

    /// <summary>Takes another configuration without leaving the present state; what the difference means for timers and addresses follows at once.</summary>
    public void Reconfigure(RouterSettings settings, long nowUs, EffectList effects)
    {
        var old = Settings;
        Settings = settings;
        if (State != VrrpState.Backup || MasterAddress.IsNone || settings.Version == 2)
            _masterIntervalUs = settings.IntervalUs;
        UpdatePriority(SkewUs, nowUs, effects);
        if (State != VrrpState.Master)
            return;
        _deadlineUs = Math.Min(_deadlineUs, nowUs + settings.IntervalUs);
        if (!old.Addresses.AsSpan().SequenceEqual(settings.Addresses))
            SendOwn(nowUs, effects);
        _refreshUs = settings.Announcements.MasterRefreshMs > 0 ? Math.Min(_refreshUs, nowUs + (settings.Announcements.MasterRefreshMs * 1_000L)) : Never;
    }

    private void OnMasterDown(long nowUs, EffectList effects)
    {
        WantsMaster = true;
        effects.Add(new Effect(EffectKind.AdvertisementTimeout, this));
        var reason = _resigned ? TransitionReason.MasterResigned
            : _masterUnreachable ? TransitionReason.MasterUnreachable
            : Settings.IsOwner ? TransitionReason.AddressOwner
            : TransitionReason.AdvertisementTimeout;
        if (Group is null)
            BecomeMaster(reason, nowUs, effects);
        else if (Group.AllWantMaster)
            Group.BecomeMaster(this, reason, nowUs, effects);
        else
            RestartMasterDownTimer(nowUs);
    }

    private void OnAdvertisementDue(long nowUs, EffectList effects)
    {
        if (WasOvertakenWhileStalled(nowUs) || MayHaveBeenOvertaken(nowUs))
        {
            BecomeBackup(TransitionReason.Stalled, nowUs, effects);
            TellHolder(nowUs, effects);
            return;
        }
        var scheduled = _deadlineUs;
        SendOwn(nowUs, effects);
        // Keep the beat when only a little late, so that lateness does not add up; begin a new one after a real delay.
        if (nowUs - scheduled < Settings.IntervalUs / 2)
            _deadlineUs = scheduled + Settings.IntervalUs;
    }

    /// <summary>Frozen so long that a peer must have claimed the address, and it has spoken since: with preemption off, it keeps it.</summary>
    private bool WasOvertakenWhileStalled(long nowUs) =>
        Settings is { StallDetection: true, NoPreempt: true } && _otherMasterHeardUs > _lastSentUs
        && nowUs - _deadlineUs > Settings.DownTimerAdverts * Settings.IntervalUs;

    /// <summary>`timer_expired_backup`: another node's patience has run out since the last own advertisement, whether it was heard or not.</summary>
    private bool MayHaveBeenOvertaken(long nowUs) =>
        Settings is { HighestOtherPriority: > 0, NoPreempt: true }
        && nowUs - _lastSentUs
            > VrrpTimers.MasterDownUs(Settings.Version, Settings.HighestOtherPriority, Settings.IntervalUs, Settings.DownTimerAdverts);

    private void RestartMasterDownTimer(long nowUs) => _deadlineUs = nowUs + MasterDownUs;

    /// <summary>The wait for an advertisement. A node whose proxy is unready waits one skew unit more, so that every ready peer comes first and then
    /// the better sum.</summary>
    public long MasterDownUs => (Settings.DownTimerAdverts * _masterIntervalUs) + SkewUs;

    private long SkewUs => _readiness == ProxyReadiness.Unready
        ? VrrpTimers.SkewUnitUs(Settings.Version, _masterIntervalUs) + VrrpTimers.SkewUs(Settings.Version, TrackedPriority, _masterIntervalUs)
        : VrrpTimers.SkewUs(Settings.Version, _effective, _masterIntervalUs);
}
