using System.Buffers.Binary;
using Evenkeel.Linux;
using Evenkeel.Linux.Sockets;

namespace Evenkeel.Proxy.Transport;

public enum Socks4Status : byte { Wait, Granted, Denied, Broken, Ended }

/// <summary>The client's half of SOCKS 4: one request, and an answer of eight bytes. IPv4 only, as the protocol is.</summary>
internal static class Socks4
{
    public const int AnswerLength = 8;
    public static readonly int RequestLength = 8 + User.Length;

    private const byte Granted = 90;

    /// <summary>The name the original gives, with its terminating zero.</summary>
    private static ReadOnlySpan<byte> User => "HAProxy\0"u8;

    /// <param name="request"><see cref="RequestLength"/> bytes.</param>
    public static void WriteRequest(Span<byte> request, IpEndpoint target)
    {
        request[0] = 4;
        request[1] = 1;
        BinaryPrimitives.WriteUInt16BigEndian(request[2..], (ushort)target.Port);
        target.CopyAddressTo(request[4..]);
        User.CopyTo(request[8..]);
    }

    public static Socks4Status Judge(ReadOnlySpan<byte> answer) => answer[0] == 0 && answer[1] == Granted ? Socks4Status.Granted : Socks4Status.Denied;

    public static string TextOf(Socks4Status status) =>
        status == Socks4Status.Denied ? "SOCKS4 Proxy deny the request" : "SOCKS4 Proxy read error during handshake";
}

/// <summary>What a SOCKS4 proxy at the other end of a connection is asked for, and how far that has come.</summary>
internal struct Socks4Tunnel
{
    public IpEndpoint Target;
    public bool HasAsked;
    public Socks4Answer Answer;
}

/// <summary>The answer of a SOCKS4 proxy as far as it has come; never a byte beyond it is read, for those are the server's.</summary>
internal struct Socks4Answer
{
    private ulong _bytes;
    private int _length;

    public Socks4Status Receive(SocketHandle socket)
    {
        Span<byte> bytes = stackalloc byte[Socks4.AnswerLength];
        while (_length < Socks4.AnswerLength)
        {
            var received = socket.Receive(bytes[..(Socks4.AnswerLength - _length)]);
            if (received.WouldBlock) return Socks4Status.Wait;
            if (received.IsError) return Socks4Status.Broken;
            if (received.Value == 0) return Socks4Status.Ended;
            foreach (var one in bytes[..received.Value]) _bytes = (_bytes << 8) | one;
            _length += received.Value;
        }
        BinaryPrimitives.WriteUInt64BigEndian(bytes, _bytes);
        return Socks4.Judge(bytes);
    }
}
