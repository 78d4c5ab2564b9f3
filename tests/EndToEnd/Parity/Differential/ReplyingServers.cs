using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

using Evenkeel.Tests.EndToEnd.Parity.Differential.Generation;

namespace Evenkeel.Tests.EndToEnd.Parity.Differential;

/// <summary>The servers of all rule sets: one listener on every address of loopback; the address tells the set and the server that was meant.</summary>
internal sealed class ReplyingServers : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly ConcurrentDictionary<int, ConcurrentQueue<string>> _seen = new();

    private int _open;

    public ReplyingServers()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Any, 0));
        _listener.Listen(1024);
        new Thread(Accept) { IsBackground = true }.Start();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>Takes what the servers of a rule set have seen since the last call.</summary>
    public string TakeSeen(int number, bool sorted)
    {
        var all = new List<string>();
        if (_seen.TryGetValue(number, out var queue))
            while (queue.TryDequeue(out var one)) all.Add(one);
        if (sorted) all.Sort(StringComparer.Ordinal);
        return string.Concat(all.Select(one => one + "\n"));
    }

    /// <summary>Until all connections are over: those of a program that has ended.</summary>
    public void WaitUntilIdle(int limitMs)
    {
        var clock = Stopwatch.StartNew();
        while (Volatile.Read(ref _open) > 0)
        {
            if (clock.ElapsedMilliseconds > limitMs) throw new TimeoutException("a server's connection is never over");
            Thread.Sleep(2);
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Accept()
    {
        try
        {
            while (true)
            {
                var socket = _listener.Accept();
                Interlocked.Increment(ref _open);
                new Thread(() =>
                {
                    Serve(socket);
                    Interlocked.Decrement(ref _open);
                }, 256 * 1024) { IsBackground = true }.Start();
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The listener was closed: the run is over.
        }
    }

    private void Serve(Socket socket)
    {
        var (number, server) = RuleSet.ServerAt(((IPEndPoint)socket.LocalEndPoint!).Address.MapToIPv4().GetAddressBytes());
        var queue = _seen.GetOrAdd(number, _ => new());
        using var reader = new RequestReader(socket);
        try
        {
            while (reader.Next() is { } request)
            {
                queue.Enqueue($"s{server}: {request}");
                var (bytes, closes) = ScriptedReplies.For($"s{server}", request);
                if (bytes.Length > 0) socket.Send(Encoding.Latin1.GetBytes(bytes));
                if (closes) return;
            }
        }
        catch (SocketException)
        {
            // The balancer hung up.
        }
    }

    /// <summary>Requests as text: the head, then the body with its chunks joined.</summary>
    private sealed class RequestReader(Socket socket) : IDisposable
    {
        private readonly byte[] _buffer = new byte[65536];
        private string _pending = "";

        public string? Next()
        {
            if (Until("\r\n\r\n") is not { } head) return null;
            var lower = head.ToLowerInvariant();
            if (lower.Contains("transfer-encoding: chunked", StringComparison.Ordinal)) return head + Chunks();
            var at = lower.IndexOf("content-length:", StringComparison.Ordinal);
            if (at < 0 || !int.TryParse(lower.AsSpan(at + 15, lower.IndexOf('\r', at) - at - 15).Trim(), out var length)) return head;
            while (_pending.Length < length && Fill()) ;
            length = Math.Min(length, _pending.Length);
            var body = _pending[..length];
            _pending = _pending[length..];
            return head + body;
        }

        public void Dispose() => socket.Dispose();

        private string Chunks()
        {
            var body = "";
            while (Until("\r\n") is { } line && int.TryParse(line.AsSpan().Trim(), System.Globalization.NumberStyles.HexNumber, null, out var size))
            {
                if (size == 0)
                {
                    while (Until("\r\n") is { } trailer && trailer.Length > 2) body += "trailer " + trailer;
                    return body;
                }
                while (_pending.Length < size + 2 && Fill()) ;
                if (_pending.Length < size + 2) break;
                body += _pending[..size];
                _pending = _pending[(size + 2)..];
            }
            return body + "<cut>";
        }

        private string? Until(string end)
        {
            int at;
            while ((at = _pending.IndexOf(end, StringComparison.Ordinal)) < 0)
                if (!Fill()) return null;
            var text = _pending[..(at + end.Length)];
            _pending = _pending[(at + end.Length)..];
            return text;
        }

        private bool Fill()
        {
            var count = socket.Receive(_buffer);
            _pending += Encoding.Latin1.GetString(_buffer, 0, count);
            return count > 0;
        }
    }
}
