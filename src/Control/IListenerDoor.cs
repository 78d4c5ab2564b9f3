using Evenkeel.Linux.Sockets;
using Evenkeel.Proxy.Servers;

namespace Evenkeel.Control;

/// <summary>What commands may do to a frontend's listening sockets; implemented by whoever holds the sockets. Called from any loop.</summary>
public interface IListenerDoor
{
    /// <summary>Stops accepting; connections that are open stay. False when a socket cannot be paused.</summary>
    bool Pause(Frontend frontend);

    /// <summary>Accepts again after <see cref="Pause"/>.</summary>
    bool Resume(Frontend frontend);

    /// <summary>All listening sockets, those of commands included, for a process that takes over.</summary>
    IReadOnlyList<SocketHandle> Sockets { get; }

    /// <summary>Closes the sockets for good.</summary>
    void Stop(Frontend frontend);
}
