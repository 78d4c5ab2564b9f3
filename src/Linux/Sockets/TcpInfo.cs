using System.Runtime.InteropServices;

namespace Evenkeel.Linux.Sockets;

/// <summary>
/// What the kernel knows of a TCP connection: the front of its `struct tcp_info` (tcp(7) "TCP_INFO"). Counts are segments, times microseconds.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Length)]
public struct TcpInfo
{
    public const int Length = 104;

    [FieldOffset(24)] public uint Unacked;
    [FieldOffset(28)] public uint Sacked;
    [FieldOffset(32)] public uint Lost;
    [FieldOffset(36)] public uint Retransmitted;
    [FieldOffset(40)] public uint ForwardAcked;
    [FieldOffset(68)] public uint RoundTripUs;
    [FieldOffset(72)] public uint RoundTripVarianceUs;
    [FieldOffset(88)] public uint Reordering;
}
