using System.Collections.Immutable;
using System.Net;
using Evenkeel.Model;
using Evenkeel.Model.Process;
using Evenkeel.Model.Proxy;
using Evenkeel.Model.Rules;
using Evenkeel.Proxy.Loop;
using Evenkeel.Proxy.Rules;
using Evenkeel.Proxy.Servers;
using Evenkeel.Proxy.Servers.Health;
using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Probes;

/// <summary>
/// Probes on a real loop against real sockets of this machine. What is expected was written by HAProxy 3.5-dev5 in the same situation.
/// </summary>
public sealed class ProbeTests : IServerEvents
{
    private static readonly SourcePosition Nowhere = SourcePosition.None;
    private CheckOutcome? _outcome;

    void IServerEvents.HealthMoved(Server server, HealthState health, CheckOutcome outcome) => _outcome ??= outcome;

    void IServerEvents.ServerChanged(ServerChange change)
    {
    }

    void IServerEvents.AddressChanged(Server server, System.Net.IPAddress? before, System.Net.IPAddress after, string source)
    {
    }

    void IServerEvents.BackendWentDown(Backend backend)
    {
    }

    private string Probe(HealthCheckModel? check, int port, Func<ServerModel, ServerModel>? change = null)
    {
        var server = new ServerModel
        {
            Name = "s", Id = 1, Position = Nowhere, Check = true, Rise = 1, Fall = 1, IntervalMs = 400,
            Address = new(SocketFamily.IPv4, IPAddress.Loopback, port),
        };
        server = change?.Invoke(server) ?? server;
        var backend = new BackendModel { Name = "be", Id = 2, Position = Nowhere, Check = check, Servers = [server] };
        var proxies = new ProxySet(new ConfigurationModel { Global = new GlobalModel(), Frontends = [], Backends = [backend] }, 1, 100);
        proxies.Backends[0].Events = this;
        using var loop = EventLoop.Create(out _)!;
        var checks = new HealthChecks(proxies, [new Worker(0, loop, 16384, 1024, 1)], RuleBinder.BindAll(proxies, 1), "vm");
        checks.Start();
        for (var turn = 0; turn < 500 && !checks.FirstRoundDone; turn++) loop.Turn(50);
        Assert.True(checks.FirstRoundDone, "the probe did not end");
        checks.Stop();
        var outcome = _outcome ?? proxies.Backends[0].Servers[0].Health.Last;
        return $"{CheckStatusText.Code(outcome.Status)} {outcome.Code} {outcome.Info}";
    }

    private static HealthCheckModel Http(params CheckStepModel[] steps) =>
        new() { Kind = CheckKind.Http, Steps = Numbered([new CheckSendHttpModel(Nowhere) { Method = "GET", Uri = "/" }, .. steps]) };

    private static HealthCheckModel Script(params CheckStepModel[] steps) => new() { Kind = CheckKind.TcpScript, Steps = Numbered(steps) };

    private static ImmutableArray<CheckStepModel> Numbered(CheckStepModel[] steps) => [.. steps.Select((step, index) => step with { Number = index + 1 })];

    private static LogFormatModel Text(string text) => new([new LogFormatPart(LogFormatPartKind.Literal, text)], text, Nowhere) { Use = LogFormatUse.Plain };

    private static CheckExpectModel Expect(CheckExpectKind kind, string pattern, bool negated = false) => new(Nowhere, kind, pattern, negated);

    private static CheckConnectModel Connect(int? port = null) => new(Nowhere) { Port = port };

    private static ScriptedServer Web(string status = "200 Fine", string body = "hello body") => new(side =>
    {
        side.ReadHead();
        side.Send($"HTTP/1.0 {status}\r\nContent-Length: {body.Length}\r\n\r\n{body}");
    });

    private static ScriptedServer Banner(string text) => new(side =>
    {
        side.Send(text);
        side.ReadHead();
    });

    [Fact]
    public void A_port_that_accepts_passes_layer_4()
    {
        using var server = Web();
        Assert.Equal("L4OK 0 ", Probe(null, server.Port));
    }

    [Fact]
    public void A_closed_port_fails_layer_4()
    {
        Assert.Equal("L4CON 0 ECONNREFUSED returned by OS (Connection refused)", Probe(null, Ports.Free()));
        Assert.Equal("L4CON 0 ECONNREFUSED returned by OS (Connection refused)", Probe(Http(), Ports.Free()));
    }

