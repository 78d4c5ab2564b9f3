using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Evenkeel.Tests.EndToEnd.Harness;

/// <summary>A server behind the balancer that does what the test says with each connection, and remembers the request heads it saw.</summary>
internal sealed class ScriptedServer : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Action<ServerSide> _script;

    public ScriptedServer(Action<ServerSide> script)
    {
        _script = script;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(128);
        new Thread(Accept) { IsBackground = true }.Start();
    }

    /// <summary>Answers each request with 200 and this body, for as long as the connection lives.</summary>
    public static ScriptedServer Answering(string body) => new(side =>
    {
        while (side.ReadHead() is { } head)
        {
            bool last = head.Contains("connection: close", StringComparison.OrdinalIgnoreCase);
            side.Send($"HTTP/1.1 200 OK\r\ncontent-length: {body.Length}\r\n{(last ? "connection: close\r\n" : "")}\r\n{body}");
            if (last) return;
        }
    });

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public ConcurrentQueue<string> Heads { get; } = new();

    public int Connections { get; private set; }

    public void Dispose() => _listener.Dispose();

    private void Accept()
    {
        try
        {
            while (true)
            {
                var client = _listener.Accept();
                Connections++;
                new Thread(() => Serve(client)) { IsBackground = true }.Start();
            }
        }
        catch (SocketException)
        {
            // The test is over: its listener was closed.
        }
        catch (ObjectDisposedException)
        {
            // The same, seen between two accepts.
        }
    }

    private void Serve(Socket client)
    {
        using var side = new ServerSide(client, Heads);
        try
        {
            _script(side);
        }
        catch (SocketException)
        {
            // The balancer hung up; a test that cares looks at what the client got.
        }
    }
}

/// <summary>One connection as the server sees it.</summary>
internal sealed class ServerSide(Socket socket, ConcurrentQueue<string> heads) : IDisposable
{
    private readonly byte[] _buffer = new byte[65536];
    private string _pending = "";

    public void Send(string text) => socket.Send(Encoding.Latin1.GetBytes(text));

    /// <summary>The next request head with its empty line, or null when the balancer closed.</summary>
    public string? ReadHead()
    {
        var head = ReadUntil("\r\n\r\n");
        if (head is not null) heads.Enqueue(head);
        return head;
    }

    /// <summary>Remembers something that was not a head.</summary>
    public void Note(string text) => heads.Enqueue(text);

    public string? ReadUntil(string end)
    {
        int at;
        while ((at = _pending.IndexOf(end, StringComparison.Ordinal)) < 0)
        {
            int count = socket.Receive(_buffer);
            if (count == 0) return null;
            _pending += Encoding.Latin1.GetString(_buffer, 0, count);
        }
        var text = _pending[..(at + end.Length)];
        _pending = _pending[(at + end.Length)..];
        return text;
    }

    public void Send(byte[] bytes) => socket.Send(bytes);

    /// <summary>Exactly this many bytes.</summary>
    public byte[] ReadBytes(int count)
    {
        var all = new byte[count];
        var filled = Encoding.Latin1.GetBytes(_pending, all);
        _pending = "";
        for (int read; filled < count && (read = socket.Receive(all.AsSpan(filled))) > 0; filled += read) ;
        return all;
    }

    /// <summary>Everything until the balancer ends its direction.</summary>
    public string ReadToEnd()
    {
        for (int count; (count = socket.Receive(_buffer)) > 0; _pending += Encoding.Latin1.GetString(_buffer, 0, count)) ;
        return _pending;
    }

    /// <summary>Sends back what comes until the balancer ends its direction.</summary>
    public void Echo()
    {
        for (int count; (count = socket.Receive(_buffer)) > 0; socket.Send(_buffer.AsSpan(0, count))) ;
    }

    public void Reset()
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Close();
    }

    public void Dispose() => socket.Dispose();
}
