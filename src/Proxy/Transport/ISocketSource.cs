using Evenkeel.Linux;
using Evenkeel.Linux.Sockets;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Proxy.Transport;

/// <summary>Where listening sockets come from: bound here and now, inherited, or handed over by another process.</summary>
public interface ISocketSource
{
    /// <summary>A listening, non-blocking socket for a bind line.</summary>
    /// <param name="problem">What could not be done, in the original's words, when the result is an error.</param>
    SysResult Open(BindModel bind, int backlog, out SocketHandle socket, out string problem);
}
