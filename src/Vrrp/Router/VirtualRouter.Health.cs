namespace Evenkeel.Vrrp.Router;

/// <summary>What this node is fit for: faults, trackers, the proxy's readiness, and the priority that follows from them.</summary>
/// <remarks>Level triggered: every change evaluates the whole, so no order of events can leave a router stuck in a fault that is over.</remarks>
public sealed partial class VirtualRouter
{
    private const byte LowestPriority = 1;

    private TrackerSlot[] _trackers = [];
    private FaultCauses _faults;
    private ProxyReadiness _readiness;
    private byte _effective;
    private bool _started;

    /// <summary>The priority of the next advertisement: 1 while the proxy is unready, else <see cref="TrackedPriority"/>.</summary>
    public byte EffectivePriority => _effective;

    public FaultCauses Faults => _faults;

    public ReadOnlySpan<TrackerSlot> Trackers => _trackers;

    /// <summary>Configured priority and the sum of the trackers, 1..254; an owner's 255 does not move.</summary>
    public byte TrackedPriority
    {
        get
        {
            if (Settings.IsOwner)
                return Settings.Priority;
            var sum = (int)Settings.Priority;
            foreach (ref readonly var tracker in _trackers.AsSpan())
                sum += tracker.Adjustment;
            return (byte)Math.Clamp(sum, 1, 254);
        }
    }

    /// <summary>True when something of this member's own, not of its group, keeps it from taking part.</summary>
    internal bool HasOwnFault
    {
        get
        {
            if (_faults != FaultCauses.None)
                return true;
            foreach (ref readonly var tracker in _trackers.AsSpan())
            {
                if (tracker.IsFault)
                    return true;
            }
            return false;
        }
    }

    /// <summary>True while nothing may be claimed because a first result is missing.</summary>
    internal bool IsHeld
    {
        get
        {
            if (_readiness == ProxyReadiness.Starting)
                return true;
            foreach (ref readonly var tracker in _trackers.AsSpan())
            {
                if (tracker.IsPending)
                    return true;
            }
            return false;
        }
    }

    /// <summary>Gives the list of things to follow; what was known of those that stay is kept. Before <see cref="Start"/>, or with a reload.</summary>
    public void Follow(ReadOnlySpan<TrackerSlot> trackers)
    {
        var followed = trackers.ToArray();
        foreach (ref var slot in followed.AsSpan())
        {
            foreach (ref readonly var old in _trackers.AsSpan())
            {
                if (old.Kind == slot.Kind && old.Name == slot.Name)
                    (slot.Status, slot.Value) = (old.Status, old.Value);
            }
        }
        _trackers = followed;
    }

    public void TrackerChanged(TrackerKind kind, string name, TrackerStatus status, int value, long nowUs, EffectList effects)
    {
        var changed = false;
        foreach (ref var slot in _trackers.AsSpan())
        {
            if (slot.Kind != kind || slot.Name != name || (slot.Status == status && slot.Value == value))
                continue;
            slot.Status = status;
            slot.Value = value;
            changed = true;
        }
        if (changed)
            EvaluateHealth(nowUs, TransitionReason.TrackerDown, effects);
    }

    /// <summary>Sets or clears one cause of fault that the host watches.</summary>
    public void SetFault(FaultCauses cause, bool present, long nowUs, EffectList effects)
    {
        var faults = present ? _faults | cause : _faults & ~cause;
        if (faults == _faults)
            return;
        _faults = faults;
        var reason = cause switch
        {
            FaultCauses.NoSourceAddress => TransitionReason.NoSourceAddress,
            FaultCauses.NoSocket => TransitionReason.NoSocket,
            _ => TransitionReason.InterfaceDown,
        };
        EvaluateHealth(nowUs, reason, effects);
    }

    /// <summary>The proxy beside this address plane changed. A master whose proxy is unready says goodbye at once and claims again only when nobody
    /// else does.</summary>
    public void SetProxyReadiness(ProxyReadiness readiness, long nowUs, EffectList effects)
    {
        if (readiness == _readiness)
            return;
        var wasUnready = _readiness == ProxyReadiness.Unready;
        var skewBefore = SkewUs;
        _readiness = readiness;
        UpdatePriority(skewBefore, nowUs, effects);
        if (readiness == ProxyReadiness.Unready && State == VrrpState.Master)
        {
            BecomeBackup(TransitionReason.ProxyUnready, nowUs, effects);
            _deadlineUs = nowUs + SkewUs;
        }
        EvaluateHealth(nowUs, TransitionReason.FaultCleared, effects);
        if (wasUnready && State == VrrpState.Master)
            SendOwn(nowUs, effects);
    }

    /// <summary>Compares what is with what should be, and moves.</summary>
    internal void EvaluateHealth(long nowUs, TransitionReason reason, EffectList effects)
    {
        UpdatePriority(SkewUs, nowUs, effects);
        if (!_started)
            return;
        if (Group is null)
            MoveTo(HasOwnFault, IsHeld, reason, nowUs, effects);
        else
            Group.EvaluateHealth(this, reason, nowUs, effects);
    }

    internal void MoveTo(bool fault, bool held, TransitionReason reason, long nowUs, EffectList effects)
    {
        if (!_started)
            return;
        if (fault)
            BecomeFault(reason, nowUs, effects);
        else if (State is VrrpState.Fault or VrrpState.Init && !held)
            BecomeBackup(State == VrrpState.Init ? TransitionReason.Started : TransitionReason.FaultCleared, nowUs, effects);
    }

    private void UpdatePriority(long skewBefore, long nowUs, EffectList effects)
    {
        var priority = _readiness == ProxyReadiness.Unready ? LowestPriority : TrackedPriority;
        if (priority == _effective)
            return;
        var from = _effective;
        _effective = priority;
        // The running timer is moved by the difference, not started again.
        if (State == VrrpState.Backup && _deadlineUs != Never)
            _deadlineUs = Math.Max(nowUs, _deadlineUs + SkewUs - skewBefore);
        effects.Add(new Effect(EffectKind.PriorityChanged, this) { Count = from, Priority = priority });
    }
}

/// <summary>What the host itself watches that forbids taking part.</summary>
[Flags]
public enum FaultCauses : byte
{
    None = 0,
    InterfaceDown = 1,
    InterfaceMissing = 2,
    /// <summary>The interface has no address of the router's family to send from.</summary>
    NoSourceAddress = 4,
    /// <summary>`unicast_fault_no_peer` and no peer is configured.</summary>
    NoPeers = 8,
    /// <summary>A static address, route or rule whose `track_group` names the instance is gone and cannot be restored.</summary>
    StaticEntryLost = 16,
    /// <summary>Its socket cannot be opened: deaf and mute it would be a second master.</summary>
    NoSocket = 32,
}
