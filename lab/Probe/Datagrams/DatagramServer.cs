using System.Net;
using System.Net.Sockets;

namespace Evenkeel.Lab.Probe.Datagrams;

/// <summary>The service behind a virtual address, as small as can be: sends every datagram back with its own letter, from the address that was asked.</summary>
internal static class DatagramServer
{
    public const int Port = 7777;

    /// <summary>The letter stands at this place of a datagram.</summary>
    public const int LetterAt = 8;
    public const int Length = 16;

    private const int IpProtocol = 0, FreeBind = 15;      // IPPROTO_IP, IP_FREEBIND (linux/in.h): the address comes and goes, the service stays

    /// <summary>Runs until the process is ended.</summary>
    public static int Run(char letter, string[] addresses)
    {
        var threads = addresses.Select(address => new Thread(() => Answer((byte)letter, IPAddress.Parse(address)))).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        return 0;
    }

    private static void Answer(byte letter, IPAddress address)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.SetRawSocketOption(IpProtocol, FreeBind, BitConverter.GetBytes(1));
        socket.Bind(new IPEndPoint(address, Port));
        var datagram = new byte[Length];
        var from = new SocketAddress(AddressFamily.InterNetwork);
        while (true)
        {
            try
            {
                if (socket.ReceiveFrom(datagram, SocketFlags.None, from) != Length) continue;
                datagram[LetterAt] = letter;
                socket.SendTo(datagram, SocketFlags.None, from);
            }
            catch (SocketException)
            {
                // The address has just left this node: a question without an answer, which is what the client counts.
            }
        }
    }
}
