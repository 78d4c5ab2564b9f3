using System.Net.Sockets;
using System.Text;
using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Life;

/// <summary>What systemd hears of each program when its unit says `Type=notify` and `WatchdogSec=`; and whether Debian's own units start ours.</summary>
public sealed class ServiceManagerTests : IDisposable
{
    private readonly TroubledMachine _machine = new();
    private readonly Socket _notifications = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 10_000 };

    [Theory]
    [InlineData("haproxy", "-Ws -f {dir}/h.cfg", "USR2")]
    [InlineData("evenkeel", "run -f {dir}/h.cfg -s {dir}/s", "HUP")]
    [InlineData("keepalived", "-n -l -f {dir}/k.conf -p {dir}/p -r {dir}/v", "HUP")]
    public void It_hears_of_the_start_of_life_of_reloads_and_of_the_end(string program, string arguments, string reload)
    {
        Prepare();
        var path = Path.Combine(Path.GetDirectoryName(Published.Haproxy)!, program);
        using var running = _machine.Start($"env NOTIFY_SOCKET={{dir}}/notify WATCHDOG_USEC=100000 {path} {arguments}", hasOwnNetwork: true);
        var heard = HeardUntil("READY=1");
        Assert.Contains($"READY=1\nMAINPID={running.Id}\n", heard[^1], StringComparison.Ordinal);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        for (var i = 0; i < 4; i++) HeardUntil("WATCHDOG=1");
        // Twice within each period: four are four halves of one.
        Assert.InRange(clock.ElapsedMilliseconds, 100, 5_000);
        running.Signal(reload);
        Assert.StartsWith("RELOADING=1\n", HeardUntil("RELOADING=1")[^1], StringComparison.Ordinal);
        Assert.StartsWith("READY=1\n", HeardUntil("READY=1")[^1], StringComparison.Ordinal);
        running.Signal("TERM");
        HeardUntil("STOPPING=1");
        Assert.Equal(0, running.WaitForExit(TimeSpan.FromSeconds(10)));
    }

    /// <summary>The watchdog is for the process that the unit names.</summary>
    [Fact]
    public void A_watchdog_of_another_process_is_not_fed()
    {
        Prepare();
        using var running = _machine.Start($"env NOTIFY_SOCKET={{dir}}/notify WATCHDOG_USEC=20000 WATCHDOG_PID=1 {Published.Evenkeel} run -f {{dir}}/h.cfg "
            + "-s {dir}/s", hasOwnNetwork: true);
        HeardUntil("READY=1");
        Thread.Sleep(200);
        running.Signal("TERM");
        Assert.DoesNotContain("WATCHDOG=1", HeardUntil("STOPPING=1"));
    }

    /// <summary>Lines of the units that Debian ships (2.6.12-1+deb12u4, 2.2.7-1), with the program's path changed and nothing else.</summary>
    [Fact]
    public void Debians_units_start_reload_and_stop_ours()
    {
        Prepare();
        var (haproxy, keepalived) = ("/lib/systemd/system/haproxy.service", "/lib/systemd/system/keepalived.service");
        Assert.SkipUnless(File.Exists(haproxy) && File.Exists(keepalived), "Debian's haproxy and keepalived are not installed");
        RunUnit(haproxy, "/usr/sbin/haproxy", Published.Haproxy,
            new() { ["CONFIG"] = _machine.PathOf("h.cfg"), ["PIDFILE"] = _machine.PathOf("pid"), ["EXTRAOPTS"] = "-S " + _machine.PathOf("master") }, [0, 143]);
        RunUnit(keepalived, "/usr/sbin/keepalived", Published.Keepalived,
            new() { ["DAEMON_ARGS"] = $"-l -f {_machine.PathOf("k.conf")} -p {_machine.PathOf("p")} -r {_machine.PathOf("v")}" }, [0]);
    }

    /// <summary>Does what systemd does with ExecStart, ExecReload and a stop.</summary>
    private void RunUnit(string unit, string original, string ours, Dictionary<string, string> environment, int[] success)
    {
        var lines = File.ReadAllLines(unit);
        Assert.Contains("Type=notify", lines);
        string CommandOf(string line, int mainPid) => environment.Append(new("MAINPID", $"{mainPid}"))
            .Aggregate(line[(line.IndexOf('=') + 1)..].Replace(original, ours, StringComparison.Ordinal),
                static (text, variable) => text.Replace("$" + variable.Key, variable.Value, StringComparison.Ordinal));
        var start = CommandOf(Array.Find(lines, static line => line.StartsWith("ExecStart=", StringComparison.Ordinal))!, 0);
        using var running = _machine.Start($"env NOTIFY_SOCKET={{dir}}/notify {start}", hasOwnNetwork: true);
        HeardUntil("READY=1");
        foreach (var line in lines.Where(static line => line.StartsWith("ExecReload=", StringComparison.Ordinal)))
        {
            var words = CommandOf(line, running.Id).Split(' ', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal((0, ""), RunningProgram.Run(words[0], words[1..]));
        }
        HeardUntil("RELOADING=1");
        HeardUntil("READY=1");
        running.Signal("TERM");
        Assert.Contains(running.WaitForExit(TimeSpan.FromSeconds(10)), success);
        HeardUntil("STOPPING=1");
    }

    private void Prepare()
    {
        _machine.Write("h.cfg", "defaults\n mode http\n timeout client 1s\nfrontend f\n bind 127.0.0.1:8000\n");
        _machine.Write("k.conf", "vrrp_instance A {\n interface d0\n virtual_router_id 7\n virtual_ipaddress {\n 10.9.0.77\n }\n}\n");
        _notifications.Bind(new UnixDomainSocketEndPoint(_machine.PathOf("notify")));
    }

    /// <summary>Everything up to a message that begins with a word.</summary>
    private List<string> HeardUntil(string word)
    {
        var heard = new List<string>();
        var buffer = new byte[4096];
        do heard.Add(Encoding.UTF8.GetString(buffer, 0, _notifications.Receive(buffer)));
        while (!heard[^1].StartsWith(word, StringComparison.Ordinal));
        return heard;
    }

    public void Dispose()
    {
        _notifications.Dispose();
        _machine.Dispose();
    }
}
