using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Servers.Health;

namespace Evenkeel.Proxy.Servers;

/// <remarks>
/// State has two halves: what checks found (<see cref="Operating"/>) and what people or configuration decided (<see cref="Admin"/>). Both change
/// under the change lock only; everyone reads them without.
/// </remarks>
public sealed partial class Server
{
    private volatile OperatingState _operating = OperatingState.Running;
    private volatile AdminState _admin = AdminState.Ready;
    private int _userWeight;
    private long _lastChangeMs;
    private long _downSinceMs = -1;
    private long _downTotalMs;
    private long _downTransitions;

    /// <summary>State by checks.</summary>
    public OperatingState Operating => _operating;

    /// <summary>State by people and configuration.</summary>
    public AdminState Admin => _admin;

    public bool InMaintenance => (_admin & AdminState.Maintenance) != 0;

    public bool IsDraining => (_admin & AdminState.Drain) != 0;

    /// <summary>Weight from the configuration.</summary>
    public int InitialWeight => Model.Weight;

    /// <summary>Weight set by people or the agent; the configured one until then [uweight].</summary>
    public int UserWeight => Volatile.Read(ref _userWeight);

    /// <summary>Weight balancing uses when nothing is starting [weight].</summary>
    public int EffectiveWeight => UserWeight;

    /// <summary>May be connected to, by persistence at least.</summary>
    public bool IsUp => !_isRemoved && !InMaintenance && _operating != OperatingState.Stopped;

    /// <summary>Takes new traffic by balancing.</summary>
    public bool IsUsable => IsUp && !IsDraining && _operating != OperatingState.Stopping && EffectiveWeight > 0;

    /// <summary>The health check.</summary>
    public HealthState Health { get; } = new();

    /// <summary>The agent check.</summary>
    public HealthState Agent { get; } = new();

    /// <summary>The server whose state this one follows (`track`), or null.</summary>
    public Server? Tracked { get; internal set; }

    /// <summary>Servers that follow this one.</summary>
    internal List<Server> Followers { get; } = [];

    /// <summary>Loop time of the last change of state; [lastchg] counts from it.</summary>
    public long LastChangeMs => Interlocked.Read(ref _lastChangeMs);

    /// <summary>UP to DOWN transitions [chkdown].</summary>
    public long DownTransitions => Interlocked.Read(ref _downTransitions);

    /// <summary>Milliseconds spent down so far [downtime].</summary>
    public long DownTimeMs(long nowMs)
    {
        var since = Interlocked.Read(ref _downSinceMs);
        return Interlocked.Read(ref _downTotalMs) + (since >= 0 ? nowMs - since : 0);
    }

    /// <summary>`set server state maint`, `disable server`: no traffic, no checks.</summary>
    public void EnterMaintenance(long nowMs) => ChangeAdmin(AdminState.ForcedMaintenance, AdminState.ForcedDrain, nowMs);

    /// <summary>`set server state drain`: no new traffic but by persistence.</summary>
    public void StartDraining(long nowMs) => ChangeAdmin(AdminState.ForcedDrain, AdminState.ForcedMaintenance, nowMs);

    /// <summary>`set server state ready`, `enable server`: what was forced is taken back.</summary>
    public void MakeReady(long nowMs) => ChangeAdmin(AdminState.Ready, AdminState.ForcedMaintenance | AdminState.ForcedDrain, nowMs);

    /// <summary>`set server weight`, 0 to 256.</summary>
    public void SetWeight(int weight, long nowMs)
    {
        lock (Backend.ChangeLock)
        {
            var backendWasUp = Backend.IsUp;
            Volatile.Write(ref _userWeight, weight);
            Backend.RebuildBalancer();
            Backend.NoteState(backendWasUp, nowMs);
            if (IsUsable) WakeQueue();
        }
    }

    /// <summary>Adds and removes administrative flags, and does what follows from it for traffic, queue and followers.</summary>
    /// <param name="reason">Why an address is missing; empty when it is there again; null where it is about something else.</param>
    internal void ChangeAdmin(AdminState add, AdminState remove, long nowMs, string? reason = null)
    {
        lock (Backend.ChangeLock)
        {
            var target = (_admin & ~remove) | add;
            if (target == _admin) return;
            var operating = _operating;
            if ((target & AdminState.Maintenance) != 0)
            {
                operating = OperatingState.Stopped;
                Health.Value = 0;
            }
            else if (InMaintenance)
            {
                // Back from maintenance it begins anew.
                var initial = InitialOperating();
                operating = Tracked?.Operating ?? (Agent is { IsEnabled: true, IsUp: false } ? OperatingState.Stopped : initial);
            }

            Apply(operating, target, reason is null ? ChangeCause.Command : ChangeCause.Resolution, null, nowMs, reason);
        }
    }

    private void NoteNameFromService()
    {
        lock (Backend.ChangeLock) _admin |= AdminState.NameFromService;
    }

