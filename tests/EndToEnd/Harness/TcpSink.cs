using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Evenkeel.Tests.EndToEnd.Harness;

/// <summary>A stream log server on loopback: takes one connection after another and collects what they say.</summary>
internal sealed class TcpSink : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly byte[] _buffer = new byte[65536];
    private Socket? _client;
    private string _text = "";

    public TcpSink(int port = 0)
    {
        _listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        _listener.Listen(16);
        _listener.ReceiveTimeout = 10_000;
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>Everything received until a text has come.</summary>
    public string ReadUntil(string end)
    {
        while (!_text.Contains(end, StringComparison.Ordinal))
        {
            if (_client is null)
            {
                if (!_listener.Poll(TimeSpan.FromSeconds(10), SelectMode.SelectRead)) throw new TimeoutException($"no connection; got: {_text}");
                _client = _listener.Accept();
                _client.ReceiveTimeout = 10_000;
            }
            var count = _client.Receive(_buffer);
            _text += Encoding.Latin1.GetString(_buffer, 0, count);
            if (count > 0) continue;
            _client.Dispose();
            _client = null;
        }
        return _text;
    }

    public void Dispose()
    {
        _client?.Dispose();
        _listener.Dispose();
    }
}
