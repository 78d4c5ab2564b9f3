using Evenkeel.Tests.EndToEnd.Harness;
using Evenkeel.Tests.EndToEnd.Life;

namespace Evenkeel.Tests.EndToEnd.Proxy;

/// <summary>
/// `namespace`: one program stands on the same address in its own network namespace and in two others. Whoever answers says where it was asked, and what a
/// PROXY header told it.
/// </summary>
public sealed class NamespaceTests : IDisposable
{
    private readonly string _blue = $"evkb{Environment.ProcessId}";
    private readonly string _red = $"evkr{Environment.ProcessId}";
    private readonly int _server = Ports.Free();

    public NamespaceTests()
    {
        foreach (var name in new[] { _blue, _red })
        {
            Assert.Equal((0, ""), RunningProgram.Run("ip", "netns", "add", name));
            Assert.Equal((0, ""), RunningProgram.Run("ip", "-n", name, "link", "set", "lo", "up"));
        }
    }

    public void Dispose()
    {
        foreach (var name in new[] { _blue, _red }) RunningProgram.Run("ip", "netns", "del", name);
    }

    /// <summary>Servers that say where they are, and backends that lead to them.</summary>
    private string Places(string plainPort, string introducedPort) => $$"""
        namespace_list
            namespace {{_red}}
        frontend here
            bind 127.0.0.1:{{_server}} accept-proxy
            http-request return status 200 content-type text/plain lf-string "here <%[fc_pp_tlv(NETNS)]>"
        frontend blue
            bind 127.0.0.1:{{_server}} accept-proxy namespace {{_blue}}
            http-request return status 200 content-type text/plain lf-string "blue <%[fc_pp_tlv(NETNS)]>"
        frontend red
            bind 127.0.0.1:{{_server}} accept-proxy namespace {{_red}}
            http-request return status 200 content-type text/plain lf-string "red <%[fc_pp_tlv(NETNS)]>"
        frontend site
            bind 127.0.0.1:{{plainPort}}
            bind 127.0.0.1:{{plainPort}} namespace {{_blue}}
            bind 127.0.0.1:{{introducedPort}} accept-proxy
            use_backend %[path,field(2,/)]
        backend plain
            server s 127.0.0.1:{{_server}} send-proxy-v2
        backend named
            server s 127.0.0.1:{{_server}} send-proxy-v2 namespace {{_blue}} check
        backend following
            http-reuse always
            server s 127.0.0.1:{{_server}} send-proxy-v2 namespace *
        backend from-blue
            http-request set-path /following
            server s 127.0.0.1:{{plainPort}} namespace {{_blue}}
        backend from-red
            http-request set-path /following
            server s 127.0.0.1:{{introducedPort}} send-proxy-v2 set-proxy-v2-tlv-fmt(0x30) %[str({{_red}})]
        backend from-nowhere
            http-request set-path /following
            server s 127.0.0.1:{{introducedPort}} send-proxy-v2 set-proxy-v2-tlv-fmt(0x30) %[str(nowhere)]
        """;

    [Fact]
    public void A_connection_is_made_in_the_namespace_of_the_server_or_of_the_client()
    {
        using var balancer = new Balancer(Places("{port}", Ports.Free().ToString()));
        Assert.Contains("here <>", balancer.Get("/plain"), StringComparison.Ordinal);
        Assert.Contains("blue <>", balancer.Get("/named"), StringComparison.Ordinal);
        Assert.Contains("here <>", balancer.Get("/following"), StringComparison.Ordinal);
        Assert.Contains($"blue <{_blue}>", balancer.Get("/from-blue"), StringComparison.Ordinal);
        Assert.Contains($"red <{_red}>", balancer.Get("/from-red"), StringComparison.Ordinal);
        Assert.Contains("here <>", balancer.Get("/from-nowhere"), StringComparison.Ordinal);
        Assert.Contains("\nnamed,s,", balancer.Command("show stat"), StringComparison.Ordinal);
        Assert.DoesNotContain(",DOWN,", balancer.Command("show stat"), StringComparison.Ordinal);
    }

