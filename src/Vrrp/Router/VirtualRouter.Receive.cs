using Evenkeel.Vrrp.Packets;

namespace Evenkeel.Vrrp.Router;

/// <summary>What an advertisement does to each state.</summary>
public sealed partial class VirtualRouter
{
    /// <summary>How many advertisements a master adds to its own beat because it heard a lower one; bounds what a forger can make it send.</summary>
    private const int AnswersPerInterval = 2;

    private long _otherMasterHeardUs = long.MinValue;
    private int _answersThisInterval;
    private bool _addressesDiffered;

    /// <summary>Judges and handles one parsed advertisement that names this router's number and came in on its interface.</summary>
    /// <returns>Valid, or why it was dropped without any effect on the state.</returns>
    public AdvertisementStatus Receive(in Advertisement advertisement, in Arrival arrival, long nowUs, EffectList effects)
    {
        var verdict = Judge(advertisement, arrival);
        if (verdict != AdvertisementStatus.Valid)
        {
            Counters.Reject(verdict);
            if (verdict != AdvertisementStatus.Own)
            {
                effects.Add(new Effect(EffectKind.Rejected, this)
                {
                    Status = verdict, Peer = arrival.Source, Priority = advertisement.Priority, Count = Offence(verdict, advertisement, arrival),
                });
            }
            return verdict;
        }
        Counters.AdvertisementsReceived++;
        if (IsEcho(advertisement, arrival, nowUs))
            return AdvertisementStatus.Valid;
        if (Settings is { IsOwner: true, OwnerIgnoresAdvertisements: true })
            return AdvertisementStatus.Valid;
        if (advertisement.Priority == 0)
            Counters.PriorityZeroReceived++;
        CompareAddresses(advertisement, arrival, effects);
        if (HoldsAddresses && State != VrrpState.Master && advertisement.Priority > 0)
            HearSuccessor(nowUs, effects);
        if (State == VrrpState.Backup)
            ReceiveAsBackup(advertisement, arrival, nowUs, effects);
        else if (State == VrrpState.Fault)
            HearAnswer(advertisement, nowUs);
        else if (State == VrrpState.Master)
            ReceiveAsMaster(advertisement, arrival, nowUs, effects);
        return AdvertisementStatus.Valid;
    }

    private void HearSuccessor(long nowUs, EffectList effects)
    {
        _goodbyeAgainUs = Never;
        if (_releaseAtUs != Never)
            _releaseAtUs = Math.Min(_releaseAtUs, nowUs + SettleForSuccessorUs);
        else
            GiveUpAdopted(nowUs, effects);
    }

    private void ReceiveAsBackup(in Advertisement advertisement, in Arrival arrival, long nowUs, EffectList effects)
    {
        if (advertisement.Priority == 0)
        {
            effects.Add(new Effect(EffectKind.PriorityZeroReceived, this) { Peer = arrival.Source });
            // A goodbye said twice does not begin the wait again.
            _deadlineUs = _resigned ? Math.Min(_deadlineUs, nowUs + SkewUs) : nowUs + SkewUs;
            _resigned = true;
            MasterAddress = NodeAddress.None;
            return;
        }
        if (advertisement.Priority < EffectivePriority && !Settings.NoPreempt && !IsWithinPreemptDelay(nowUs, effects))
        {
            effects.Add(new Effect(EffectKind.LowerPriorityDiscarded, this) { Peer = arrival.Source, Priority = advertisement.Priority });
            return;
        }
        if (advertisement.Priority >= EffectivePriority)
            _preemptAtUs = Never;
        HearAnswer(advertisement, nowUs);
        Follow(advertisement, arrival, nowUs, effects);
    }

