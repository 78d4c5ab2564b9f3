using Evenkeel.Linux;
using Evenkeel.Linux.Sockets;

namespace Evenkeel.Proxy.Transport;

/// <content>An idle server connection goes to another worker: its socket and its TLS go, the object stays where it is.</content>
public sealed partial class Connection
{
    /// <summary>
    /// Gives all of an idle, silent connection to a closed object of another worker. No loop watches the socket until <see cref="Arrive"/>: what comes
    /// meanwhile waits in it.
    /// </summary>
    internal void MoveTo(Connection taker)
    {
        SendPosted();
        taker._postedIn = 0;
        _worker.Loop.Unregister(Socket.Descriptor);
        taker.Socket = Socket;
        taker.IsEstablished = taker._writable = true;
        taker._readable = taker.PeerClosed = taker.ReadEnded = taker.WriteEnded = false;
        taker.Error = Errno.None;
        taker.BytesRead = BytesRead;
        taker.BytesWritten = BytesWritten;
        taker.Uses = Uses;
        taker.Target = Target;
        taker.Introduction = Introduction;
        taker.IsAuthenticated = false;
        taker._tls = _tls;
        // The session that could be resumed is remembered where it began.
        if (_server is { Resumption: { } resumption })
        {
            _tls!.SaveSession(resumption);
            _server.Resumption = null;
        }

        _tls = null;
        Socket = SocketHandle.None;
        User = null;
        _worker.ReturnConnection(this);
    }

    /// <summary>Registers the socket with this object's own loop, which then tells what has come meanwhile.</summary>
    internal SysResult Arrive() => _worker.Loop.Register(Socket.Descriptor, this);
}
