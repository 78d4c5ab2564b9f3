using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Proxy;

/// <summary>Servers whose addresses come from a nameserver, and rules that ask one.</summary>
public sealed class ResolverTests
{
    [Theory]
    [InlineData("")]
    [InlineData("tcp@")]
    public void A_server_follows_its_name(string transport)
    {
        using var app = ScriptedServer.Answering("ok");
        using var names = new ScriptedNameserver { ["app.test"] = "127.0.0.1" };
        using var balancer = Start(names, transport, $"server a app.test:{app.Port} resolvers dns init-addr none");
        Assert.True(Eventually(() => balancer.Get("/").EndsWith("ok")), "the name resolves");
        names["app.test"] = "127.0.0.77";
        Assert.True(Eventually(() => balancer.Get("/").Contains("503")), "nobody listens at its new address");
        names.Remove("app.test");
        Assert.True(Eventually(() => balancer.Program.Output.Contains("web/a is going DOWN for maintenance (DNS NX status).")), "it is known to be gone");
        names["app.test"] = "127.0.0.1";
        Assert.True(Eventually(() => balancer.Get("/").EndsWith("ok")), "it comes back");
        Assert.Contains("web/a: IP changed from '127.0.0.1' to '127.0.0.77' by 'dns/n'.", balancer.Program.Output);
        Assert.Contains("Server web/a ('app.test') is UP/READY (resolves again).", balancer.Program.Output);
    }

    [Fact]
    public void Services_fill_a_template_and_leave_it()
    {
        using var one = ScriptedServer.Answering("one");
        using var two = ScriptedServer.Answering("two");
        using var names = new ScriptedNameserver { ["one.test"] = "127.0.0.1", ["two.test"] = "127.0.0.1" };
        names.Services = [(one.Port, "one.test"), (two.Port, "two.test")];
        using var balancer = Start(names, "", "balance roundrobin\n    server-template s 3 _app._tcp.test resolvers dns init-addr none");
        Assert.True(Eventually(() => Answers(balancer) == "one two"), Answers(balancer));
        Assert.Contains("MAINT (resolution)", balancer.Command("show stat web 4 -1"));
        Assert.Matches(@"^# id,pid,sent,[a-z_,]+,outdated,\nn,dns,[1-9]\d*,0,[1-9]\d*,", balancer.Command("show stat domain resolvers"));
        Assert.Matches(@"(?m)^N\.0\.id:CGPV:str:n\nN\.1\.pid:CGPV:str:dns\nN\.2\.sent:MGPV:u64:[1-9]", balancer.Command("show stat domain resolvers typed"));
        Assert.Equal("n", System.Text.Json.JsonDocument.Parse(balancer.Command("show stat domain resolvers json")).RootElement[0][0]
            .GetProperty("value").GetProperty("value").GetString());
        names.Services = [(two.Port, "two.test")];
        Assert.True(Eventually(() => Answers(balancer) == "two"), Answers(balancer));
        Assert.Contains("(entry removed from SRV record)", balancer.Program.Output);
    }

    [Fact]
    public void A_rule_resolves_what_the_request_names()
    {
        using var app = ScriptedServer.Answering("ok");
        using var names = new ScriptedNameserver { ["here.test"] = "127.0.0.1", ["away.test"] = "127.0.0.77" };
        using var balancer = Start(names, "", $$"""
            http-request do-resolve(txn.ip,dns,ipv4) req.hdr(host),host_only
                http-request deny deny_status 404 unless { var(txn.ip) -m found }
                http-request set-dst var(txn.ip)
                server any 0.0.0.0:{{app.Port}}
            """);
        Assert.EndsWith("ok", Ask(balancer, "HERE.test"));
        Assert.EndsWith("ok", Ask(balancer, "here.test:8080"));
        Assert.Contains(" 503 ", Ask(balancer, "away.test"));
        Assert.Contains(" 404 ", Ask(balancer, "nowhere.test"));
        Assert.Contains(" 404 ", Ask(balancer, "a..b"));
        Assert.Equal(1, names.Questions.Count(question => question == "here.test"));
    }

    [Fact]
    public void A_command_gives_a_server_another_name_to_follow()
    {
        using var app = ScriptedServer.Answering("ok");
        using var names = new ScriptedNameserver { ["old.test"] = "127.0.0.77", ["new.test"] = "127.0.0.1" };
        using var balancer = Start(names, "", $"server a old.test:{app.Port} resolvers dns init-addr none\n    server b 127.0.0.1:1 disabled");
        Assert.True(Eventually(() => balancer.Program.Output.Contains("to '127.0.0.77' by 'dns/n'")), "the old name resolves");
        Assert.Contains("no resolution is configured", balancer.Command("set server web/b fqdn new.test"));
        Assert.Contains("could not update web/a FQDN", balancer.Command("set server web/a fqdn bad..name"));
        Assert.Contains("web/a changed its FQDN from old.test to new.test by", balancer.Command("set server web/a fqdn new.test"));
        Assert.Contains(" new.test ", balancer.Command("show servers state web"));
        Assert.True(Eventually(() => balancer.Get("/").EndsWith("ok")), "it is where the new name says");
    }