    private void Follow(in Advertisement advertisement, in Arrival arrival, long nowUs, EffectList effects)
    {
        if (MasterAddress != arrival.Source)
        {
            MasterAddress = arrival.Source;
            effects.Add(new Effect(EffectKind.MasterIs, this) { Peer = arrival.Source, Priority = advertisement.Priority });
        }
        MasterPriority = advertisement.Priority;
        if (Settings.Version == 3 && advertisement.IntervalUs != _masterIntervalUs)
        {
            _masterIntervalUs = advertisement.IntervalUs;
            effects.Add(new Effect(EffectKind.IntervalLearned, this) { Peer = arrival.Source, Count = advertisement.IntervalCs });
        }
        WantsMaster = false;
        _resigned = false;
        _masterUnreachable = false;
        RestartMasterDownTimer(nowUs);
    }

    private void ReceiveAsMaster(in Advertisement advertisement, in Arrival arrival, long nowUs, EffectList effects)
    {
        _otherMasterHeardUs = nowUs;
        if (advertisement.Priority == 0)
        {
            effects.Add(new Effect(EffectKind.PriorityZeroReceived, this) { Peer = arrival.Source });
            AnswerConflict(nowUs, effects);
            return;
        }
        if (advertisement.Priority > EffectivePriority || (advertisement.Priority == EffectivePriority && arrival.Source > Source))
        {
            effects.Add(new Effect(EffectKind.HigherPriorityWhileMaster, this) { Peer = arrival.Source, Priority = advertisement.Priority });
            Counters.ConflictsLost++;
            if (Settings.HigherPrioritySendAdvertisement || Settings.ConflictRepair)
                SendWord(EffectivePriority, effects);
            YieldTo(advertisement, arrival, nowUs, effects);
            return;
        }
        effects.Add(new Effect(EffectKind.LowerPriorityWhileMaster, this) { Peer = arrival.Source, Priority = advertisement.Priority });
        Counters.ConflictsWon++;
        if (!Settings.LowerPriorityNoAdvertisement)
            AnswerConflict(nowUs, effects);
    }

    private void YieldTo(in Advertisement advertisement, in Arrival arrival, long nowUs, EffectList effects)
    {
        BecomeBackup(TransitionReason.HigherPriorityHeard, nowUs, effects);
        Follow(advertisement, arrival, nowUs, effects);
        if (Settings.ConflictRepair)
            BeginLastWord(EffectivePriority, nowUs);
        Group?.YieldAll(this, nowUs, effects);
    }

    /// <summary>A second master was or is there: speak, so that it leaves, and tell the network again where the address is.</summary>
    private void AnswerConflict(long nowUs, EffectList effects)
    {
        if (_answersThisInterval < AnswersPerInterval)
        {
            var answers = _answersThisInterval + 1;
            SendOwn(nowUs, effects);
            _answersThisInterval = answers;
        }
        Repair(nowUs, effects);
    }

    /// <summary>`preempt_delay` counts from the first advertisement of a lower master; until it is over that master is followed.</summary>
    private bool IsWithinPreemptDelay(long nowUs, EffectList effects)
    {
        if (Settings.PreemptDelayUs == 0)
            return false;
        if (_preemptAtUs == Never)
        {
            _preemptAtUs = nowUs + Settings.PreemptDelayUs;
            effects.Add(new Effect(EffectKind.PreemptDelayStarted, this) { Count = (int)(Settings.PreemptDelayUs / 1_000) });
        }
        return nowUs < _preemptAtUs;
    }

    /// <summary>Counts a packet that named this router's number but could not be read.</summary>
    public void CountRejected(AdvertisementStatus status) => Counters.Reject(status);

    /// <summary>The received value that was wrong, for the log.</summary>
    private static int Offence(AdvertisementStatus verdict, in Advertisement advertisement, in Arrival arrival) => verdict switch
    {
        AdvertisementStatus.WrongTimeToLive => arrival.TimeToLive,
        AdvertisementStatus.WrongVersion or AdvertisementStatus.BadChecksum => advertisement.Version,
        AdvertisementStatus.WrongAuthenticationType => advertisement.AuthenticationType,
        AdvertisementStatus.WrongInterval => advertisement.IntervalCs,
        _ => 0,
    };

