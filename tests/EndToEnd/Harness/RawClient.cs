using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Evenkeel.Tests.EndToEnd.Harness;

/// <summary>A client that sends exactly the bytes it is told to and shows exactly those it got.</summary>
internal sealed class RawClient : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 10_000, NoDelay = true };
    private readonly byte[] _buffer = new byte[65536];
    private readonly StringBuilder _pending = new();

    public RawClient(int port) => _socket.Connect(IPAddress.Loopback, port);

    public RawClient(int port, string address) => _socket.Connect(IPAddress.Parse(address), port);

    public int LocalPort => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    public void Send(string text) => _socket.Send(Encoding.Latin1.GetBytes(text));

    public void FinishSending() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Closes with a reset instead of an orderly end.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Close();
    }

    /// <summary>Reads until <paramref name="end"/> has been seen and returns everything up to and with it; what follows stays for the next call.</summary>
    public string ReadUntil(string end)
    {
        while (true)
        {
            var text = _pending.ToString();
            int at = text.IndexOf(end, StringComparison.Ordinal);
            if (at >= 0)
            {
                _pending.Remove(0, at + end.Length);
                return text[..(at + end.Length)];
            }
            if (!Fill()) throw new EndOfStreamException($"closed before \"{end}\" came; got: {text}");
        }
    }

    /// <summary>One response with a content-length, head and body.</summary>
    public string ReadResponse()
    {
        var head = ReadUntil("\r\n\r\n");
        int length = 0;
        foreach (var line in head.Split("\r\n"))
            if (line.StartsWith("content-length:", StringComparison.OrdinalIgnoreCase)) length = int.Parse(line.AsSpan("content-length:".Length));
        while (_pending.Length < length)
            if (!Fill()) throw new EndOfStreamException($"closed inside a body of {length} bytes after: {head}");
        var body = _pending.ToString(0, length);
        _pending.Remove(0, length);
        return head + body;
    }

    public string ReadToEnd()
    {
        try
        {
            while (Fill()) ;
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.ConnectionReset)
        {
            // A refused request may end in a reset when bytes of it were left unread; what came before counts.
        }
        return _pending.ToString();
    }

    public void Dispose() => _socket.Dispose();

    private bool Fill()
    {
        int count = _socket.Receive(_buffer);
        _pending.Append(Encoding.Latin1.GetString(_buffer, 0, count));
        return count > 0;
    }
}