    [Fact]
    public void An_unreachable_address_fails_layer_4() => Assert.Equal("L4CON 0 General socket error (Network is unreachable)",
        Probe(null, 1, server => server with { CheckAddress = new(SocketFamily.IPv4, IPAddress.Broadcast, 0) }));

    [Theory]
    [InlineData("200 Fine", "L7OK 200 ")]
    [InlineData("301 Gone", "L7OK 301 ")]
    [InlineData("500 Sorry", "L7STS 500 Sorry")]
    [InlineData("404 Nope", "L7STS 404 Nope")]
    public void Without_expectations_2xx_and_3xx_are_good(string status, string expected)
    {
        using var server = Web(status);
        Assert.Equal(expected, Probe(Http(), server.Port));
    }

    [Fact]
    public void A_404_is_conditionally_good_with_disable_on_404()
    {
        using var server = Web("404 Nope");
        Assert.Equal("L7OKC 404 ", Probe(Http() with { DisableOn404 = true }, server.Port));
    }

    [Theory]
    [InlineData(CheckExpectKind.Status, "200-299,404", false, "L7OK 200 ")]
    [InlineData(CheckExpectKind.Status, "404", false, "L7STS 200 Fine")]
    [InlineData(CheckExpectKind.Status, "200", true, "L7STS 200 Fine")]
    [InlineData(CheckExpectKind.StatusRegex, "^2", false, "L7OK 200 ")]
    [InlineData(CheckExpectKind.StatusRegex, "^5", false, "L7STS 200 Fine")]
    [InlineData(CheckExpectKind.String, "hello", false, "L7OK 200 ")]
    [InlineData(CheckExpectKind.String, "nothere", false, "L7RSP 0 HTTP content check did not match")]
    [InlineData(CheckExpectKind.String, "hello", true, "L7RSP 0 HTTP check matched unwanted content")]
    [InlineData(CheckExpectKind.String, "nothere", true, "L7OK 200 ")]
    [InlineData(CheckExpectKind.StringRegex, "h.*y", false, "L7OK 200 ")]
    [InlineData(CheckExpectKind.StringRegex, "zzz", false, "L7RSP 0 HTTP content check did not match")]
    public void Http_expectations(CheckExpectKind kind, string pattern, bool negated, string expected)
    {
        using var server = Web();
        Assert.Equal(expected, Probe(Http(Expect(kind, pattern, negated)), server.Port));
    }

    [Fact]
    public void Comments_and_texts_of_the_operator_replace_or_follow_the_detail()
    {
        using var server = Web();
        Assert.Equal("L7STS 200 Fine comment: foo", Probe(Http(Expect(CheckExpectKind.Status, "404") with { Comment = "foo" }), server.Port));
        _outcome = null;
        Assert.Equal("L7RSP 0 bad", Probe(Http(Expect(CheckExpectKind.Status, "404") with { ErrorStatus = "L7RSP", OnError = Text("bad") }), server.Port));
        _outcome = null;
        Assert.Equal("L6OK 0 yay", Probe(Http(Expect(CheckExpectKind.String, "hello") with { OkStatus = "L6OK", OnSuccess = Text("yay") }), server.Port));
    }

    [Fact]
    public void Chunked_bodies_are_put_together()
    {
        using var server = new ScriptedServer(side =>
        {
            side.ReadHead();
            side.Send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n");
            Thread.Sleep(20);
            side.Send("2\r\nlo\r\n0\r\n\r\n");
        });
        Assert.Equal("L7OK 200 ", Probe(Http(Expect(CheckExpectKind.String, "hello")), server.Port));
    }

    [Fact]
    public void What_is_no_http_is_a_socket_error()
    {
        using var server = Banner("hello world\r\n\r\n");
        Assert.Equal("SOCKERR 0 ", Probe(Http(), server.Port));
    }

    [Fact]
    public void A_server_that_says_nothing_times_out_in_layer_7()
    {
        using var server = new ScriptedServer(_ => Thread.Sleep(2_000));
        Assert.Equal("L7TOUT 0 ", Probe(Http(), server.Port));
        _outcome = null;
        Assert.Equal("L7TOUT 0  at step 2 of tcp-check (expect string 'x')", Probe(Script(Connect(), Expect(CheckExpectKind.String, "x")), server.Port));
    }

