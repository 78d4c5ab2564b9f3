using System.Diagnostics;
using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Life;

/// <summary>haproxy's master and workers: start, reload, commands, ends. Texts and statuses as 3.5-dev5 has them.</summary>
public sealed class MasterWorkerTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    [Fact]
    public void Systemd_hears_of_the_start_of_reloads_and_of_the_end()
    {
        using var tree = new MasterTree("-Ws");
        Assert.Equal($"READY=1\nMAINPID={tree.Program.Id}\nSTATUS=Ready.\n", tree.Notification());
        tree.Program.Signal("USR2");
        Assert.Matches("^RELOADING=1\nSTATUS=Reloading Configuration.\nMONOTONIC_USEC=[0-9]+\n$", tree.Notification());
        Assert.StartsWith("READY=1\nMAINPID=", tree.Notification(), StringComparison.Ordinal);
        tree.Configure("two", "    nonsense");
        tree.Program.Signal("USR2");
        Assert.StartsWith("RELOADING=1\n", tree.Notification(), StringComparison.Ordinal);
        Assert.Equal("READY=1\nSTATUS=Reload failed!\n", tree.Notification());
        tree.Program.Signal("TERM");
        Assert.Equal("STOPPING=1", tree.Notification());
        Assert.Equal(0, tree.Program.WaitForExit(Limit));
    }

    [Fact]
    public void A_hard_reload_changes_the_worker_and_neither_the_master_nor_its_pid_file()
    {
        using var tree = new MasterTree("-W");
        var pid = File.ReadAllText(tree.PathOf("pid")).Trim();
        Assert.Equal(tree.Program.Id.ToString(), pid);
        var before = tree.Workers();
        tree.Configure("two");
        Assert.StartsWith("Success=1\n--\n", tree.Command("hard-reload"), StringComparison.Ordinal);
        tree.Program.WaitUntil(() => tree.Workers().Length == 1, "the old worker is gone");
        Assert.EndsWith("two", tree.Get(), StringComparison.Ordinal);
        Assert.NotEqual(before, tree.Workers());
        Assert.Equal(pid, File.ReadAllText(tree.PathOf("pid")).Trim());
        var end = $"Former worker ({before[0]}) exited with code 143 (Terminated)";
        tree.Program.WaitUntil(() => tree.Program.Output.Contains(end, StringComparison.Ordinal), "its end is told");
    }

    [Fact]
    public void A_refused_configuration_changes_nothing_and_is_told_everywhere()
    {
        using var tree = new MasterTree("-W");
        var before = tree.Workers();
        tree.Configure("two", "    nonsense");
        var answer = tree.Command("reload");
        Assert.StartsWith("Success=0\n--\n", answer, StringComparison.Ordinal);
        Assert.Contains("unknown keyword 'nonsense' in 'frontend' section", answer, StringComparison.Ordinal);
        Assert.Contains("Failed to load worker", answer, StringComparison.Ordinal);
        Assert.Equal(answer["Success=0\n--\n".Length..], tree.Command("show startup-logs"));
        Assert.Contains("master          1 [failed: 1]", tree.Command("show proc"), StringComparison.Ordinal);
        Assert.Equal("master[ReloadFailed]> ", tree.Command("prompt"));
        Assert.Equal(before, tree.Workers());
        Assert.EndsWith("one", tree.Get(), StringComparison.Ordinal);
        tree.Configure("three");
        Assert.StartsWith("Success=1\n", tree.Command("reload"), StringComparison.Ordinal);
        Assert.Contains("master          2 [failed: 0]", tree.Command("show proc"), StringComparison.Ordinal);
    }

    [Fact]
    public void Commands_reach_the_worker_that_is_named()
    {
        using var tree = new MasterTree("-W");
        var worker = tree.Workers()[0];
        Assert.Contains("\nProcess_num: 1\n", tree.Command("@1 show info"), StringComparison.Ordinal);
        Assert.Contains($"\nPid: {worker}\n", tree.Command($"@!{worker} show info"), StringComparison.Ordinal);
        Assert.Contains("\nPid: ", tree.Command("@1; expert-mode on; show info"), StringComparison.Ordinal);
        Assert.Equal("Can't find the target PID matching the prefix '@2'\n", tree.Command("@2 show info"));
        Assert.Equal("Can't find the target PID matching the prefix '@abc'\n", tree.Command("@abc show info"));
        Assert.Equal(tree.Command("show version"), tree.Command("@1 show version"));
        var both = tree.Command("@@1 show version;show cli level");
        Assert.Equal(tree.Command("show version") + "admin\n\n", both);
        // A session of its own that nobody goes on with.
        Assert.Equal("\n> ", tree.Command("@1 prompt"));
        Assert.StartsWith("Unknown command: 'nonsense', but maybe", tree.Command("nonsense"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_prompt_shows_where_commands_go_and_which_modes_are_on()
    {
        using var tree = new MasterTree("-W");
        var worker = tree.Workers()[0];
        var version = tree.Command("show version");
        var said = tree.Command("prompt\nexpert-mode on\nexperimental-mode on\nmcli-debug-mode on\n@1\nshow version\n@\nexpert-mode\nquit");
        Assert.Equal($"master> master(e)> master(xe)> master(xed)> {worker}(xed)> {version}{worker}(xed)> master(xed)> master(xd)> ", said);
    }

    [Theory]
    [InlineData("TERM", 0, "143 (Terminated)")]
    [InlineData("INT", 130, "130 (Interrupt)")]
    [InlineData("USR1", 0, "0 (Exit)")]
    public void A_stop_ends_worker_and_master_with_the_originals_status(string signal, int status, string ofWorker)
    {
        using var tree = new MasterTree("-W");
        var worker = tree.Workers()[0];
        tree.Program.Signal(signal);
        Assert.Equal(status, tree.Program.WaitForExit(Limit));
        Assert.Contains($"Current worker ({worker}) exited with code {ofWorker}", tree.Program.Output, StringComparison.Ordinal);
        Assert.Contains($"All workers exited. Exiting... ({status})", tree.Program.Output, StringComparison.Ordinal);
        Assert.False(Ports.Answers(tree.Port));
    }

    [Fact]
    public void A_worker_that_crashes_takes_the_master_with_it_so_that_the_init_system_starts_anew()
    {
        using var tree = new MasterTree("-W");
        Kill(tree.Workers()[0]);
        Assert.Equal(137, tree.Program.WaitForExit(Limit));
        Assert.Contains("exit-on-failure: killing every processes with SIGTERM", tree.Program.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_worker_does_not_outlive_its_master()
    {
        using var tree = new MasterTree("-W");
        var worker = tree.Workers()[0];
        Kill(tree.Program.Id);
        tree.Program.WaitForExit(Limit);
        Assert.True(SpinWait.SpinUntil(() => !Directory.Exists($"/proc/{worker}"), Limit));
        Assert.False(Ports.Answers(tree.Port));
    }

    [Fact]
    public void An_old_worker_finishes_what_it_has_begun_until_hard_stop_after()
    {
        using var tree = new MasterTree("-W", "hard-stop-after 500ms");
        using var client = new RawClient(tree.Port);
        client.Send("GET / HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\n\r\n");
        Thread.Sleep(100);
        var file = tree.PathOf("haproxy.cfg");
        File.WriteAllText(file, File.ReadAllText(file).Replace("hard-stop-after 500ms", "hard-stop-after 500ms\n nbthread 3", StringComparison.Ordinal));
        var clock = Stopwatch.StartNew();
        Assert.StartsWith("Success=1", tree.Command("reload"), StringComparison.Ordinal);
        tree.Program.WaitUntil(() => tree.Workers().Length == 1, "the old worker is gone");
        Assert.InRange(clock.ElapsedMilliseconds, 0, 3_000);
    }

    [Fact]
    public void A_wrong_file_at_the_start_ends_the_master_with_the_workers_words()
    {
        var folder = Directory.CreateTempSubdirectory("evenkeel-master.").FullName;
        var file = Path.Combine(folder, "haproxy.cfg");
        File.WriteAllText(file, "global\n nonsense\n");
        var (status, said) = RunningProgram.Run(Published.Haproxy, "-W", "-f", file);
        Assert.Equal(1, status);
        Assert.Contains("unknown keyword 'nonsense' in 'global' section", said, StringComparison.Ordinal);
        Assert.Matches(@"Failed to load worker \([0-9]+\) exited with code 1 \(Exit\)", said);
        var (alone, why) = RunningProgram.Run(Published.Haproxy, "-f", file, "-S", Path.Combine(folder, "s"));
        Assert.Equal(1, alone);
        Assert.Contains("a master CLI socket was defined, but master-worker mode (-W) is not enabled.", why, StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void In_the_background_the_pid_file_names_the_master_which_obeys_as_in_the_foreground()
    {
        var folder = Directory.CreateTempSubdirectory("evenkeel-master.").FullName;
        var (file, pidFile) = (Path.Combine(folder, "haproxy.cfg"), Path.Combine(folder, "pid"));
        var port = Ports.Free();
        File.WriteAllText(file, $"defaults\n mode http\n timeout client 1s\nfrontend f\n bind 127.0.0.1:{port}\n http-request return status 204\n");
        var (status, _) = RunningProgram.Run(Published.Haproxy, "-W", "-D", "-f", file, "-p", pidFile);
        Assert.Equal(0, status);
        Assert.True(Ports.Answers(port));
        var master = int.Parse(File.ReadAllText(pidFile));
        using (var stop = Process.Start("kill", ["-TERM", master.ToString()])) stop.WaitForExit();
        Assert.True(SpinWait.SpinUntil(() => !Directory.Exists($"/proc/{master}") && !Ports.Answers(port), Limit));
        Directory.Delete(folder, recursive: true);
    }

    private static void Kill(int pid)
    {
        using var kill = Process.Start("kill", ["-KILL", pid.ToString()]);
        kill.WaitForExit();
    }
}