    [Fact]
    public void A_family_that_is_not_accepted_is_never_asked_for()
    {
        using var names = new ScriptedNameserver { ["app.test"] = "127.0.0.1" };
        using var balancer = Start(names, "", "http-request do-resolve(txn.ip,dns,ipv4) str(app.test)\n    "
            + "http-request return status 200 content-type text/plain lf-string \"[%[var(txn.ip)]]\"", "dns-accept-family ipv6");
        Assert.EndsWith("[]", balancer.Get("/"));
        Assert.Empty(names.Questions);
        using var other = Start(names, "", "http-request do-resolve(txn.ip,dns,ipv6) str(app.test)\n    "
            + "http-request return status 200 content-type text/plain lf-string \"[%[var(txn.ip)]]\"", "dns-accept-family ipv4");
        Assert.EndsWith("[127.0.0.1]", other.Get("/"));
    }

    private static string Ask(Balancer balancer, string host) => balancer.Ask($"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");

    private static string Answers(Balancer balancer) =>
        string.Join(' ', Enumerable.Range(0, 4).Select(_ => balancer.Get("/").Split("\r\n\r\n")[^1]).Distinct().Order());

    private static Balancer Start(ScriptedNameserver names, string transport, string lines, string global = "") => new($$"""
        global
            nbthread 1
            {{global}}
            stats socket {dir}/stats.sock level admin
        resolvers dns
            nameserver n {{transport}}127.0.0.1:{{names.Port}}
            resolve_retries 1
            timeout resolve 100ms
            timeout retry 300ms
            hold nx 200ms
        defaults
            mode http
            retries 0
            timeout connect 2s
            timeout client 5s
            timeout server 5s
        listen web
            bind 127.0.0.1:{port}
            http-reuse never
            {{lines}}
        """);

    private static bool Eventually(Func<bool> happens)
    {
        for (var i = 0; i < 100; i++)
        {
            if (happens()) return true;
            Thread.Sleep(50);
        }

        return false;
    }
}

/// <summary>A nameserver on loopback, for UDP and TCP, that knows what the test tells it: IPv4 addresses of hosts, and the hosts of any service.</summary>
internal sealed class ScriptedNameserver : IDisposable
{
    private readonly ConcurrentDictionary<string, string> _hosts = new();
    private readonly Socket _datagrams = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public ScriptedNameserver()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _datagrams.Bind(_listener.LocalEndPoint!);
        _listener.Listen();
        new Thread(() => UntilClosed(AnswerDatagram)) { IsBackground = true }.Start();
        new Thread(() => UntilClosed(ServeConnection)) { IsBackground = true }.Start();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public (int Port, string Host)[] Services { get; set; } = [];

    public ConcurrentQueue<string> Questions { get; } = new();

    public string this[string host]
    {
        set => _hosts[host] = value;
    }

    public void Remove(string host) => _hosts.TryRemove(host, out _);

    public void Dispose()
    {
        _datagrams.Dispose();
        _listener.Dispose();
    }

    private static void UntilClosed(Action action)
    {
        try
        {
            while (true) action();
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private void AnswerDatagram()
    {
        var buffer = new byte[1_024];
        EndPoint peer = new IPEndPoint(IPAddress.Any, 0);
        var count = _datagrams.ReceiveFrom(buffer, ref peer);
        _datagrams.SendTo(Answer(buffer[..count]), peer);
    }

    private void ServeConnection()
    {
        var client = _listener.Accept();
        new Thread(() => UntilClosed(() =>
        {
            var question = Receive(client, Receive(client, 2) is [var high, var low] ? high << 8 | low : 0);
            var answer = Answer(question);
            client.Send([(byte)(answer.Length >> 8), (byte)answer.Length, .. answer]);
        })) { IsBackground = true }.Start();
    }

    private static byte[] Receive(Socket socket, int count)
    {
        var bytes = new byte[count];
        for (var filled = 0; filled < count;)
        {
            var read = socket.Receive(bytes.AsSpan(filled));
            if (read == 0) throw new SocketException((int)SocketError.ConnectionReset);
            filled += read;
        }

        return bytes;
    }

    private byte[] Answer(byte[] question)
    {
        var labels = new List<string>();
        var at = 12;
        for (; question[at] != 0; at += question[at] + 1) labels.Add(System.Text.Encoding.ASCII.GetString(question, at + 1, question[at]));
        var (name, type) = (string.Join('.', labels), question[at + 2]);
        if (type == 1) Questions.Enqueue(name);
        var records = new List<byte[]>();
        if (type == 1 && _hosts.TryGetValue(name, out var address)) records.Add(IPAddress.Parse(address).GetAddressBytes());
        if (type == 33)
            foreach (var (port, host) in Services)
                records.Add([0, 0, 1, 0, (byte)(port >> 8), (byte)port, .. host.Split('.').SelectMany(l => l.Select(c => (byte)c).Prepend((byte)l.Length)), 0]);
        var code = records.Count == 0 && !_hosts.ContainsKey(name) ? 3 : 0;
        return
        [
            question[0], question[1], 0x81, (byte)(0x80 | code), 0, 1, 0, (byte)records.Count, 0, 0, 0, 0, .. question[12..(at + 5)],
            .. records.SelectMany(data => (byte[])[0xC0, 12, 0, type, 0, 1, 0, 0, 0, 5, 0, (byte)data.Length, .. data]),
        ];
    }
}
