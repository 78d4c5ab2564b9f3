using System.Diagnostics;
using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Life;

/// <summary>A reload changes the running worker: what the files say changes, what lives goes on.</summary>
public sealed class ReloadTests
{
    private const string Success = "Success=1\n--\n";

    private const string Ask = "GET / HTTP/1.1\r\nHost: t\r\n\r\n";

    [Fact]
    public void The_same_worker_serves_the_new_configuration_on_the_same_connection()
    {
        using var tree = new MasterTree("-W");
        var worker = tree.Workers();
        using var client = new RawClient(tree.Port);
        client.Send(Ask);
        Assert.EndsWith("one", client.ReadResponse(), StringComparison.Ordinal);
        tree.Configure("two");
        Assert.StartsWith(Success, tree.Command("reload"), StringComparison.Ordinal);
        client.Send(Ask);
        Assert.EndsWith("two", client.ReadResponse(), StringComparison.Ordinal);
        Assert.Equal(worker, tree.Workers());
        Assert.Contains("f,FRONTEND,,,1,1,", tree.Command("@1 show stat"), StringComparison.Ordinal);
    }

    [Fact]
    public void Counters_health_and_what_was_set_by_command_survive_what_the_file_does_not_contradict()
    {
        using var server = ScriptedServer.Answering("x");
        using var tree = new MasterTree("-W");
        string Site(int weight, string more = "") =>
            $"use_backend b if TRUE\nbackend b\n server s1 127.0.0.1:{server.Port} weight {weight} maxconn 5\n server s2 127.0.0.1:{server.Port}\n{more}";
        tree.Configure("", Site(10), answers: false);
        Assert.StartsWith(Success, tree.Command("reload"), StringComparison.Ordinal);
        for (var i = 0; i < 4; i++) Assert.StartsWith("HTTP/1.1 200", tree.Get(), StringComparison.Ordinal);
        foreach (var command in new[] { "set server b/s1 weight 20", "set server b/s2 state maint", "set maxconn server b/s1 3" })
            tree.Command("@1 " + command);
        tree.Configure("", Site(10, $" server s3 127.0.0.1:{server.Port}\n"), answers: false);
        Assert.StartsWith(Success, tree.Command("reload"), StringComparison.Ordinal);
        var rows = Stat(tree);
        Assert.Equal(("20", "3", "MAINT", "4"), (rows["b/s1"][18], rows["b/s1"][6], rows["b/s2"][17], rows["f/FRONTEND"][48]));
        Assert.True(rows.ContainsKey("b/s3"));
        tree.Configure("", Site(11), answers: false);
        Assert.StartsWith(Success, tree.Command("reload"), StringComparison.Ordinal);
        rows = Stat(tree);
        Assert.Equal("11", rows["b/s1"][18]);
        Assert.False(rows.ContainsKey("b/s3"));
    }

    [Fact]
    public void A_request_in_flight_ends_under_the_configuration_it_began_under_and_its_server_drains()
    {
        using var gate = new ManualResetEventSlim();
        using var server = new ScriptedServer(side =>
        {
            _ = side.ReadHead();
            gate.Wait(10_000);
            side.Send("HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nold");
        });
        using var tree = new MasterTree("-W");
        tree.Configure("", $"http-response set-header x-site old\n use_backend b if TRUE\nbackend b\n server s1 127.0.0.1:{server.Port}", answers: false);
        Assert.StartsWith(Success, tree.Command("reload"), StringComparison.Ordinal);
        using var client = new RawClient(tree.Port);
        client.Send(Ask);
        Assert.True(SpinWait.SpinUntil(() => !server.Heads.IsEmpty, 5_000));
        tree.Configure("new");
        Assert.StartsWith(Success, tree.Command("reload"), StringComparison.Ordinal);
        Assert.EndsWith("new", tree.Get(), StringComparison.Ordinal);
        gate.Set();
        var answer = client.ReadResponse();
        Assert.Contains("x-site: old\r\n", answer, StringComparison.OrdinalIgnoreCase);
        Assert.EndsWith("old", answer, StringComparison.Ordinal);
        client.Send(Ask);
        Assert.EndsWith("new", client.ReadResponse(), StringComparison.Ordinal);
    }

