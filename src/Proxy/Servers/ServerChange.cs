using Evenkeel.Proxy.Servers.Health;

namespace Evenkeel.Proxy.Servers;

/// <summary>Why a server changed its state.</summary>
public enum ChangeCause { Check, Agent, Command, Tracking, Configuration, Resolution, SlowStartEnded }

/// <summary>A server's state before and after something happened to it; handed to <see cref="IServerEvents"/> after it took effect.</summary>
/// <param name="Requeued">Streams that waited for this server and have to look for another one.</param>
public sealed record ServerChange(Server Server, ChangeCause Cause, OperatingState OldOperating, AdminState OldAdmin, CheckOutcome? Outcome, int Requeued,
    bool BackendWasUp, long NowMs)
{
    public OperatingState Operating { get; } = Server.Operating;

    public AdminState Admin { get; } = Server.Admin;
}

/// <summary>Is told of every change of a server's state; called under the backend's change lock, on whatever thread changed it.</summary>
public interface IServerEvents
{
    void ServerChanged(ServerChange change);
}
