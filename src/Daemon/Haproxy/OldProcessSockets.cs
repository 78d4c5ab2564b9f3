using System.Buffers.Binary;
using Evenkeel.Linux.Processes;
using Evenkeel.Linux.Sockets;

namespace Evenkeel.Daemon.Haproxy;

/// <summary>
/// `-x SOCKET`: asks a running process, ours or the original's, for its listening sockets (`_getsocks` on a stats socket with `expose-fd listeners`).
/// </summary>
/// <remarks>What answers was watched on the wire: the number of sockets (4 bytes, little endian), then for each one a length and a network namespace, a length
/// and an interface (one byte each for the lengths), and 4 bytes of zero; the descriptors travel with these bytes, at most 253 with one message.</remarks>
internal static class OldProcessSockets
{
    private const int AnswerMs = 1_000;
    private const int MostBytes = 65_536;

    /// <returns>Null when the process does not answer; why has been said.</returns>
    public static List<SocketHandle>? Fetch(string path, HaproxyConsole console)
    {
        var opened = SocketHandle.Open(KernelSocketAddress.AF_UNIX, SocketKind.Stream);
        using var stream = new RecordSocket(opened.IsOk ? opened.Value : -1);
        if (opened.IsError || !KernelSocketAddress.TryFromUnix(path, out var address) || new SocketHandle(opened.Value).Connect(address).IsError)
        {
            console.Warning($"Failed to connect to the old process socket '{path}'");
            return null;
        }
        var sockets = stream.Send("_getsocks\n"u8).IsOk ? Read(stream) : null;
        if (sockets is null) console.Warning($"Failed to get the number of sockets to be transferred !");
        return sockets;
    }

    private static List<SocketHandle>? Read(RecordSocket stream)
    {
        var sockets = new List<SocketHandle>();
        var bytes = new byte[MostBytes];
        var count = -1;
        Span<bool> ready = stackalloc bool[1];
        while (count < 0 || sockets.Count < count)
        {
            if (Poll.Wait([stream.Descriptor], ready, AnswerMs) == 0) break;
            var received = stream.Receive(bytes, out var descriptors);
            if (received.WouldBlock) continue;
            if (received.IsError || received.Value == 0) break;
            // The number comes in one piece and before anything else: four bytes are never split on a local socket.
            if (count < 0) count = received.Value >= sizeof(int) ? BinaryPrimitives.ReadInt32LittleEndian(bytes) : 0;
            sockets.AddRange(descriptors.Select(static descriptor => new SocketHandle(descriptor)));
        }
        return count < 0 ? null : sockets;
    }
}
