using Evenkeel.Linux;
using Evenkeel.Linux.Files;
using Evenkeel.Linux.Sockets;
using Evenkeel.Proxy.Transport;

namespace Evenkeel.Proxy.Logging;

/// <summary>Where finished lines go. Any thread; never waits: a line that cannot be taken at once is lost and counted.</summary>
public interface ILogSink
{
    /// <param name="line">Header, message and a line feed.</param>
    /// <param name="messageOffset">Where the message begins in it.</param>
    /// <returns>False when the line was lost.</returns>
    bool TryWrite(ReadOnlySpan<byte> line, int messageOffset);
}

/// <summary>A syslog server by UDP or unix datagrams.</summary>
/// <remarks>
/// A UDP socket is connected, so that the kernel looks the route up once and not for every line. What that brings is dealt with: an ICMP answer to an earlier
/// line is told to a later one, which is sent again; and when our address has gone from this machine, the socket is connected anew from another.
/// A unix socket is not connected: a server that restarts is another socket of the same name.
/// </remarks>
/// <param name="onLost">A line that had been accepted was lost after all.</param>
internal sealed class DatagramSink(SocketHandle socket, KernelSocketAddress address, Action? onLost) : ILogSink, IPoster
{
    private readonly bool _isUdp = address.Family != KernelSocketAddress.AF_UNIX;
    private volatile bool _isConnected;

    SocketHandle IPoster.Socket => socket;

    /// <summary>Hands the line to a worker's batch, to leave at the end of its turn.</summary>
    /// <returns>False when it must be written at once instead.</returns>
    public bool TryPost(SendBatch sends, ReadOnlySpan<byte> line)
    {
        if (!_isConnected || !sends.IsOpen || line.Length > SendBatch.MaxLength) return false;
        sends.Post(this, line);
        return true;
    }

    void IPoster.OnNotAllSent(SysResult result, ReadOnlySpan<byte> rest)
    {
        if (result.WouldBlock || !TryWrite(rest, 0)) onLost?.Invoke();
    }

    public bool TryWrite(ReadOnlySpan<byte> line, int messageOffset)
    {
        if (!_isUdp) return socket.SendTo(line, address).IsOk;
        if (!_isConnected) _isConnected = socket.Connect(address).IsOk;
        var sent = socket.Send(line);
        if (sent.IsError && sent.Errno == Errno.ECONNREFUSED) sent = socket.Send(line);
        return sent.IsOk || (!sent.WouldBlock && sent.Errno != Errno.ENOBUFS && TryElsewhere(line));
    }

    private bool TryElsewhere(ReadOnlySpan<byte> line)
    {
        _ = socket.Disconnect();
        _isConnected = socket.Connect(address).IsOk;
        return socket.SendTo(line, address).IsOk;
    }
}

/// <summary>Standard output or error, or an inherited descriptor.</summary>
internal sealed class DescriptorSink(OutputDescriptor output) : ILogSink
{
    public bool TryWrite(ReadOnlySpan<byte> line, int messageOffset) => output.Write(line) is { IsOk: true } written && written.Value == line.Length;
}

/// <summary>Takes every line and keeps none: the target could not be opened.</summary>
internal sealed class ClosedSink : ILogSink
{
    public bool TryWrite(ReadOnlySpan<byte> line, int messageOffset) => false;
}
