using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Evenkeel.Tests.EndToEnd.Harness;

/// <summary>A UDP syslog server on loopback that hands out the lines it got.</summary>
internal sealed class SyslogSink : IDisposable
{
    private readonly UdpClient _socket = new(new IPEndPoint(IPAddress.Loopback, 0));

    public SyslogSink() => _socket.Client.ReceiveTimeout = 5_000;

    public int Port => ((IPEndPoint)_socket.Client.LocalEndPoint!).Port;

    public string ReadLine()
    {
        IPEndPoint? from = null;
        return Encoding.Latin1.GetString(_socket.Receive(ref from));
    }

    /// <summary>The next line that contains a word, others are passed over.</summary>
    public string ReadLineWith(string word)
    {
        while (true)
        {
            var line = ReadLine();
            if (line.Contains(word, StringComparison.Ordinal)) return line;
        }
    }

    public void Dispose() => _socket.Dispose();
}