    [Fact]
    public void Behind_a_chroot_and_without_root_servers_in_namespaces_are_reached_by_a_capability()
    {
        const string Rights = "user nobody\ngroup nogroup\nchroot {dir}\nsetcap cap_sys_admin";
        using var balancer = new Balancer("global\n" + Rights + "\n" + Places("{port}", Ports.Free().ToString()));
        Assert.Contains("blue <>", balancer.Get("/named"), StringComparison.Ordinal);
        Assert.Contains($"red <{_red}>", balancer.Get("/from-red"), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_the_capability_the_start_is_refused()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, $"global\n user nobody\ndefaults\n mode http\n timeout connect 1s\n timeout client 1s\n timeout server 1s\nlisten l\n"
            + $" bind 127.0.0.1:{_server}\n server s 127.0.0.1:1 namespace {_blue}\n");
        var (code, output) = RunningProgram.Run(Published.Haproxy, "-db", "-f", file);
        File.Delete(file);
        Assert.Equal(1, code);
        Assert.Contains("Some configuration options require full privileges, so global.uid cannot be changed", output, StringComparison.Ordinal);
        Assert.Contains("'namespace' on 'server l/s' takes cap_sys_admin", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reload_keeps_the_sockets_of_each_namespace_and_one_with_a_new_namespace_takes_a_new_worker()
    {
        using var tree = new MasterTree("-W");
        var port = Ports.Free().ToString();
        tree.Configure("one", $"listen b\n bind 127.0.0.1:{tree.Port} namespace {_blue}\n http-request return status 200 content-type text/plain string blue\n"
            + $"listen p\n bind 127.0.0.1:{port}\n server s 127.0.0.1:{tree.Port} namespace {_blue}");
        Assert.Contains("Success=1", tree.Command("reload"), StringComparison.Ordinal);
        var worker = tree.Workers()[0];
        var sockets = ListeningIn(_blue, tree.Port);
        Assert.NotEmpty(sockets);
        tree.Configure("two", $"listen b\n bind 127.0.0.1:{tree.Port} namespace {_blue}\n http-request return status 200 content-type text/plain string cyan\n"
            + $"listen p\n bind 127.0.0.1:{port}\n server s 127.0.0.1:{tree.Port} namespace {_blue}");
        Assert.Contains("Success=1", tree.Command("reload"), StringComparison.Ordinal);
        Assert.Contains("two", tree.Get(), StringComparison.Ordinal);
        Assert.Contains("cyan", Get(int.Parse(port)), StringComparison.Ordinal);
        Assert.Equal(sockets, ListeningIn(_blue, tree.Port));
        Assert.Equal(worker, tree.Workers()[0]);
        Assert.Contains("Success=1", tree.Command("hard-reload"), StringComparison.Ordinal);
        // The worker before it ends at once, and what it has just accepted with it.
        tree.Program.WaitUntil(() => !tree.Workers().Contains(worker), "the former worker has ended");
        Assert.Contains("cyan", Get(int.Parse(port)), StringComparison.Ordinal);
        Assert.Equal(sockets, ListeningIn(_blue, tree.Port));
    }

    private static string Get(int port)
    {
        using var client = new RawClient(port);
        client.Send("GET / HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n");
        return client.ReadToEnd();
    }

    /// <summary>The inodes of a namespace's sockets that listen on a port.</summary>
    private static string[] ListeningIn(string name, int port) =>
        [.. RunningProgram.Run("ip", "netns", "exec", name, "cat", "/proc/net/tcp").Output.Split('\n')
            .Select(static row => row.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(row => row.Length > 9 && row[1].EndsWith($":{port:X4}", StringComparison.Ordinal) && row[3] == "0A").Select(static row => row[9]).Order()];
}
