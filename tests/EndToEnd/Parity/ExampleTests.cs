using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Parity;

/// <summary>The files in examples/ give the same answers from Debian's haproxy and from ours, and the servers behind see the same requests.</summary>
public sealed partial class ExampleTests
{
    private const string Original = "/usr/sbin/haproxy";

    [Fact]
    public void Routing_cfg_answers_the_same_from_both()
    {
        string[] requests =
        [
            Request("GET", "/", "site.example.org"),
            Request("GET", "/api/users?page=2", "site.example.org"),
            Request("GET", "/v1/x", "static.example.org"),
            Request("GET", "/logo.png", "STATIC.example.org"),
            Request("GET", "/style.css", "site.example.org"),
            Request("TRACE", "/", "site.example.org"),
            Request("GET", "/admin", "site.example.org"),
            Request("GET", "/ping", "site.example.org"),
            Request("GET", "/documentation", "site.example.org"),
            Request("GET", "/a/b?c=d", "secure.example.org"),
            Request("HEAD", "/", "site.example.org"),
            Request("OPTIONS", "*", "site.example.org"),
            "POST /form HTTP/1.1\r\nHost: site.example.org\r\nContent-Length: 7\r\nConnection: close\r\n\r\na=b&c=d",
            "GET / HTTP/1.1\r\nHost: site.example.org\r\nX-Forwarded-For: 192.0.2.1\r\nX-Multi: a\r\nX-Multi: b\r\nConnection: close\r\n\r\n",
            "GET / HTTP/1.0\r\n\r\n",
            "GET / HTTP/1.1\r\nConnection: close\r\n\r\n",
            "BAD\r\n\r\n",
            "GET / HTTP/9.1\r\nHost: a\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
        ];
        var original = Answers(Original, requests);
        var ours = Answers(Published.Haproxy, requests);
        for (int i = 0; i < requests.Length; i++)
            Assert.True(original[i] == ours[i], $"request:\n{requests[i]}\noriginal:\n{original[i]}\nours:\n{ours[i]}");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Tcp_cfg_relays_the_same_from_both(bool mainAlive)
    {
        Assert.Equal(Relayed(Original, mainAlive), Relayed(Published.Haproxy, mainAlive));
    }

    private static string Request(string method, string target, string host) =>
        $"{method} {target} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: test\r\nConnection: close\r\n\r\n";

    private static List<string> Answers(string program, string[] requests)
    {
        using var web = new EchoOfHeads(9001, "web");
        using var api = new EchoOfHeads(9002, "api");
        using var files = new EchoOfHeads(9003, "static");
        using var running = new RunningProgram(program, "-db", "-f", Published.Example("routing.cfg"));
        running.WaitUntil(() => Ports.Answers(8081), "the frontend answers");
        return [.. requests.Select(request =>
        {
            using var client = new RawClient(8081);
            client.Send(request);
            return Comparable(client.ReadToEnd());
        })];
    }

    /// <summary>What may differ between two versions of the original itself: the built-in pages' headers. The rest must be the same to the byte.</summary>
    private static string Comparable(string answer) => BuiltInPage().Replace(answer, "$1<built-in page>");

    private static string Relayed(string program, bool mainAlive)
    {
        using var main = mainAlive ? new EchoOfHeads(9004, "main") : null;
        using var spare = new EchoOfHeads(9005, "spare");
        using var running = new RunningProgram(program, "-db", "-f", Published.Example("tcp.cfg"));
        running.WaitUntil(() => Ports.Answers(8082), "the frontend answers");
        using var client = new RawClient(8082);
        client.Send("GET /raw HTTP/1.1\r\nWhat: ever\r\nConnection: close\r\n\r\n");
        return client.ReadToEnd();
    }

    [GeneratedRegex(@"^(HTTP/1\.[01] \d{3} [^\r]*\r\n)[\s\S]*<html><body><h1>[\s\S]*$")]
    private static partial Regex BuiltInPage();

    /// <summary>Answers with its name and the request head it saw, so that a difference in what reaches the server is a difference in the answer.</summary>
    private sealed class EchoOfHeads : IDisposable
    {
        private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

        public EchoOfHeads(int port, string name)
        {
            _listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            _listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
            _listener.Listen(64);
            new Thread(() => Accept(name)) { IsBackground = true }.Start();
        }

        public void Dispose() => _listener.Dispose();

        private void Accept(string name)
        {
            try
            {
                while (true) Serve(_listener.Accept(), name);
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException)
            {
                // The listener was closed: this round is over.
            }
        }

        private static void Serve(Socket socket, string name)
        {
            using var side = new ServerSide(socket, new());
            if (side.ReadHead() is not { } head) return;
            var body = head.StartsWith("HEAD", StringComparison.Ordinal) ? "" : name + "\n" + head;
            side.Send($"HTTP/1.1 200 OK\r\ncontent-length: {name.Length + 1 + head.Length}\r\nconnection: close\r\n\r\n{body}");
        }
    }
}