    [Theory]
    [InlineData(CheckExpectKind.String, "+OK", false, "L7OK 0 (tcp-check)")]
    [InlineData(CheckExpectKind.String, "NO", false, "L7TOUT 0  at step 1 of tcp-check (expect string 'NO')")]
    [InlineData(CheckExpectKind.StringRegex, "^.OK", false, "L7OK 0 (tcp-check)")]
    [InlineData(CheckExpectKind.StringRegex, "^NO", false, "L7TOUT 0  at step 1 of tcp-check (expect regex)")]
    [InlineData(CheckExpectKind.String, "OK", true, "L7RSP 0 TCPCHK matched unwanted content 'OK' at step 1")]
    [InlineData(CheckExpectKind.StringRegex, "OK", true, "L7RSP 0 TCPCHK matched unwanted content (regex) at step 1")]
    [InlineData(CheckExpectKind.Bytes, "2b4f4b", false, "L7OK 0 (tcp-check)")]
    [InlineData(CheckExpectKind.Bytes, "2b4f4c", false, "L7TOUT 0  at step 1 of tcp-check (expect binary '2B4F4C')")]
    [InlineData(CheckExpectKind.BytesRegex, "^2B4F", false, "L7OK 0 (tcp-check)")]
    public void Tcp_expectations(CheckExpectKind kind, string pattern, bool negated, string expected)
    {
        using var server = Banner("+OK ready\r\n");
        Assert.Equal(expected, Probe(Script(Expect(kind, pattern, negated)), server.Port));
    }

    [Fact]
    public void Bytes_that_must_not_come_are_waited_for_unless_enough_came_to_tell()
    {
        using var server = Banner("valid");
        var never = Expect(CheckExpectKind.String, "error", negated: true);
        Assert.StartsWith("L7TOUT 0  at step 1 of tcp-check", Probe(Script(never), server.Port));
        _outcome = null;
        Assert.Equal("L7OK 0 (tcp-check)", Probe(Script(never with { MinimumBytes = 5 }), server.Port));
    }

    [Fact]
    public void A_connection_that_ends_without_the_expected_bytes_is_an_invalid_response()
    {
        using var server = new ScriptedServer(side => side.Send("+OK ready\r\n"));
        Assert.Equal("L7RSP 0 TCPCHK did not match content 'NO' at step 1", Probe(Script(Expect(CheckExpectKind.String, "NO")), server.Port));
        using var mute = new ScriptedServer(_ => { });
        _outcome = null;
        Assert.Equal("L7RSP 0 TCPCHK got an empty response at step 1 comment: c",
            Probe(Script(Expect(CheckExpectKind.String, "NO") with { Comment = "c" }), mute.Port));
    }

    [Fact]
    public void Scripts_talk_in_turns_and_may_connect_again()
    {
        using var server = new ScriptedServer(side =>
        {
            side.Send("ready\r\n\r\n");
            if (side.ReadHead() == "PING\r\n\r\n") side.Send("PONG");
            side.ReadHead();
        });
        CheckStepModel ping = new CheckSendBytesModel(Nowhere, [.. "PING\r\n\r\n"u8]);
        Assert.Equal("L7OK 0 (tcp-check)", Probe(Script(Connect(), Expect(CheckExpectKind.String, "ready"), ping, Expect(CheckExpectKind.String, "PONG"),
            Connect(), Expect(CheckExpectKind.String, "ready")), server.Port));
        var closed = Ports.Free();
        _outcome = null;
        Assert.Equal($"L4CON 0 ECONNREFUSED returned by OS (Connection refused) at step 2 of tcp-check (connect port {closed})",
            Probe(Script(Expect(CheckExpectKind.String, "ready"), Connect(closed)), server.Port));
    }

