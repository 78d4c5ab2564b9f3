using Evenkeel.Control;
using Evenkeel.Linux.Sockets;
using Evenkeel.Proxy.Servers;

namespace Evenkeel.Daemon.Serving;

/// <summary>Lets commands (`disable frontend`, `shutdown frontend`) reach the plane's listeners, and has the logs tell of it.</summary>
internal sealed class ListenerDoor(ProxyHost host, Func<IReadOnlyList<SocketHandle>> sockets) : IListenerDoor
{
    public bool Pause(Frontend frontend)
    {
        host.Pause(frontend);
        return true;
    }

    public bool Resume(Frontend frontend) => host.Resume(frontend);

    public IReadOnlyList<SocketHandle> Sockets => sockets();

    public void Stop(Frontend frontend) => host.ShutDown(frontend);
}
