using System.Net;
using System.Net.Sockets;
using System.Text;
using Evenkeel.Linux.Sockets;
using Evenkeel.Proxy.Loop;
using Evenkeel.Proxy.Memory;
using Evenkeel.Proxy.Transport;
using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Proxy;

/// <summary>Sends that were collected for the end of the turn and then found no room, or no peer: nothing of them may be lost, doubled or mixed up.</summary>
public sealed class PostedSendTests
{
    private const int Requests = 400;
    private const int Clients = 4;

    /// <summary>With a tiny window a peer would read for minutes.</summary>
    private const int Roomy = 1 << 20;

    public PostedSendTests() => BufferPool.PoisonFreed = true;

    /// <summary>Clients ask over and over without reading, with hardly any room to receive, and read only then; with and without the kernel's help.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Clients_that_read_late_get_every_answer_in_order(bool collects)
    {
        using var server = new ScriptedServer(AnswerByNumber);
        using var plane = new PlaneInProcess(server.Port, timeoutMs: 30_000, collects: collects);
        var texts = new string[Clients];
        var threads = Enumerable.Range(0, Clients).Select(number => new Thread(() => texts[number] = AskThenRead(plane.Port))).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        foreach (var text in texts)
        {
            var at = 0;
            for (var i = 0; i < Requests; i++)
            {
                var found = text.IndexOf($"[{i}]", at, StringComparison.Ordinal);
                Assert.True(found >= 0, $"answer {i} is missing behind byte {at} of {text.Length}");
                at = found;
            }

            Assert.Equal(Requests, text.Split("HTTP/1.1 200 OK").Length - 1);
        }

        plane.AssertNothingHeld("late readers");
    }

    /// <summary>What was said leaves although its connection is closed behind it while the peer has no room.</summary>
    [Fact]
    public void What_was_posted_arrives_although_the_connection_is_closed()
    {
        using var line = new Line();
        using var other = new Line(line.Worker);
        var posted = 0;
        while (!line.Connection.HasUnsent)
        {
            Assert.True(posted < 100_000_000);
            posted += line.Connection.Post(Block(posted), Block(posted + 1_000));
            other.Connection.Post("small"u8);
            line.Worker.Sends.Run();
        }

        Assert.False(line.Connection.CanWrite);
        line.Connection.Close();
        line.Peer.ReceiveBufferSize = Roomy;
        var received = 0;
        var buffer = new byte[65_536];
        for (var count = 1; count > 0; received += count)
        {
            line.Loop.Turn(0);
            count = line.Peer.Receive(buffer);
            for (var i = 0; i < count; i++)
                if (buffer[i] != Block(received + i)[0]) Assert.Fail($"byte {received + i} is another");
        }

        Assert.Equal(posted, received);
        other.Connection.Close(reset: true);
        Assert.Equal(0, line.Worker.Memory.Regular.InUse);
    }

    /// <summary>An end that was asked for while bytes waited comes behind them.</summary>
    [Fact]
    public void The_end_comes_behind_what_waits()
    {
        using var line = new Line();
        var posted = 0;
        for (; !line.Connection.HasUnsent; line.Worker.Sends.Run()) posted += line.Connection.Post(Block(posted), Block(posted + 1_000));
        line.Connection.EndWrite();
        line.Peer.ReceiveBufferSize = Roomy;
        var received = 0;
        var buffer = new byte[65_536];
        for (var count = 1; count > 0; received += count)
        {
            line.Loop.Turn(0);
            count = line.Peer.Receive(buffer);
        }

        Assert.Equal(posted, received);
        line.Connection.Close();
    }

    /// <summary>Whoever posts to a peer that has gone is told, once the turn is over.</summary>
    [Fact]
    public void A_failure_is_told()
    {
        using var line = new Line();
        using var other = new Line(line.Worker);
        var user = new Listening();
        line.Connection.User = user;
        line.Peer.LingerState = new LingerOption(true, 0);
        line.Peer.Close();
        Assert.Equal(5, line.Connection.Post("hello"u8));
        other.Connection.Post("small"u8);
        line.Worker.Sends.Run();
        Assert.True(line.Connection.IsBroken);
        Assert.False(user.WasTold);
        line.Loop.Turn(0);
        Assert.True(user.WasTold);
        line.Connection.Close();
        other.Connection.Close(reset: true);
    }

    private static string AskThenRead(int port)
    {
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 2_048, ReceiveTimeout = 10_000 };
        client.Connect(IPAddress.Loopback, port);
        var asking = new Thread(() =>
        {
            for (var i = 0; i < Requests; i++)
                client.Send(Encoding.ASCII.GetBytes($"GET /{i} HTTP/1.1\r\nHost: a\r\n{(i == Requests - 1 ? "Connection: close\r\n" : "")}\r\n"));
        });
        asking.Start();
        Thread.Sleep(300);
        client.ReceiveBufferSize = Roomy;
        var text = new StringBuilder();
        var buffer = new byte[65_536];
        for (int count; (count = client.Receive(buffer)) > 0;) text.Append(Encoding.Latin1.GetString(buffer, 0, count));
        asking.Join();
        return text.ToString();
    }

    private static void AnswerByNumber(ServerSide side)
    {
        while (side.ReadHead() is { } head)
        {
            var body = new string('x', 1_500) + "[" + head.Split(' ')[1][1..] + "]";
            side.Send($"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        }
    }

    /// <summary>1,000 bytes of an endless text in which every place differs from its neighbours.</summary>
    private static ReadOnlySpan<byte> Block(int at) => Pattern.AsSpan(at % 251, 1_000);

    private static readonly byte[] Pattern = [.. Enumerable.Range(0, 1_251).Select(i => (byte)(i % 251))];

    private sealed class Listening : IConnectionUser
    {
        public bool WasTold { get; private set; }

        public void OnReady(Connection connection) => WasTold |= connection.IsBroken;

        public void OnFault(Connection connection) => Assert.Fail("a fault");
    }

    /// <summary>One of our connections and its peer, on a loop that the test turns.</summary>
    private sealed class Line : IDisposable
    {
        public Line(Worker? worker = null)
        {
            Loop = worker?.Loop ?? EventLoop.Create(out _)!;
            Worker = worker ?? new Worker(0, Loop, 16_384, 1_024, 1);
            if (worker is null) Worker.Sends.Open();
            Assert.True(Worker.Sends.IsOpen, "this kernel has no io_uring for us");
            using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            listener.Listen(1);
            Peer = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 2_048, ReceiveTimeout = 5_000 };
            Peer.Connect(listener.LocalEndPoint!);
            // The runtime would close a descriptor that it had accepted itself.
            var accepted = new SocketHandle((int)listener.Handle).Accept(out _);
            Assert.True(accepted.IsOk);
            Connection = Worker.TakeConnection();
            Assert.True(Connection.Open(new SocketHandle(accepted.Value), established: true).IsOk);
        }

        public EventLoop Loop { get; }

        public Worker Worker { get; }

        public Socket Peer { get; }

        public Connection Connection { get; }

        public void Dispose() => Peer.Dispose();
    }
}
