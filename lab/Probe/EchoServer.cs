using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Evenkeel.Lab.Probe;

/// <summary>A server behind the balancer: says who it is. Small on purpose, so that what is tested is the balancer.</summary>
internal static class EchoServer
{
    public static async Task<int> RunAsync(string name, string[] addresses)
    {
        await Task.WhenAll(addresses.Select(address => ListenAsync(name, IPEndPoint.Parse(address))));
        return 0;
    }

    private static async Task ListenAsync(string name, IPEndPoint address)
    {
        using var listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Bind(address);
        listener.Listen(512);
        while (true) _ = ServeAsync(name, await listener.AcceptAsync());
    }

    private static async Task ServeAsync(string name, Socket client)
    {
        var body = Encoding.ASCII.GetBytes(name + "\n");
        var head = Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: {body.Length}\r\n\r\n");
        byte[] answer = [.. head, .. body];
        var buffer = new byte[16384];
        int held = 0;
        try
        {
            using (client)
                while (true)
                {
                    int count = await client.ReceiveAsync(buffer.AsMemory(held));
                    if (count == 0) return;
                    held += count;
                    int end = buffer.AsSpan(0, held).IndexOf("\r\n\r\n"u8);
                    if (end < 0 && held == buffer.Length) return;
                    if (end < 0) continue;
                    bool last = buffer.AsSpan(0, end).IndexOf("onnection: close"u8) >= 0;
                    held = 0;
                    await client.SendAsync(answer);
                    if (last) return;
                }
        }
        catch (SocketException)
        {
            // The balancer or a probe hung up; the next connection is another one.
        }
    }
}
