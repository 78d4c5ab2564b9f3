using System.Buffers.Binary;
using System.Text;
using Evenkeel.Linux.Processes;
using Evenkeel.Linux.Sockets;

namespace Evenkeel.Control.RuntimeApi;

/// <summary>
/// The answer to `_getsocks`, which `-x` of a new process asks on a stats socket with `expose-fd listeners`: all listening sockets, as descriptors.
/// </summary>
/// <remarks>Layout, as watched between two processes of the original: the number of sockets (4 bytes, little endian); then for each one the length of its
/// network namespace's name and the name, the length of its interface's name and the name (lengths are one byte), and 4 bytes of zero. The descriptors travel
/// with these bytes, at most <see cref="RecordSocket.MostDescriptors"/> with one message.</remarks>
internal static class SocketHandover
{
    private const int ReservedLength = 4;

    /// <returns>False when the other side did not take everything.</returns>
    public static bool Send(SocketHandle to, IReadOnlyList<SocketHandle> sockets)
    {
        var count = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(count, sockets.Count);
        if (to.Send(count).IsError) return false;
        // The stream stays its owner's: only the way of sending is borrowed.
        var stream = new RecordSocket(to.Descriptor);
        foreach (var batch in sockets.Chunk(RecordSocket.MostDescriptors))
        {
            var details = Describe(batch);
            if (!stream.Send(details, Array.ConvertAll(batch, static socket => socket.Descriptor)).IsOk) return false;
        }
        return true;
    }

    private static byte[] Describe(SocketHandle[] sockets)
    {
        var bytes = new List<byte>();
        foreach (var socket in sockets)
        {
            var device = Encoding.UTF8.GetBytes(socket.Device);
            var place = NetworkNamespace.Of(socket)?.WireName ?? [];
            bytes.Add((byte)place.Length);
            bytes.AddRange(place);
            bytes.Add((byte)device.Length);
            bytes.AddRange(device);
            for (var i = 0; i < ReservedLength; i++) bytes.Add(0);
        }
        return [.. bytes];
    }
}
