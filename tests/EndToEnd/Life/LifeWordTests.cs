using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Life;

/// <summary>The words by which operators rule a proxy's life (management.txt 3 and 4, configuration.txt 3.1), each by what it does.</summary>
public sealed class LifeWordTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private readonly TroubledMachine _machine = new();
    private readonly int _port = Ports.Free();

    [Fact]
    public void Sf_lets_the_old_process_finish_and_st_does_not()
    {
        using var server = new ScriptedServer(static side =>
        {
            side.ReadHead();
            side.ReadHead();
        });
        foreach (var (option, status) in new[] { ("-sf", 0), ("-st", 143) })
        {
            using var old = Start("old", "", $"acl slow path /slow\n use_backend b if slow\nbackend b\n server s 127.0.0.1:{server.Port}");
            using var client = new RawClient(_port);
            client.Send("GET /slow HTTP/1.1\r\nHost: t\r\n\r\n");
            old.WaitUntil(() => !server.Heads.IsEmpty, "the request is at the server");
            using var next = Start("new", "", "", $"{option} {old.Id}");
            next.WaitUntil(() => Get() == "new", "the new one serves alone");
            if (status == 0) Assert.False(old.HasExited, "it has a request to finish");
            client.Dispose();
            Assert.Equal(status, old.WaitForExit(Limit));
            next.Signal("TERM");
            next.WaitForExit(Limit);
            server.Heads.Clear();
        }
    }

    /// <summary>Ours takes the sockets of ours, of Debian's HAProxy, and gives its own to that.</summary>
    [Theory]
    [InlineData(null, null)]
    [InlineData("/usr/sbin/haproxy", null)]
    [InlineData(null, "/usr/sbin/haproxy")]
    public void A_socket_goes_from_process_to_process_without_being_closed(string? first, string? second)
    {
        const string Sockets = "stats socket {dir}/stats level admin expose-fd listeners";
        Assert.SkipUnless((first ?? second) is not { } other || File.Exists(other), "Debian's haproxy is not installed");
        var name = $"evenkeel-{Environment.ProcessId}-{_port}";
        using var old = Start("old", Sockets, $"bind abns@{name}", "", first);
        var sockets = Listening(old.Id);
        Assert.Equal(2, sockets.Length);
        using var next = Start("new", Sockets, $"bind abns@{name}", $"-x {_machine.PathOf("stats")} -sf {old.Id}", second);
        Assert.Equal(0, old.WaitForExit(Limit));
        Assert.Equal("new", Get());
        // The same sockets of the kernel, by their numbers: whoever waited in them was not lost.
        Assert.Equal(sockets, Listening(next.Id));
    }

    /// <summary>The original's master goes there once more at a reload, and does not get there.</summary>
    [Fact]
    public void A_relative_directory_of_C_is_that_of_the_start_for_every_process()
    {
        _machine.Write("h.cfg", $"defaults\n mode http\n timeout client 5s\nfrontend f\n bind 127.0.0.1:{_port}\n errorfile 503 503.http\n");
        _machine.Write("503.http", "HTTP/1.1 503 none\r\n\r\n");
        using var master = _machine.Start($"env -C {{dir}}/.. {Published.Haproxy} -W -S {{dir}}/m -C {Path.GetFileName(_machine.Folder)} -f h.cfg");
        master.WaitUntil(() => Ports.Answers(_port), "it serves");
        Assert.StartsWith("Success=1", MasterTree.Command(_machine.PathOf("m"), "reload"), StringComparison.Ordinal);
        Assert.StartsWith("Success=1", MasterTree.Command(_machine.PathOf("m"), "hard-reload"), StringComparison.Ordinal);
    }

    [Fact]
    public void Getsocks_needs_expose_fd_listeners()
    {
        using var process = Start("up", "stats socket {dir}/stats level admin", "");
        Assert.Equal("", MasterTree.Command(_machine.PathOf("stats"), "_getsocks").Trim());
        const string Said = "Failed to get the sockets from the old process!";
        Configure("new", "", "");
        var (status, output) = RunningProgram.Run(Published.Haproxy, "-db", "-f", _machine.PathOf("h.cfg"), "-x", _machine.PathOf("stats"));
        Assert.Equal(1, status);
        Assert.Contains(Said, output, StringComparison.Ordinal);
        // A worker binds what it does not get.
        using var master = _machine.Start($"{Published.Haproxy} -W -f {{dir}}/h.cfg -x {{dir}}/none -sf {process.Id}");
        master.WaitUntil(() => Get() == "new", "it serves");
        Assert.Contains(Said, master.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_signals_do_is_said_on_the_terminal_and_in_the_logs_of_each_section()
    {
        using var logs = new SyslogSink();
        using var server = new ScriptedServer(static side =>
        {
            side.ReadHead();
            side.ReadHead();
        });
        using var process = Start("up", "hard-stop-after 300ms\n log 127.0.0.1:" + logs.Port + " local0",
            $"log global\n use_backend b if {{ path /slow }}\nbackend b\n server s 127.0.0.1:{server.Port}\n"
                + "backend c\n log global\n server s 127.0.0.1:1 backup\n");
        using var client = new RawClient(_port);
        client.Send("GET /slow HTTP/1.1\r\nHost: t\r\n\r\n");
        process.WaitUntil(() => !server.Heads.IsEmpty, "a request is at the server");
        process.Signal("TTOU");
        Assert.StartsWith("<132>", logs.ReadLineWith(": Paused frontend f."), StringComparison.Ordinal);
        process.Signal("TTIN");
        Assert.StartsWith("<132>", logs.ReadLineWith(": Resumed frontend f."), StringComparison.Ordinal);
        process.Signal("HUP");
        Assert.StartsWith("<133>", logs.ReadLineWith(": SIGHUP received, dumping servers states for proxy f."), StringComparison.Ordinal);
        logs.ReadLineWith(": SIGHUP: Proxy f has no servers. Conn: act(FE+BE): 1+0, 0 pend (0 unass), tot(FE+BE): ");
        logs.ReadLineWith(": SIGHUP: Server c/s is UP. Conn: 0 act, 0 pend, 0 tot.");
        logs.ReadLineWith(": SIGHUP: Proxy c is running on backup servers ! Conn: act(FE+BE): 0+0, 0 pend (0 unass), tot(FE+BE): 0+0.");
        process.Signal("USR1");
        logs.ReadLineWith(": Proxy f stopped (cumulated conns: FE: ");
        logs.ReadLineWith(": Proxy c stopped (cumulated conns: FE: 0, BE: 0).");
        Assert.StartsWith("<132>", logs.ReadLineWith(": soft-stop running for too long, performing a hard-stop."), StringComparison.Ordinal);
        logs.ReadLineWith(": Proxy f hard-stopped (1 remaining conns will be closed).");
        Assert.Equal(0, process.WaitForExit(Limit));
        foreach (var said in (string[])["SIGHUP: Server b/s is UP. Conn: 1 act, 0 pend, 1 tot.", "act(FE+BE): 0+1, 0 pend (0 unass), tot(FE+BE): 0+1.",
            "Proxy b stopped (cumulated conns: FE: 0, BE: 1).", "performing a hard-stop."])
            Assert.Contains(said, process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Ttou_pauses_ttin_resumes_hup_tells_quit_is_survived()
    {
        using var process = Start("up", "", "default_backend b\nbackend b\n server s1 127.0.0.1:1");
        process.Signal("TTOU");
        process.WaitUntil(() => !Ports.Answers(_port), "it is paused");
        process.Signal("TTIN");
        process.WaitUntil(() => Ports.Answers(_port), "it goes on");
        process.Signal("HUP");
        process.WaitUntil(() => process.Output.Contains("SIGHUP: Server b/s1 is ", StringComparison.Ordinal), "servers are told");
        process.Signal("QUIT");
        process.Signal("USR2");
        Thread.Sleep(100);
        Assert.Equal("up", Get());
        process.Signal("USR1");
        Assert.Equal(0, process.WaitForExit(Limit));
    }

    /// <summary>A reload takes a socket that does not listen for what it is: not one more, in which connections would wait for nobody.</summary>
    [Fact]
    public void A_paused_frontend_stays_paused_over_a_reload_and_listens_again()
    {
        Configure("one", "stats socket {dir}/stats level admin", "");
        using var master = _machine.Start($"{Published.Haproxy} -W -S {{dir}}/master -f {{dir}}/h.cfg");
        master.WaitUntil(() => master.Output.Contains("Loading success.", StringComparison.Ordinal), "it serves");
        MasterTree.Command(_machine.PathOf("stats"), "disable frontend f");
        master.WaitUntil(() => !Ports.Answers(_port), "it is paused");
        // A new address has a reader open sockets.
        Configure("two", "stats socket {dir}/stats level admin", "bind {dir}/more");
        Assert.StartsWith("Success=1", MasterTree.Command(_machine.PathOf("master"), "reload"), StringComparison.Ordinal);
        Assert.False(Ports.Answers(_port));
        MasterTree.Command(_machine.PathOf("stats"), "enable frontend f");
        for (var i = 0; i < 20; i++) Assert.Equal("two", Get());
        MasterTree.Command(_machine.PathOf("stats"), "disable frontend f");
        // A new process begins with everything open.
        Assert.StartsWith("Success=1", MasterTree.Command(_machine.PathOf("master"), "hard-reload"), StringComparison.Ordinal);
        master.WaitUntil(() => Get() == "two", "the new worker serves");
    }

    [Fact]
    public void Without_reuseport_the_old_process_lets_go_of_its_port_for_the_new_one()
    {
        using var old = Start("old", "noreuseport", "");
        using var next = Start("new", "noreuseport", "", $"-sf {old.Id}");
        Assert.Equal(0, old.WaitForExit(Limit));
        Assert.Equal("new", Get());
        Assert.Contains("Paused frontend f.", old.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Grace_goes_on_accepting_and_close_spread_time_spreads_the_ends()
    {
        using var process = Start("up", "grace 600ms\n close-spread-time 700ms\n hard-stop-after 5s", "");
        var idle = Enumerable.Range(0, 30).Select(_ => new RawClient(_port)).ToArray();
        foreach (var client in idle)
        {
            client.Send("GET / HTTP/1.1\r\nHost: t\r\n\r\n");
            client.ReadUntil("up");
        }
        var clock = Stopwatch.StartNew();
        process.Signal("USR1");
        Thread.Sleep(200);
        // A machine that stands still for so long has shown nothing.
        var answered = Ports.Answers(_port);
        if (clock.ElapsedMilliseconds < 550) Assert.True(answered, "it accepts for the grace time");
        var ends = new List<double>();
        foreach (var client in idle)
        {
            client.ReadToEnd();
            ends.Add(clock.Elapsed.TotalMilliseconds);
            client.Dispose();
        }
        Assert.Equal(0, process.WaitForExit(Limit));
        Assert.InRange(clock.ElapsedMilliseconds, 600, 5_000);
        Assert.True(ends[^1] - 600 > 100, $"all ended at once, after {ends[^1]:0} ms");
    }

    [Fact]
    public void An_old_worker_outlives_no_more_reloads_than_mworker_max_reloads()
    {
        Configure("one", "mworker-max-reloads 2", "");
        using var master = _machine.Start($"{Published.Haproxy} -W -S {{dir}}/master -f {{dir}}/h.cfg");
        master.WaitUntil(() => master.Output.Contains("Loading success.", StringComparison.Ordinal), "it serves");
        var first = Child(master.Id);
        using var client = new RawClient(_port);
        client.Send("GET / HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\n\r\n");
        Thread.Sleep(100);
        for (var threads = 3; threads <= 5; threads++)
        {
            // The number of threads is nothing a running process can change.
            Configure("one", $"mworker-max-reloads 2\n nbthread {threads}", "");
            Assert.StartsWith("Success=1", MasterTree.Command(_machine.PathOf("master"), "reload"), StringComparison.Ordinal);
            if (threads < 5) Assert.True(Directory.Exists($"/proc/{first}"), $"it is gone after {threads - 2} reloads");
        }
        var said = $"Former worker ({first}) exited with code 143 (Terminated), as it exceeds max reloads (2)";
        master.WaitUntil(() => master.Output.Contains(said, StringComparison.Ordinal), "it is ended");
    }

    [Fact]
    public void Ulimit_n_and_fd_hard_limit_are_those_of_the_process()
    {
        using (var process = Start("up", "ulimit-n 900\n maxconn 100", "", limit: "500:")) Assert.Matches("Max open files +900 ", LimitsOf(process));
        // What the process may have anyway is not lowered.
        using (var process = Start("up", "ulimit-n 300", "", limit: "2000:2000")) Assert.Matches("Max open files +2000 ", LimitsOf(process));
        using (var process = Start("up", "stats socket {dir}/stats\n fd-hard-limit 700", ""))
            Assert.Contains("\nMaxsock: 700\nMaxconn: 336\n", MasterTree.Command(_machine.PathOf("stats"), "show info"), StringComparison.Ordinal);
    }

    [Fact]
    public void Set_dumpable_lets_a_process_without_rights_leave_a_core_file()
    {
        foreach (var (word, owner) in new[] { ("", "0"), ("set-dumpable", "65534") })
        {
            using var process = Start("up", $"uid 65534\n gid 65534\n {word}", "");
            // The kernel gives the files of a process that must not be dumped to root.
            Assert.Equal(owner, RunningProgram.Run("stat", "-c", "%u", $"/proc/{process.Id}/environ").Output.Trim());
        }
    }

    [Fact]
    public void Quiet_says_nothing_and_the_status_says_it_all()
    {
        Configure("up", "quiet", "");
        using (var process = _machine.Start($"{Published.Haproxy} -db -f {{dir}}/h.cfg"))
        {
            process.WaitUntil(() => Ports.Answers(_port), "it serves");
            process.Signal("INT");
            Assert.Equal(130, process.WaitForExit(Limit));
            Assert.Equal("", process.Output);
        }
        _machine.Write("h.cfg", "global\n nonsense\n");
        Assert.Equal((1, ""), RunningProgram.Run(Published.Haproxy, "-q", "-db", "-f", _machine.PathOf("h.cfg")));
        Assert.Equal((1, ""), RunningProgram.Run(Published.Haproxy, "-q", "-c", "-f", _machine.PathOf("h.cfg")));
    }

    private static string LimitsOf(RunningProgram process) => File.ReadAllText($"/proc/{process.Id}/limits");

    /// <summary>The kernel's numbers of the sockets that a process listens on, stats sockets apart.</summary>
    private string[] Listening(int pid)
    {
        var inodes = Directory.GetFiles($"/proc/{pid}/fd").Select(static link => File.ResolveLinkTarget(link, false)?.Name ?? "")
            .Where(static target => target.StartsWith("socket:", StringComparison.Ordinal)).ToHashSet();
        var port = $":{_port:X4} 00000000:0000 0A";
        var tcp = File.ReadAllLines("/proc/net/tcp").Where(line => line.Contains(port, StringComparison.Ordinal)).Select(static line => Words(line)[9]);
        var unix = File.ReadAllLines("/proc/net/unix").Where(line => line.Contains($"@evenkeel-{Environment.ProcessId}-{_port}", StringComparison.Ordinal))
            .Select(static line => Words(line)[6]);
        return [.. tcp.Concat(unix).Select(static inode => $"socket:[{inode}]").Where(inodes.Contains).Distinct().Order()];
    }

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static int Child(int pid) => int.Parse(RunningProgram.Run("pgrep", "-P", $"{pid}").Output, CultureInfo.InvariantCulture);

    private RunningProgram Start(string word, string global, string frontend, string options = "", string? program = null, string? limit = null)
    {
        Configure(word, global, frontend);
        var prefix = limit is { } limits ? $"prlimit --nofile={limits} " : "";
        var process = _machine.Start($"{prefix}{program ?? Published.Haproxy} -db -f {{dir}}/h.cfg {options}");
        process.WaitUntil(() => Get() == word, $"'{word}' is served");
        return process;
    }

    private void Configure(string word, string global, string frontend) => _machine.Write("h.cfg", $$"""
        global
            {{global}}
        defaults
            mode http
            timeout connect 1s
            timeout client 20s
            timeout server 20s
        frontend f
            bind 127.0.0.1:{{_port}}
            http-request return status 200 content-type text/plain string {{word}} unless { path /slow }
            {{frontend}}

        """);

    private string Get()
    {
        try
        {
            using var client = new RawClient(_port);
            client.Send("GET / HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n");
            var answer = client.ReadToEnd();
            return answer[(answer.LastIndexOf('\n') + 1)..];
        }
        catch (SocketException)
        {
            return "";
        }
    }

    public void Dispose() => _machine.Dispose();
}