    /// <summary>What a check found, already held against rise and fall. Under the change lock or before any worker runs.</summary>
    internal void ChangeOperating(OperatingState target, ChangeCause cause, CheckOutcome? outcome, long nowMs)
    {
        lock (Backend.ChangeLock)
        {
            if (target == OperatingState.Starting) target = OperatingState.Running;
            var isThere = target == _operating || (target == OperatingState.Running && _operating == OperatingState.Starting);
            if (InMaintenance || isThere) return;
            Apply(target, _admin, cause, outcome, nowMs);
        }
    }

    private void Apply(OperatingState operating, AdminState admin, ChangeCause cause, CheckOutcome? outcome, long nowMs, string? reason = null)
    {
        var (oldOperating, oldAdmin, backendWasUp, wasUp) = (_operating, _admin, Backend.IsUp, IsUp);
        operating = BeginSlowStart(oldOperating, operating, nowMs);
        _operating = operating;
        _admin = admin;
        if (oldOperating != operating) Interlocked.Exchange(ref _lastChangeMs, nowMs);
        NoteUpAndDown(wasUp, nowMs);
        Backend.RebuildBalancer();
        var requeued = IsUp ? 0 : EvictQueue();
        Backend.Events?.ServerChanged(new ServerChange(this, cause, oldOperating, oldAdmin, outcome, requeued) { Reason = reason ?? "" });
        Backend.NoteState(backendWasUp, nowMs);
        // The last to join hears first, as in the original's logs.
        for (var i = Followers.Count - 1; i >= 0; i--) Followers[i].Follow(this, nowMs);
        EndSessions(wasUp);
        if (InMaintenance && (oldAdmin & AdminState.Maintenance) == 0)
            foreach (var pool in Pools) pool.CloseIdleSoon();
        if (IsUsable) WakeQueue();
        if ((oldAdmin & AdminState.Maintenance) != 0 && !InMaintenance) ProbeSoon?.Invoke(0);
    }

    /// <summary>Has the health check run after so many milliseconds instead of at the end of its pause; set by the probe. Any thread calls it.</summary>
    internal Action<int>? ProbeSoon { get; set; }

    private void NoteUpAndDown(bool wasUp, long nowMs)
    {
        if (wasUp && !IsUp)
        {
            Interlocked.Increment(ref _downTransitions);
            Interlocked.Exchange(ref _downSinceMs, nowMs);
        }
        else if (!wasUp && IsUp && _downSinceMs >= 0)
        {
            Interlocked.Add(ref _downTotalMs, nowMs - _downSinceMs);
            Interlocked.Exchange(ref _downSinceMs, -1);
        }
    }

    /// <summary>Takes over the state of the tracked server.</summary>
    private void Follow(Server tracked, long nowMs)
    {
        var inherited = (tracked.InMaintenance ? AdminState.InheritedMaintenance : 0) | (tracked.IsDraining ? AdminState.InheritedDrain : 0);
        ChangeAdmin(inherited, (AdminState.InheritedMaintenance | AdminState.InheritedDrain) & ~inherited, nowMs);
        ChangeOperating(tracked.Operating, ChangeCause.Tracking, null, nowMs);
    }

    /// <summary>Sends those who wait for this server only to look for another one.</summary>
    private int EvictQueue()
    {
        var evicted = 0;
        while (Queue.Evict() is { } ticket)
        {
            evicted++;
            ticket.OnGranted();
        }

        return evicted;
    }

    /// <summary>
    /// What is thought of a server before its first probe (`init-state`). Without the option it is up, but the first failed probe takes it down.
    /// </summary>
    private OperatingState InitialOperating()
    {
        var state = Model.InitialState;
        if (Health.IsConfigured)
        {
            Health.Value = state switch
            {
                InitialState.FullyUp => Health.Rise + Health.Fall - 1,
                InitialState.Down => Health.Rise - 1,
                InitialState.FullyDown => 0,
                _ => Health.Rise,
            };
        }

        return state is InitialState.Down or InitialState.FullyDown ? OperatingState.Stopped : OperatingState.Running;
    }

    private void InitializeState()
    {
        _userWeight = Model.Weight;
        if (Model.Disabled) _admin |= AdminState.ForcedMaintenance | AdminState.ConfiguredMaintenance;
        if (LacksAddress(Model)) _admin |= AdminState.ResolutionMaintenance;
        if (InMaintenance) _operating = OperatingState.Stopped;
        Health.Rise = Model.Rise;
        Health.Fall = Model.Fall;
        Health.IsConfigured = Model.Check;
        Health.IsEnabled = Model.Check;
        (Agent.Rise, Agent.Fall, Agent.Value) = (1, 1, 1);
        Agent.IsConfigured = Model.Agent.IsOn;
        Agent.IsEnabled = Model.Agent.IsOn;
        if (!InMaintenance) _operating = InitialOperating();
    }
}
