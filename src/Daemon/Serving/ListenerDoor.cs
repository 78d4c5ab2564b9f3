using Evenkeel.Control;
using Evenkeel.Linux.Sockets;
using Evenkeel.Proxy;
using Evenkeel.Proxy.Servers;

namespace Evenkeel.Daemon.Serving;

/// <summary>Lets commands (`disable frontend`, `shutdown frontend`) reach the plane's listeners.</summary>
internal sealed class ListenerDoor(ProxyPlane plane, Func<IReadOnlyList<SocketHandle>> sockets) : IListenerDoor
{
    public bool Pause(Frontend frontend)
    {
        plane.Pause(frontend);
        return true;
    }

    public bool Resume(Frontend frontend) => plane.Resume(frontend);

    public IReadOnlyList<SocketHandle> Sockets => sockets();

    public void Stop(Frontend frontend)
    {
        plane.Pause(frontend);
        frontend.State = FrontendState.Stopped;
    }
}
