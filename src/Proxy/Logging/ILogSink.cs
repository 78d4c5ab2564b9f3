using Evenkeel.Linux.Files;
using Evenkeel.Linux.Sockets;

namespace Evenkeel.Proxy.Logging;

/// <summary>Where finished lines go. Any thread; never waits: a line that cannot be taken at once is lost and counted.</summary>
public interface ILogSink
{
    /// <returns>False when the line was lost.</returns>
    bool TryWrite(ReadOnlySpan<byte> line);
}

/// <summary>A syslog server by UDP or unix datagrams.</summary>
/// <remarks>The socket is not connected: a server that restarts is found again, and an ICMP answer fails no later line.</remarks>
internal sealed class DatagramSink(SocketHandle socket, KernelSocketAddress address) : ILogSink
{
    public bool TryWrite(ReadOnlySpan<byte> line) => socket.SendTo(line, address).IsOk;
}

/// <summary>Standard output or error, or an inherited descriptor.</summary>
internal sealed class DescriptorSink(OutputDescriptor output) : ILogSink
{
    public bool TryWrite(ReadOnlySpan<byte> line) => output.Write(line) is { IsOk: true } written && written.Value == line.Length;
}

/// <summary>Takes every line and keeps none: the target could not be opened.</summary>
internal sealed class ClosedSink : ILogSink
{
    public bool TryWrite(ReadOnlySpan<byte> line) => false;
}
