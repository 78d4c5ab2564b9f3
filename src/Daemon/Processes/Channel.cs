using Evenkeel.Linux.Processes;

namespace Evenkeel.Daemon.Processes;

/// <summary>What came of looking into a channel.</summary>
public enum ChannelStatus { Record, Empty, Closed }

/// <summary>Records to and from the process at the other end. Owner: one thread.</summary>
/// <remarks>Nothing here waits but <see cref="Await"/>: a peer that does not read loses what does not fit, and its silence is found by the heartbeat.
/// </remarks>
public sealed class Channel(RecordSocket socket) : IDisposable
{
    private readonly byte[] _buffer = new byte[ProcessRecord.MostBytes];

    /// <summary>Readable when a record waits or the other end is gone.</summary>
    public int Descriptor => socket.Descriptor;

    /// <summary>The last record came without its descriptors: this process has no room for them.</summary>
    public bool HasLostDescriptors => socket.HasLostDescriptors;

    /// <param name="descriptors">Travel along as copies; the caller keeps its own.</param>
    /// <returns>False when the other side is gone or has stopped reading.</returns>
    public bool Send(in ProcessRecord record, ReadOnlySpan<int> descriptors = default)
    {
        var length = record.Write(_buffer);
        return socket.Send(_buffer.AsSpan(0, length), descriptors).IsOk;
    }

    /// <summary>Takes the next record; descriptors that came with it are closed.</summary>
    public ChannelStatus Receive(out ProcessRecord record)
    {
        var status = Receive(out record, out var descriptors);
        foreach (var stray in descriptors) _ = Descriptors.Close(stray);
        return status;
    }

    /// <param name="descriptors">The caller's own from now on.</param>
    public ChannelStatus Receive(out ProcessRecord record, out int[] descriptors)
    {
        while (true)
        {
            var received = socket.Receive(_buffer, out descriptors);
            if (received.IsOk && received.Value > 0)
            {
                if (ProcessRecord.TryRead(_buffer.AsSpan(0, received.Value), out record)) return ChannelStatus.Record;
                foreach (var stray in descriptors) _ = Descriptors.Close(stray);
                continue;
            }
            record = default;
            return received.WouldBlock ? ChannelStatus.Empty : ChannelStatus.Closed;
        }
    }

    /// <summary>As <see cref="Receive(out ProcessRecord, out int[])"/>, but waits for a record.</summary>
    /// <returns>Empty when the time has passed.</returns>
    public ChannelStatus Await(int timeoutMs, out ProcessRecord record, out int[] descriptors)
    {
        Span<bool> ready = stackalloc bool[1];
        var endMs = Environment.TickCount64 + timeoutMs;
        while (true)
        {
            var status = Receive(out record, out descriptors);
            var leftMs = endMs - Environment.TickCount64;
            if (status != ChannelStatus.Empty || leftMs <= 0) return status;
            Poll.Wait([Descriptor], ready, (int)leftMs);
        }
    }

    public void Dispose() => socket.Dispose();
}
