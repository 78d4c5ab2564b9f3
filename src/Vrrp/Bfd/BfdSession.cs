namespace Evenkeel.Vrrp.Bfd;

/// <summary>What a session asks of its host after an event.</summary>
[Flags]
public enum BfdEffects : byte
{
    None = 0,
    /// <summary>Send <see cref="BfdSession.NextPacket"/> now.</summary>
    Send = 1,
    /// <summary>The answer to a poll: <see cref="BfdSession.FinalPacket"/>.</summary>
    SendFinal = 2,
    StateChanged = 4,
    /// <summary>Intervals or the detection time are others than before.</summary>
    TimersChanged = 8,
}

/// <summary>
/// One BFD session in asynchronous mode as a pure machine: (state, event, now) -> effects, without clock, socket or thread.
/// Control packet, timer -> <b>BfdSession</b> -> effects -> BfdSessions. Source: RFC 5880 6.8.
/// </summary>
/// <remarks>Units: microseconds of one monotonic clock. Owner: one thread. Nothing is allocated after construction.</remarks>
public sealed class BfdSession
{
    private const long Never = long.MaxValue;

    private uint _remoteDiscriminator;
    private uint _remoteMinimumReceiveUs = 1;
    private uint _remoteMinimumTransmitUs;
    private byte _remoteMultiplier;
    private bool _remoteDemand;
    private bool _polling;
    private long _transmitAtUs = Never;
    private long _expiresAtUs = Never;
    private long _lastSentUs;
    private uint _jitter;

    /// <param name="settings">The session's configuration.</param>
    /// <param name="discriminator">Ours: not 0, no other session of this machine has it. Seeds the jitter, too.</param>
    public BfdSession(BfdSettings settings, uint discriminator)
    {
        Settings = settings;
        Discriminator = discriminator;
        _jitter = discriminator;
    }

    public BfdSettings Settings { get; private set; }
    public uint Discriminator { get; }
    public BfdState State { get; private set; } = BfdState.Down;
    public BfdDiagnostic Diagnostic { get; private set; }
    public BfdState RemoteState { get; private set; } = BfdState.Down;
    public BfdDiagnostic RemoteDiagnostic { get; private set; }
    public uint RemoteDiscriminator => _remoteDiscriminator;

    /// <summary>How long the neighbour may be silent; 0 before it has spoken.</summary>
    public long DetectionTimeUs { get; private set; }

    /// <summary>The time between two packets of ours before jitter: the slower of what we want and what the neighbour can take.</summary>
    public long TransmitIntervalUs => Math.Max(DesiredTransmitUs, _remoteMinimumReceiveUs);

    /// <summary>When <see cref="OnTimer"/> wants to be called next; long.MaxValue for never.</summary>
    public long NextDeadlineUs => Math.Min(_transmitAtUs, _expiresAtUs);

    public BfdPacket NextPacket => Packet(poll: _polling, final: false);

    public BfdPacket FinalPacket => Packet(poll: false, final: true);

    private uint DesiredTransmitUs => State == BfdState.Up ? Settings.MinimumTransmitUs : Settings.IdleTransmitUs;

    public BfdEffects Start(long nowUs)
    {
        _lastSentUs = nowUs;
        if (Settings.IsPassive)
            return BfdEffects.None;
        ScheduleTransmit(nowUs);
        return BfdEffects.Send;
    }

    /// <summary>Ends the session on purpose: the neighbour is told, so that it does not take it for a failure.</summary>
    public BfdEffects Stop()
    {
        _transmitAtUs = _expiresAtUs = Never;
        State = BfdState.AdminDown;
        Diagnostic = BfdDiagnostic.AdminDown;
        return _remoteDiscriminator == 0 ? BfdEffects.None : BfdEffects.Send;
    }

    /// <summary>Other intervals or another multiplier, from a reload: the neighbour learns of them by a poll.</summary>
    public void Reconfigure(BfdSettings settings, long nowUs)
    {
        Settings = settings;
        _polling = State == BfdState.Up;
        if (_transmitAtUs != Never)
            ScheduleTransmit(nowUs);
    }