    [Fact]
    public void Requests_look_like_the_originals()
    {
        using var server = Web();
        var send = new CheckSendHttpModel(Nowhere)
        {
            Method = "PUT", Uri = "/u", Version = "HTTP/1.1", Headers = [("x-q", Text("1")), ("host", Text("h"))], Body = "abc",
        };
        Probe(new HealthCheckModel { Kind = CheckKind.Http, Steps = [send], SendState = true }, server.Port);
        Assert.True(server.Heads.TryPeek(out var head));
        Assert.Matches("^PUT /u HTTP/1\\.1\r\nx-q: 1\r\nhost: h\r\ncontent-length: 3\r\n" +
            $"x-haproxy-server-state: UP; address=127\\.0\\.0\\.1; port={server.Port}; name=be/s; node=vm; weight=1/1; scur=0/0; qcur=0\r\n" +
            "connection: close\r\n\r\n$", head);
    }

    [Theory]
    [InlineData(TextMatch.Equal, "X-Test1", null, "L7OK 200 ")]
    [InlineData(TextMatch.Prefix, "X-Te", "next", "L7OK 200 ")]
    [InlineData(TextMatch.Suffix, "st1", "true", "L7OK 200 ")]
    [InlineData(TextMatch.Contains, "-T", "else", "L7STS 200 OK")]
    [InlineData(TextMatch.Equal, "x-test2", null, "L7STS 200 OK")]
    public void Headers_are_looked_for_by_name_and_by_the_parts_of_their_value(TextMatch match, string name, string? value, string expected)
    {
        using var server = new ScriptedServer(side =>
        {
            side.ReadHead();
            side.Send("HTTP/1.0 200 OK\r\nX-Test1: true, next\r\n\r\n");
        });
        var expect = Expect(CheckExpectKind.Header, "") with
        {
            HeaderName = new CheckTextModel(match, name, null),
            HeaderValue = value is null ? null : new CheckTextModel(TextMatch.Equal, value, null),
        };
        Assert.Equal(expected, Probe(Http(expect), server.Port));
    }

    [Fact]
    public void Probes_go_through_a_socks4_proxy_when_they_are_told_to()
    {
        byte[] request = [];
        using var proxy = new ScriptedServer(side =>
        {
            request = side.ReadBytes(16);
            side.Send([0, 90, 0, 0, 0, 0, 0, 0]);
            side.ReadHead();
            side.Send("HTTP/1.0 204 None\r\n\r\n");
        });
        var target = new SocketAddressModel(SocketFamily.IPv4, IPAddress.Parse("192.0.2.1"), 81);
        Assert.Equal("L7OK 204 ", Probe(Http(), 1, server => server with
        {
            Address = target, ChecksViaSocks4 = true, Socks4 = new(SocketFamily.IPv4, IPAddress.Loopback, proxy.Port),
        }));
        Assert.Equal([4, 1, 0, 81, 192, 0, 2, 1, .. "HAProxy\0"u8], request);
    }

    [Fact]
    public void An_agents_line_takes_its_server_down_and_sets_its_weight()
    {
        using var agent = new ScriptedServer(side => side.Send("30% down #tired\n"));
        using var loop = EventLoop.Create(out _)!;
        var server = new ServerModel
        {
            Name = "s", Id = 1, Position = Nowhere, Weight = 100, Address = new(SocketFamily.IPv4, IPAddress.Loopback, 1),
            Agent = new AgentModel { IsOn = true, Port = agent.Port, IntervalMs = 2_000 },
        };
        var backend = new BackendModel { Name = "be", Id = 2, Position = Nowhere, Servers = [server] };
        var proxies = new ProxySet(new ConfigurationModel { Global = new GlobalModel(), Frontends = [], Backends = [backend] }, 1, 100);
        var checks = new HealthChecks(proxies, [new Worker(0, loop, 16384, 1024, 1)], RuleBinder.BindAll(proxies, 1), "vm");
        checks.Start();
        var living = proxies.Backends[0].Servers[0];
        for (var turn = 0; turn < 200 && living.Operating != OperatingState.Stopped; turn++) loop.Turn(50);
        Assert.Equal((OperatingState.Stopped, 30, "via agent : down (tired)"), (living.Operating, living.UserWeight, living.Agent.Last.Info));
    }

    [Theory]
    [InlineData("/bin/true", "PROCOK 0 ")]
    [InlineData("/bin/false", "PROCERR 1 ")]
    public void A_program_answers_by_how_it_ends(string command, string expected) =>
        Assert.Equal(expected, Probe(new HealthCheckModel { Kind = CheckKind.External, Command = command, CommandPath = "/bin" }, 1,
            server => server with { IntervalMs = 2_000 }));
}
