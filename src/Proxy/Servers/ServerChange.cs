using System.Net;
using Evenkeel.Proxy.Servers.Health;

namespace Evenkeel.Proxy.Servers;

/// <summary>Why a server changed its state.</summary>
public enum ChangeCause { Check, Agent, Command, Tracking, Resolution }

/// <summary>A server's state before and after something happened to it; handed to <see cref="IServerEvents"/> after it took effect.</summary>
/// <param name="Outcome">The probe that decided, when one did.</param>
/// <param name="Requeued">Streams that waited for this server and have to look for another one.</param>
public sealed record ServerChange(Server Server, ChangeCause Cause, OperatingState OldOperating, AdminState OldAdmin, CheckOutcome? Outcome, int Requeued)
{
    /// <summary>Of <see cref="ChangeCause.Resolution"/>: what took its address away; empty when it has one again.</summary>
    public string Reason { get; init; } = "";

    public OperatingState Operating { get; } = Server.Operating;

    public AdminState Admin { get; } = Server.Admin;
}

/// <summary>Is told of what happens to servers; called under the change lock, on whatever thread changed them.</summary>
public interface IServerEvents
{
    void ServerChanged(ServerChange change);

    /// <summary>It is reached elsewhere from now on.</summary>
    /// <param name="before">Null when it had no address.</param>
    /// <param name="source">Who said so.</param>
    void AddressChanged(Server server, IPAddress? before, IPAddress after, string source);

    /// <summary>No server of the backend takes traffic any more.</summary>
    void BackendWentDown(Backend backend);

    /// <summary>A probe ended otherwise than the one before, or moved the server towards up or down.</summary>
    void HealthMoved(Server server, HealthState health, CheckOutcome outcome);
}