    /// <summary>Handles a packet that the host has matched with this session.</summary>
    public BfdEffects Receive(in BfdPacket packet, long nowUs)
    {
        _remoteDiscriminator = packet.MyDiscriminator;
        RemoteState = packet.State;
        RemoteDiagnostic = packet.Diagnostic;
        _remoteDemand = packet.Demand;
        _remoteMultiplier = packet.Multiplier;
        _remoteMinimumTransmitUs = packet.MinimumTransmitUs;
        if (packet.Final)
            _polling = false;
        var (oldTransmitUs, oldDetectionUs) = (TransmitIntervalUs, DetectionTimeUs);
        _remoteMinimumReceiveUs = packet.MinimumReceiveUs;
        var effects = FollowNeighbour(packet.State);
        DetectionTimeUs = (long)_remoteMultiplier * Math.Max(Settings.MinimumReceiveUs, _remoteMinimumTransmitUs);
        _expiresAtUs = nowUs + DetectionTimeUs;
        if (oldTransmitUs != TransmitIntervalUs || oldDetectionUs != DetectionTimeUs)
            effects |= BfdEffects.TimersChanged;
        if ((effects & BfdEffects.StateChanged) != 0)
        {
            effects |= BfdEffects.Send;
            _lastSentUs = nowUs;
        }
        // A passive side begins to speak with the first packet it hears; what became faster is not waited for.
        if (_transmitAtUs == Never || effects != BfdEffects.None)
            ScheduleTransmit(nowUs);
        return packet.Poll ? effects | BfdEffects.SendFinal : effects;
    }

    /// <summary>Runs what is due.</summary>
    public BfdEffects OnTimer(long nowUs)
    {
        var effects = BfdEffects.None;
        if (nowUs >= _expiresAtUs)
        {
            _expiresAtUs = Never;
            _remoteDiscriminator = 0;
            _remoteMinimumReceiveUs = 1;
            RemoteState = BfdState.Down;
            if (State is BfdState.Init or BfdState.Up)
                effects = Enter(BfdState.Down, BfdDiagnostic.DetectionTimeExpired) | BfdEffects.Send;
        }
        if (nowUs < _transmitAtUs && effects == BfdEffects.None)
            return effects;
        if (Settings.IsPassive && _remoteDiscriminator == 0)
        {
            _transmitAtUs = Never;
            return effects & ~BfdEffects.Send;
        }
        _lastSentUs = nowUs;
        ScheduleTransmit(nowUs);
        return MaySend ? effects | BfdEffects.Send : effects & ~BfdEffects.Send;
    }

    /// <summary>The neighbour may ask for silence: a required minimum receive interval of 0, or demand mode once both are up.</summary>
    private bool MaySend => _remoteMinimumReceiveUs != 0 && (_polling || !(_remoteDemand && State == BfdState.Up && RemoteState == BfdState.Up));

    private BfdEffects FollowNeighbour(BfdState remote)
    {
        if (State == BfdState.AdminDown)
            return BfdEffects.None;
        if (remote == BfdState.AdminDown)
            return State == BfdState.Down ? BfdEffects.None : Enter(BfdState.Down, BfdDiagnostic.NeighbourSaidDown);
        return (State, remote) switch
        {
            (BfdState.Down, BfdState.Down) => Enter(BfdState.Init, Diagnostic),
            (BfdState.Down, BfdState.Init) => Enter(BfdState.Up, BfdDiagnostic.None),
            (BfdState.Init, BfdState.Init or BfdState.Up) => Enter(BfdState.Up, BfdDiagnostic.None),
            (BfdState.Up, BfdState.Down) => Enter(BfdState.Down, BfdDiagnostic.NeighbourSaidDown),
            _ => BfdEffects.None,
        };
    }

    private BfdEffects Enter(BfdState state, BfdDiagnostic diagnostic)
    {
        State = state;
        Diagnostic = diagnostic;
        // The intervals of a session that is up are others than those of its start: the neighbour confirms them.
        _polling = state == BfdState.Up;
        return BfdEffects.StateChanged;
    }

    /// <summary>RFC 5880 6.8.7: 75 to 100 % of the interval, with a multiplier of 1 at most 90 %.</summary>
    private void ScheduleTransmit(long nowUs)
    {
        _jitter ^= _jitter << 13;
        _jitter ^= _jitter >> 17;
        _jitter ^= _jitter << 5;
        var percent = 75 + (_jitter % (Settings.Multiplier == 1 ? 16u : 26u));
        _transmitAtUs = Math.Max(nowUs, _lastSentUs + (TransmitIntervalUs * percent / 100));
    }

    private BfdPacket Packet(bool poll, bool final) => new()
    {
        Diagnostic = Diagnostic,
        State = State,
        Poll = poll,
        Final = final,
        Multiplier = Settings.Multiplier,
        MyDiscriminator = Discriminator,
        YourDiscriminator = _remoteDiscriminator,
        MinimumTransmitUs = DesiredTransmitUs,
        MinimumReceiveUs = Settings.MinimumReceiveUs,
    };
}
