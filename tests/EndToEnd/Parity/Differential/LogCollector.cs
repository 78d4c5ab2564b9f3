using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Evenkeel.Tests.EndToEnd.Parity.Differential;

/// <summary>A syslog server that keeps all lines, with the tag that tells their frontend, until they are taken.</summary>
internal sealed partial class LogCollector : IDisposable
{
    private const int SilenceMs = 700;
    private readonly UdpClient _socket = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly ConcurrentQueue<(string Tag, string Text)> _lines = new();
    private long _lastTick;

    public LogCollector()
    {
        _socket.Client.ReceiveBufferSize = 8 << 20;
        new Thread(Receive) { IsBackground = true }.Start();
    }

    public int Port => ((IPEndPoint)_socket.Client.LocalEndPoint!).Port;

    public void WaitForSilence()
    {
        Interlocked.Exchange(ref _lastTick, Environment.TickCount64);
        while (Environment.TickCount64 - Interlocked.Read(ref _lastTick) < SilenceMs) Thread.Sleep(30);
    }

    public List<(string Tag, string Text)> Take()
    {
        var lines = new List<(string, string)>();
        while (_lines.TryDequeue(out var line)) lines.Add(line);
        return lines;
    }

    public void Dispose() => _socket.Dispose();

    private void Receive()
    {
        try
        {
            while (true)
            {
                IPEndPoint? from = null;
                var text = Encoding.Latin1.GetString(_socket.Receive(ref from));
                Interlocked.Exchange(ref _lastTick, Environment.TickCount64);
                _lines.Enqueue((Tag().Match(text).Groups[1].Value, text));
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The run is over.
        }
    }

    [GeneratedRegex(@"(F\d+)\[")]
    private static partial Regex Tag();
}