    [Fact]
    public void Ports_come_and_go_with_the_configuration()
    {
        using var tree = new MasterTree("-W");
        var port = Ports.Free();
        tree.Configure("one", $"frontend g\n bind 127.0.0.1:{port}\n http-request return status 204");
        Assert.StartsWith(Success, tree.Command("reload"), StringComparison.Ordinal);
        Assert.True(Ports.Answers(port));
        tree.Configure("one");
        Assert.StartsWith(Success, tree.Command("reload"), StringComparison.Ordinal);
        tree.Program.WaitUntil(() => !Ports.Answers(port), "the port is released");
    }

    [Fact]
    public void What_cannot_change_in_place_takes_a_new_worker_and_says_so()
    {
        using var tree = new MasterTree("-W", "nbthread 1");
        var before = tree.Workers();
        var file = tree.PathOf("haproxy.cfg");
        File.WriteAllText(file, File.ReadAllText(file).Replace("nbthread 1", "nbthread 2", StringComparison.Ordinal));
        var answer = tree.Command("reload");
        Assert.StartsWith(Success, answer, StringComparison.Ordinal);
        Assert.Contains("'nbthread' cannot change in a running worker", answer, StringComparison.Ordinal);
        tree.Program.WaitUntil(() => tree.Workers().Length == 1, "the old worker is gone");
        Assert.NotEqual(before, tree.Workers());
        Assert.EndsWith("one", tree.Get(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_port_that_is_taken_refuses_the_reload_and_changes_nothing()
    {
        using var other = ScriptedServer.Answering("other");
        using var tree = new MasterTree("-W");
        tree.Configure("two", $"frontend g\n bind 127.0.0.1:{other.Port}\n");
        var answer = tree.Command("reload");
        Assert.StartsWith("Success=0\n--\n", answer, StringComparison.Ordinal);
        Assert.Contains($"cannot bind socket (Address already in use) for [127.0.0.1:{other.Port}]", answer, StringComparison.Ordinal);
        Assert.EndsWith("one", tree.Get(), StringComparison.Ordinal);
    }

    /// <summary>The worker has no rights and no view of the files: everything it needs is read and opened above it.</summary>
    [Fact]
    public void A_worker_without_rights_takes_maps_certificates_error_files_and_low_ports_it_cannot_open()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "dropping rights needs root");
        static void MakeJail(string folder) => Directory.CreateDirectory(Path.Combine(folder, "jail"));
        using var tree = new MasterTree("-W", "chroot {dir}/jail\n    user nobody", prepare: MakeJail);
        var worker = tree.Workers();
        Assert.Equal(tree.PathOf("jail"), new FileInfo($"/proc/{worker[0]}/root").LinkTarget);
        var low = Enumerable.Range(700, 200).First(static port => !Ports.Answers(port));
        File.WriteAllText(tree.PathOf("a.map"), "/ mapped\n");
        File.WriteAllText(tree.PathOf("503.http"), "HTTP/1.0 503 x\r\ncontent-length: 4\r\n\r\nours");
        using var certificates = new Certificates();
        var pem = certificates.Create("site.example");
        var tls = Ports.Free();
        var first = $"frontend secure\n bind 127.0.0.1:{tls} ssl crt {pem}\n";
        tree.Configure("one", first);
        Assert.Contains("a library that was not needed before", tree.Command("reload"), StringComparison.Ordinal);
        tree.Program.WaitUntil(() => tree.Workers().Length == 1 && tree.Workers()[0] != worker[0], "a worker that has loaded it");
        worker = tree.Workers();
        tree.Configure($"%[path,map({tree.PathOf("a.map")})]", $"""
            frontend low
                bind 127.0.0.1:{low}
                bind 127.0.0.1:{tls} ssl crt {pem}
                errorfile 503 {tree.PathOf("503.http")}
                use_backend none
            backend none
            """, isFormat: true);
        Assert.StartsWith(Success, tree.Command("reload"), StringComparison.Ordinal);
        Assert.Equal(worker, tree.Workers());
        Assert.EndsWith("mapped", tree.Get(), StringComparison.Ordinal);
        using var client = new RawClient(low);
        client.Send("GET / HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n");
        Assert.EndsWith("ours", client.ReadToEnd(), StringComparison.Ordinal);
        using var secure = new TlsClient(tls, "site.example");
        Assert.Equal("CN=site.example", secure.Subject);
    }

    private static Dictionary<string, string[]> Stat(MasterTree tree) => tree.Command("@1 show stat").Split('\n')
        .Select(static row => row.Split(',')).Where(static row => row.Length > 50 && !row[0].StartsWith('#'))
        .ToDictionary(static row => row[0] + "/" + row[1]);
}