    private AdvertisementStatus Judge(in Advertisement advertisement, in Arrival arrival)
    {
        if (arrival.Source == Source && !Source.IsNone)
            return AdvertisementStatus.Own;
        if (arrival.IsMulticast == Settings.IsUnicast)
            return AdvertisementStatus.WrongDestination;
        if (!Settings.IsUnicast && arrival.TimeToLive != Advertisement.TimeToLive)
            return AdvertisementStatus.WrongTimeToLive;
        if (Settings.IsUnicast && Settings.CheckUnicastSource && JudgePeer(arrival) is var peer and not AdvertisementStatus.Valid)
            return peer;
        if (advertisement.Version != Settings.Version)
            return Settings.DualVersion && advertisement.Version == 2 ? JudgeOtherVersion(advertisement) : AdvertisementStatus.WrongVersion;
        if (Settings.RefusesOldChecksum && advertisement.Checksum == ChecksumForm.OldUnicast)
            return AdvertisementStatus.BadChecksum;
        if (Settings.Version == 3)
            return AdvertisementStatus.Valid;
        if (advertisement.AuthenticationType != (Settings.Password is null ? 0 : 1))
            return AdvertisementStatus.WrongAuthenticationType;
        if (Settings.Password is { } password && !advertisement.AuthenticationData.SequenceEqual(password))
            return AdvertisementStatus.WrongPassword;
        return advertisement.IntervalCs == Settings.IntervalCs ? AdvertisementStatus.Valid : AdvertisementStatus.WrongInterval;
    }

    /// <summary>A version 2 advertisement to a router that speaks both: nobody may have a password, and an interval of 0 is none.</summary>
    private static AdvertisementStatus JudgeOtherVersion(in Advertisement advertisement) =>
        advertisement.AuthenticationType != 0 ? AdvertisementStatus.WrongAuthenticationType
        : advertisement.IntervalCs == 0 ? AdvertisementStatus.ZeroInterval
        : AdvertisementStatus.Valid;

    /// <summary>A master that speaks both versions is followed by its version 3: its version 2 counts whole seconds only.</summary>
    private bool IsEcho(in Advertisement advertisement, in Arrival arrival, long nowUs)
    {
        if (!Settings.DualVersion)
            return false;
        if (advertisement.Version == 3)
        {
            (_newVersionFrom, _newVersionUs) = (arrival.Source, nowUs);
            return false;
        }
        return arrival.Source == _newVersionFrom && nowUs - _newVersionUs <= Settings.DownTimerAdverts * _masterIntervalUs;
    }

    private NodeAddress _newVersionFrom;
    private long _newVersionUs;

    private AdvertisementStatus JudgePeer(in Arrival arrival)
    {
        foreach (ref readonly var peer in Settings.Peers.AsSpan())
        {
            if (peer.Address != arrival.Source)
                continue;
            var isNear = arrival.TimeToLive >= peer.MinimumTtl && arrival.TimeToLive <= peer.MaximumTtl;
            return isNear ? AdvertisementStatus.Valid : AdvertisementStatus.WrongTimeToLive;
        }
        return AdvertisementStatus.UnknownSender;
    }

    /// <summary>Like Keepalived 2.4 a different list is accepted: a node in the middle of a change of configuration must not split the pair. It is
    /// said once per difference.</summary>
    private void CompareAddresses(in Advertisement advertisement, in Arrival arrival, EffectList effects)
    {
        if (Settings.SkipAddressCheck && arrival.Source == MasterAddress)
            return;
        var differs = advertisement.AddressCount != Settings.Addresses.Length;
        Span<byte> own = stackalloc byte[16];
        for (var i = 0; i < Settings.Addresses.Length && !differs; i++)
        {
            Settings.Addresses[i].Write(own);
            differs = !advertisement.Announces(own[..advertisement.AddressLength]);
        }
        if (differs)
            Counters.OtherAddresses++;
        if (differs && !_addressesDiffered)
            effects.Add(new Effect(EffectKind.AddressesDiffer, this) { Peer = arrival.Source, Count = advertisement.AddressCount });
        _addressesDiffered = differs;
    }
}
