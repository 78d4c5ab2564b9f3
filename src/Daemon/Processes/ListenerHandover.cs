using Evenkeel.Linux.Processes;
using Evenkeel.Linux.Sockets;

namespace Evenkeel.Daemon.Processes;

/// <summary>
/// Listening sockets on their way between a worker and the process above it: worker -> supervisor once it has opened them, supervisor -> next worker before
/// that one opens its own. A socket that is never closed loses none of the connections that wait in it.
/// </summary>
public static class ListenerHandover
{
    /// <summary>The supervisor has sent its part before the worker looks for it; later means that it is gone or stuck.</summary>
    private const int AnswerMs = 5_000;

    /// <returns>False when the other side is gone.</returns>
    public static bool Send(Channel channel, IReadOnlyList<SocketHandle> sockets)
    {
        var descriptors = sockets.Select(static socket => socket.Descriptor).ToArray();
        var sent = 0;
        do
        {
            var count = Math.Min(descriptors.Length - sent, RecordSocket.MostDescriptors);
            var more = sent + count < descriptors.Length;
            if (!channel.Send(new ProcessRecord(RecordType.Listeners, more ? (byte)1 : (byte)0), descriptors.AsSpan(sent, count))) return false;
            sent += count;
        }
        while (sent < descriptors.Length);
        return true;
    }

    /// <summary>A worker's first act: takes what it is given. Empty when nothing is.</summary>
    public static List<SocketHandle> Receive(Channel channel)
    {
        var sockets = new List<SocketHandle>();
        while (channel.Await(AnswerMs, out var record, out var descriptors) == ChannelStatus.Record)
        {
            sockets.AddRange(descriptors.Select(static descriptor => new SocketHandle(descriptor)));
            if (record is not { Type: RecordType.Listeners, Value: 1 }) break;
        }
        return sockets;
    }
}
