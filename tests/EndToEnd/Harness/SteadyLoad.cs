using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Evenkeel.Tests.EndToEnd.Harness;

/// <summary>
/// Clients that must notice nothing: requests at a steady rate, half on new connections and half on kept ones, websockets that say something all the time, and
/// downloads that are read slowly. What they notice is a failure.
/// </summary>
/// <remarks>Talks to a <see cref="LoadServer"/> through whatever is tested.</remarks>
internal sealed class SteadyLoad : IDisposable
{
    private const int Threads = 10;
    private const int TimeoutMs = 5_000;

    private readonly int _port;
    private readonly ConcurrentBag<double> _latenciesMs = [];
    private readonly ConcurrentQueue<string> _failures = new();
    private readonly List<Thread> _threads = [];
    private readonly List<Thread> _downloads = [];
    private volatile bool _ends;
    private long _requests;
    private long _messages;
    private int _reconnects;

    public SteadyLoad(int port, int requestsPerSecond, int websockets, int downloads, int downloadBytes)
    {
        _port = port;
        var periodMs = 1_000.0 * Threads / requestsPerSecond;
        for (var i = 0; i < Threads; i++)
        {
            var keeps = i % 2 == 0;
            var offsetMs = periodMs * i / Threads;
            Start(_threads, () => AskSteadily(keeps, periodMs, offsetMs));
        }
        for (var i = 0; i < websockets; i++) Start(_threads, Converse);
        for (var i = 0; i < downloads; i++) Start(_downloads, () => Download(downloadBytes));
    }

    public long Requests => Interlocked.Read(ref _requests);

    public long Messages => Interlocked.Read(ref _messages);

    /// <summary>Kept connections that were closed after an answer that said so: clients open another one, nothing is lost.</summary>
    public int Reconnects => _reconnects;

    public IReadOnlyCollection<string> Failures => _failures;

    public int FailureCount => _failures.Count;

    /// <summary>Waits for the downloads and ends the rest.</summary>
    public void Finish(TimeSpan limit)
    {
        var clock = Stopwatch.StartNew();
        foreach (var download in _downloads)
            if (!download.Join(limit > clock.Elapsed ? limit - clock.Elapsed : TimeSpan.Zero)) _failures.Enqueue("a download did not end");
        _ends = true;
        foreach (var thread in _threads)
            if (!thread.Join(TimeoutMs * 2)) _failures.Enqueue("a client hangs");
    }

