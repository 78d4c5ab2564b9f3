using System.Buffers.Binary;

namespace Evenkeel.Proxy.Servers.Resolvers;

/// <summary>One question to a nameserver (RFC 1035 §4.1), with room for a larger answer announced (RFC 6891).</summary>
/// <param name="Id">Must not be guessed: an answer is believed by it.</param>
/// <param name="Name">Lower case, without the last dot.</param>
internal readonly record struct DnsQuestion(ushort Id, string Name, DnsType Type)
{
    /// <summary>Bytes a question takes at most.</summary>
    public const int MaxLength = 300;
    private const int HeaderLength = 12;
    private const ushort RecursionDesired = 0x0100;
    private const ushort ClassInternet = 1;

    /// <param name="destination">At least <see cref="MaxLength"/> bytes.</param>
    /// <returns>Bytes written; 0 when the name cannot be asked for.</returns>
    public int Write(Span<byte> destination, int payloadSize)
    {
        destination[..HeaderLength].Clear();
        BinaryPrimitives.WriteUInt16BigEndian(destination, Id);
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], RecursionDesired);
        destination[5] = 1;
        destination[11] = 1;
        var name = DnsName.Write(Name, destination[HeaderLength..]);
        if (name == 0) return 0;
        var at = HeaderLength + name;
        BinaryPrimitives.WriteUInt16BigEndian(destination[at..], (ushort)Type);
        BinaryPrimitives.WriteUInt16BigEndian(destination[(at + 2)..], ClassInternet);
        at += 4;
        // OPT: the root's name, its type, and in place of a class what we accept.
        destination.Slice(at, 11).Clear();
        BinaryPrimitives.WriteUInt16BigEndian(destination[(at + 1)..], (ushort)DnsType.Opt);
        BinaryPrimitives.WriteUInt16BigEndian(destination[(at + 3)..], (ushort)payloadSize);
        return at + 11;
    }
}
