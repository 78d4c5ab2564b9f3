using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.CommandLine;

public sealed class CommandLineTests
{
    [Fact]
    public void A_valid_file_is_checked_in_silence()
    {
        var (code, output) = RunningProgram.Run(Published.Haproxy, "-c", "-f", Published.Example("pair/haproxy.cfg"));
        Assert.Equal((0, ""), (code, output));
    }

    [Fact]
    public void Every_error_of_a_file_is_reported_with_its_line()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, "frontend in\n    bind 127.0.0.1:1\n    nonsense here\n    default_backend nowhere\nbackend out\n    server s1\n");
        var (code, output) = RunningProgram.Run(Published.Haproxy, "-c", "-f", file);
        File.Delete(file);
        Assert.Equal(1, code);
        Assert.Contains($"parsing [{file}:3]", output);
        Assert.Contains($"[{file}:6] : 'server' expects <name> and <addr>[:<port>] as arguments.", output);
        Assert.Contains("unknown keyword 'nonsense'", output);
    }

    [Theory]
    [InlineData("version_atleast(2.4)", 0)]
    [InlineData("version_before(2.4)", 1)]
    [InlineData("streq(a,a) && !streq(a,b)", 0)]
    [InlineData("nosuch(1)", 2)]
    [InlineData("(1", 2)]
    public void A_condition_is_answered_by_the_exit_code(string condition, int expected)
    {
        var (code, output) = RunningProgram.Run(Published.Haproxy, "-cc", condition);
        Assert.True(code == expected, $"{condition}: {code}, not {expected}: {output}");
    }

    [Fact]
    public void The_version_is_where_scripts_look_for_it()
    {
        var (code, output) = RunningProgram.Run(Published.Haproxy, "-vv");
        Assert.Equal(0, code);
        Assert.StartsWith("HAProxy version 3.5", output);
        Assert.Contains("\n  TARGET  = linux-glibc", output);
    }

    [Fact]
    public void Without_a_file_the_usage_is_shown()
    {
        var (code, output) = RunningProgram.Run(Published.Haproxy);
        Assert.Equal(1, code);
        Assert.Contains("Usage", output, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Keepalived_names_scripts_without_security_and_exits_with_6()
    {
        var (code, output) = RunningProgram.Run(Published.Keepalived, "-t", "-f", Published.Example("pair/keepalived-a.conf"));
        Assert.Contains("SECURITY VIOLATION - scripts are being executed but script_security not enabled.", output);
        Assert.True(code is 5 or 6, $"{code}: {output}");
    }

    [Fact]
    public void A_stop_signal_ends_the_proxy_at_once_with_success()
    {
        using var balancer = new Balancer("""
            listen web
                bind 127.0.0.1:{port}
            """);
        balancer.Program.Signal("INT");
        Assert.Equal(0, balancer.Program.WaitForExit(TimeSpan.FromSeconds(2)) is var code && code is 0 or 130 ? 0 : code);
    }

    [Fact]
    public void A_soft_stop_finishes_the_request_in_flight()
    {
        using var server = new ScriptedServer(side =>
        {
            side.ReadHead();
            Thread.Sleep(500);
            side.Send("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nlate");
        });
        using var balancer = new Balancer($$"""
            listen web
                bind 127.0.0.1:{port}
                server s1 127.0.0.1:{{server.Port}}
            """);
        using var client = balancer.Connect();
        client.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        balancer.Program.WaitUntil(() => !server.Heads.IsEmpty, "the request is at the server");
        balancer.Program.Signal("USR1");
        balancer.Program.WaitUntil(() => !Ports.Answers(balancer.Port), "the port is closed", 2_000);
        Assert.EndsWith("late", client.ReadResponse());
        Assert.Equal(0, balancer.Program.WaitForExit(TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public void A_busy_port_is_named()
    {
        using var other = ScriptedServer.Answering("x");
        var file = Path.GetTempFileName();
        File.WriteAllText(file, $"""
            listen web
                mode http
                timeout client 1s
                timeout connect 1s
                timeout server 1s
                bind 127.0.0.1:{other.Port}

            """);
        var (code, output) = RunningProgram.Run(Published.Haproxy, "-db", "-f", file);
        File.Delete(file);
        Assert.Equal(1, code);
        Assert.Contains($"127.0.0.1:{other.Port}", output);
    }
}
