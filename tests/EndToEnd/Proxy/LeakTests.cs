using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Memory;
using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Proxy;

/// <summary>
/// Slow, rude and broken peers at every stage of an exchange. After each nothing may be left: no session, no buffer, no pipe, no socket, no slot, and no
/// exception may have reached a loop. Buffers are poisoned when they come back, so that a use after that shows.
/// </summary>
public sealed class LeakTests
{
    private const int AtOnce = 12;
    private const int TimeoutMs = 400;
    private const string Get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private const string Post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 300000\r\n\r\n";
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static readonly string Large = "HTTP/1.1 200 OK\r\nContent-Length: 4000000\r\n\r\n" + new string('x', 4_000_000);

    public LeakTests() => BufferPool.PoisonFreed = true;

    /// <summary>The client goes, by a reset, after having sent so much.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("GE")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nX: y")]
    [InlineData(Get)]
    [InlineData(Post)]
    [InlineData(Post + "some of the body")]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel")]
    [InlineData(Get + Get + Get + "GET")]
    public void A_client_that_resets(string sent) => Run("a reset", ProxyMode.Http, side => AnswerLate(side, Ok), client =>
    {
        client.Send(sent);
        Thread.Sleep(5);
        client.Reset();
    });

    /// <summary>The client goes in the middle of a large answer.</summary>
    [Theory]
    [InlineData(ProxyMode.Http)]
    [InlineData(ProxyMode.Tcp)]
    public void A_client_that_resets_inside_an_answer(ProxyMode mode) => Run("a reset inside an answer", mode, side => Answer(side, Large), client =>
    {
        client.Send(Get);
        client.ReadUntil("xxxx");
        client.Reset();
    });

    /// <summary>Splice has its own places to lose bytes and pipes.</summary>
    [Theory]
    [InlineData(ProxyMode.Http)]
    [InlineData(ProxyMode.Tcp)]
    public void A_client_that_resets_inside_a_spliced_answer(ProxyMode mode) => Run("a spliced answer", mode, side => Answer(side, Large), client =>
    {
        client.Send(Get);
        client.ReadUntil("xxxx");
        client.Reset();
    }, options => options with { SpliceAuto = true });

    /// <summary>Slow in head, body, or in reading: the time limits end them.</summary>
    [Theory]
    [InlineData("GET / HTT", "P", 200)]
    [InlineData("GET / HTTP/1.1\r\n", "x", 200)]
    [InlineData(Post, "b", 200)]
    public void A_client_that_trickles(string first, string drop, int everyMs) => Run("a trickle", ProxyMode.Http, side => AnswerLate(side, Ok), client =>
    {
        client.Send(first);
        for (var i = 0; i < 3; i++)
        {
            Thread.Sleep(everyMs);
            client.Send(drop);
        }

        Thread.Sleep(2 * TimeoutMs);
    });

    [Fact]
    public void A_client_that_does_not_read() => Run("a client that does not read", ProxyMode.Http, side => Answer(side, Large), client =>
    {
        client.Send(Get);
        Thread.Sleep(3 * TimeoutMs);
    });

    /// <summary>What servers do to a request whose body is still on its way, and to one that is complete.</summary>
    [Theory]
    [InlineData("never")]
    [InlineData("close")]
    [InlineData("reset")]
    [InlineData("early")]
    [InlineData("early-reset")]
    [InlineData("twice")]
    [InlineData("garbage")]
    [InlineData("half a head")]
    [InlineData("half a body")]
    [InlineData("bad chunks")]
    [InlineData("two lengths")]
    [InlineData("too many headers")]
    public void A_server_that_misbehaves(string how) => Run("a server: " + how, ProxyMode.Http, side => Misbehave(side, how), client =>
    {
        client.Send(how.StartsWith("early", StringComparison.Ordinal) ? Post : Get);
        client.ReadToEnd();
    });

    private static void Run(string what, ProxyMode mode, Action<ServerSide> serve, Action<RawClient> act, Func<ProxyOptions, ProxyOptions>? options = null)
    {
        using var server = new ScriptedServer(serve);
        using var plane = new PlaneInProcess(server.Port, mode, TimeoutMs, workers: 2, options);
        var threads = Enumerable.Range(0, AtOnce).Select(_ => new Thread(() =>
        {
            using var client = plane.Connect();
            try
            {
                act(client);
            }
            catch (Exception error) when (error is System.Net.Sockets.SocketException or EndOfStreamException)
            {
                // Cut off, as it deserves; what it left behind is counted below.
            }
        })).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        plane.AssertNothingHeld(what);
        foreach (var worker in plane.Plane.Workers) Assert.Equal(0, worker.Loop.Faults);
    }

    private static void Answer(ServerSide side, string answer)
    {
        while (side.ReadHead() is not null) side.Send(answer);
    }

    private static void AnswerLate(ServerSide side, string answer)
    {
        while (side.ReadHead() is not null)
        {
            Thread.Sleep(50);
            side.Send(answer);
        }
    }

    private static void Misbehave(ServerSide side, string how)
    {
        if (side.ReadHead() is null) return;
        switch (how)
        {
            case "never": Thread.Sleep(3 * TimeoutMs); break;
            case "close": break;
            case "reset": side.Reset(); break;
            case "early": side.Send(Ok); Thread.Sleep(50); break;
            case "early-reset": side.Send(Ok); side.Reset(); break;
            case "twice": side.Send(Ok + Ok); Thread.Sleep(50); break;
            case "garbage": side.Send("\u0016\u0003\u0001garbage\r\n\r\n"); break;
            case "half a head": side.Send("HTTP/1.1 200 OK\r\nContent-"); break;
            case "half a body": side.Send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"); break;
            case "bad chunks": side.Send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloxx"); break;
            case "two lengths": side.Send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nok"); break;
            default: side.Send("HTTP/1.1 200 OK\r\n" + string.Concat(Enumerable.Range(0, 200).Select(i => $"a{i}: b\r\n")) + "\r\n"); break;
        }
    }
}
