using Evenkeel.Linux.Processes;

namespace Evenkeel.Daemon.Processes;

/// <summary>What came of looking into a channel.</summary>
public enum ChannelStatus { Record, Empty, Closed }

/// <summary>Records to and from the process at the other end. Owner: one thread.</summary>
/// <remarks>Nothing here waits: a peer that does not read loses what does not fit, and its silence is found by the heartbeat.</remarks>
public sealed class Channel(RecordSocket socket) : IDisposable
{
    private readonly byte[] _buffer = new byte[ProcessRecord.MostBytes];

    /// <summary>Readable when a record waits or the other end is gone.</summary>
    public int Descriptor => socket.Descriptor;

    /// <returns>False when the other side is gone or has stopped reading.</returns>
    public bool Send(in ProcessRecord record)
    {
        var length = record.Write(_buffer);
        return socket.Send(_buffer.AsSpan(0, length)).IsOk;
    }

    public ChannelStatus Receive(out ProcessRecord record)
    {
        while (true)
        {
            var received = socket.Receive(_buffer, out var descriptors);
            foreach (var stray in descriptors) _ = Descriptors.Close(stray);
            if (received.IsOk && received.Value > 0)
            {
                if (ProcessRecord.TryRead(_buffer.AsSpan(0, received.Value), out record)) return ChannelStatus.Record;
                continue;
            }
            record = default;
            return received.WouldBlock ? ChannelStatus.Empty : ChannelStatus.Closed;
        }
    }

    public void Dispose() => socket.Dispose();
}
