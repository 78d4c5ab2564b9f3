using Evenkeel.Linux.Sockets;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Proxy.Servers.Health;

/// <summary>What a probe is for: the health check of a server, or its agent.</summary>
internal abstract class ProbePurpose(Server server)
{
    public Server Server { get; } = server;

    public abstract HealthState State { get; }

    /// <summary>It may run now: it is not switched off, and the server is not in maintenance if that matters.</summary>
    public abstract bool MayRun { get; }

    /// <summary>Most milliseconds one probe takes where `timeout check` says nothing else.</summary>
    public abstract int IntervalMs { get; }

    /// <summary>Milliseconds to the next one, before they are spread.</summary>
    public abstract int PauseMs { get; }

    /// <summary>Where it goes when no rule says anything else; null while that is unknown.</summary>
    public abstract SocketAddressModel? Target { get; }

    public abstract int Port { get; }

    public abstract void Apply(CheckOutcome outcome, long nowMs);
}

/// <summary>`check`.</summary>
internal sealed class CheckPurpose(Server server) : ProbePurpose(server)
{
    public override HealthState State => Server.Health;

    public override bool MayRun => !Server.InMaintenance && Server.Health.IsEnabled && Server.Address is not null;

    public override int IntervalMs => Server.Model.IntervalMs;

    public override int PauseMs => CheckInterval.Of(Server);

    public override SocketAddressModel? Target => Server.CheckAddress ?? Server.Address;

    public override int Port => Server.CheckPort ?? (Target is { Port: > 0 } target ? target.Port : Server.Address?.Port ?? 0);

    public override void Apply(CheckOutcome outcome, long nowMs) => HealthRules.Apply(Server, outcome, nowMs);
}

/// <summary>`agent-check`. It goes on in maintenance, since it may be the agent itself who ends it.</summary>
internal sealed class AgentPurpose(Server server) : ProbePurpose(server)
{
    private AgentReport? _report;

    public override HealthState State => Server.Agent;

    public override bool MayRun => Server.Agent.IsEnabled && Target is not null;

    public override int IntervalMs => Server.Model.Agent.IntervalMs;

    public override int PauseMs => Server.Model.Agent.IntervalMs;

    public override SocketAddressModel? Target => Server.AgentAddress ?? Server.Address;

    public override int Port => Server.AgentPort;

    /// <summary>Takes the agent's line apart as soon as it is whole.</summary>
    public AnswerVerdict Read(ReadOnlySpan<byte> answer, bool isFinal)
    {
        _report = AgentReport.TryParse(answer);
        return _report is null ? AnswerVerdict.Wait : _report.Verdict;
    }

    public override void Apply(CheckOutcome outcome, long nowMs)
    {
        var report = _report;
        _report = null;
        AgentRules.Apply(Server, report, outcome, nowMs);
    }
}