    public double LatencyMs(double share)
    {
        var sorted = _latenciesMs.ToArray();
        Array.Sort(sorted);
        return sorted.Length == 0 ? 0 : sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * share))];
    }

    public void ForgetLatencies() => _latenciesMs.Clear();

    public void Dispose() => _ends = true;

    private static void Start(List<Thread> threads, Action work)
    {
        var thread = new Thread(() => work(), 256 * 1024) { IsBackground = true };
        threads.Add(thread);
        thread.Start();
    }

    private Socket Open()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true, ReceiveTimeout = TimeoutMs, SendTimeout = TimeoutMs,
        };
        socket.Connect(IPAddress.Loopback, _port);
        return socket;
    }

    private void AskSteadily(bool keeps, double periodMs, double offsetMs)
    {
        var clock = Stopwatch.StartNew();
        var nextMs = offsetMs;
        var buffer = new byte[4096];
        var request = Encoding.ASCII.GetBytes($"GET /small HTTP/1.1\r\nHost: t\r\n{(keeps ? "" : "Connection: close\r\n")}\r\n");
        Socket? socket = null;
        while (!_ends)
        {
            var waitMs = nextMs - clock.Elapsed.TotalMilliseconds;
            if (waitMs > 1) Thread.Sleep((int)waitMs);
            nextMs += periodMs;
            var began = Stopwatch.GetTimestamp();
            try
            {
                socket ??= Open();
                socket.Send(request);
                var answer = ReadAnswer(socket, buffer);
                if (!answer.StartsWith("HTTP/1.1 200", StringComparison.Ordinal)) _failures.Enqueue("answer: " + answer.Split('\r')[0]);
                _latenciesMs.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
                Interlocked.Increment(ref _requests);
                if (keeps && !answer.Contains("onnection: close", StringComparison.Ordinal)) continue;
                if (keeps) Interlocked.Increment(ref _reconnects);
            }
            catch (Exception error) when (error is SocketException or EndOfStreamException)
            {
                _failures.Enqueue($"{(keeps ? "kept" : "new")} connection: {error.Message}");
            }
            socket?.Dispose();
            socket = null;
        }
        socket?.Dispose();
    }

    private static string ReadAnswer(Socket socket, byte[] buffer)
    {
        var text = "";
        while (true)
        {
            var count = socket.Receive(buffer);
            if (count == 0) throw new EndOfStreamException($"closed after {text.Length} bytes of an answer");
            text += Encoding.ASCII.GetString(buffer, 0, count);
            var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end >= 0 && text.Length >= end + 4 + LoadServer.SmallBody.Length) return text;
        }
    }

    private void Converse()
    {
        try
        {
            using var socket = Open();
            var buffer = new byte[4096];
            socket.Send("GET /socket HTTP/1.1\r\nHost: t\r\nConnection: upgrade\r\nUpgrade: websocket\r\n"u8);
            socket.Send("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"u8);
            var head = "";
            while (!head.EndsWith("\r\n\r\n", StringComparison.Ordinal)) head += Encoding.ASCII.GetString(buffer, 0, NotNone(socket.Receive(buffer)));
            if (!head.StartsWith("HTTP/1.1 101", StringComparison.Ordinal)) throw new EndOfStreamException(head.Split('\r')[0]);
            while (!_ends)
            {
                socket.Send("ping"u8);
                for (var got = 0; got < 4; got += NotNone(socket.Receive(buffer))) ;
                Interlocked.Increment(ref _messages);
                Thread.Sleep(50);
            }
        }
        catch (Exception error) when (error is SocketException or EndOfStreamException)
        {
            _failures.Enqueue("websocket: " + error.Message);
        }
    }

    private void Download(int bytes)
    {
        var got = -1L;
        try
        {
            using var socket = Open();
            var buffer = new byte[65_536];
            socket.Send("GET /large HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n"u8);
            var head = "";
            while (!head.EndsWith("\r\n\r\n", StringComparison.Ordinal)) head += (char)buffer[NotNone(socket.Receive(buffer, 0, 1, SocketFlags.None)) - 1];
            got = 0;
            for (int count; (count = socket.Receive(buffer)) > 0; got += count)
                for (var i = 0; i < count; i++)
                    if (buffer[i] != LoadServer.ByteAt(got + i)) throw new EndOfStreamException($"byte {got + i} is wrong");
            if (got != bytes) throw new EndOfStreamException($"{got} bytes of {bytes}");
        }
        catch (Exception error) when (error is SocketException or EndOfStreamException)
        {
            _failures.Enqueue($"download after {got} bytes: {error.Message}");
        }
    }

    private static int NotNone(int count) => count > 0 ? count : throw new EndOfStreamException("closed by the other side");
}

/// <summary>What stands behind the balancer under <see cref="SteadyLoad"/>: short answers, long ones at a pace, echoing websockets.</summary>
internal sealed class LoadServer : IDisposable
{
    public const string SmallBody = "0123456789abcdef";

    private readonly ScriptedServer _server;

    /// <param name="largeBytes">Of the long answer, which takes <paramref name="largeSeconds"/>.</param>
    public LoadServer(int largeBytes, double largeSeconds)
    {
        _server = new ScriptedServer(side =>
        {
            while (side.ReadHead() is { } head)
            {
                if (head.Contains(" /socket "))
                {
                    // The answer to the key of RFC 6455, section 1.3: haproxy looks at it.
                    side.Send("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n"
                        + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
                    side.Echo();
                    return;
                }
                if (head.Contains(" /large "))
                {
                    SendLarge(side, largeBytes, largeSeconds);
                    return;
                }
                side.Send($"HTTP/1.1 200 OK\r\nContent-Length: {SmallBody.Length}\r\n\r\n{SmallBody}");
            }
        });
    }

    public int Port => _server.Port;

    public static byte ByteAt(long position) => (byte)(position % 251);

    public void Dispose() => _server.Dispose();

    private static void SendLarge(ServerSide side, int bytes, double seconds)
    {
        const int Part = 251 * 256;
        side.Send($"HTTP/1.1 200 OK\r\nContent-Length: {bytes}\r\nConnection: close\r\n\r\n");
        var part = new byte[Part];
        for (var i = 0; i < Part; i++) part[i] = ByteAt(i);
        var clock = Stopwatch.StartNew();
        for (var sent = 0; sent < bytes; sent += Part)
        {
            side.Send(bytes - sent >= Part ? part : part[..(bytes - sent)]);
            var waitMs = (seconds * 1_000 * sent / bytes) - clock.Elapsed.TotalMilliseconds;
            if (waitMs > 1) Thread.Sleep((int)waitMs);
        }
    }
}
