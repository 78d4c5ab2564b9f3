using System.Net;
using System.Net.Sockets;

namespace Evenkeel.Tests.EndToEnd.Harness;

internal static class Ports
{
    /// <summary>A TCP port of loopback that was free a moment ago.</summary>
    public static int Free()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    /// <summary>Some ports below those the kernel gives to clients: no connection takes them while a test does not listen there.</summary>
    public static int[] FreeForLater(int count)
    {
        const int First = 20_000, Last = 32_000;
        var candidates = Enumerable.Range(0, Last - First).Select(static _ => Random.Shared.Next(First, Last)).Distinct();
        return [.. candidates.Where(static port => !Answers(port)).Take(count)];
    }

    public static bool Answers(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
