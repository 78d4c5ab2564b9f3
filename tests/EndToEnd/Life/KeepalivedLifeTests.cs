using System.Globalization;
using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Life;

/// <summary>What rules a keepalived's life: its signals, its switches, the words about reloads. Compared with 2.4.3.</summary>
public sealed class KeepalivedLifeTests : IDisposable
{
    private const string Address = "10.9.0.77";
    private readonly TroubledMachine _machine = new();

    [Fact]
    public void With_reload_check_config_a_reload_takes_only_what_t_finds_right()
    {
        Configure("reload_check_config {dir}/complaints", "");
        using var daemon = Start();
        Configure("reload_check_config", "nonsense 1");
        daemon.Signal("HUP");
        var said = $"New config failed validation, see {_machine.PathOf("complaints")} for details";
        daemon.WaitUntil(() => daemon.Output.Contains(said, StringComparison.Ordinal), "it is refused");
        Assert.Contains("Unknown keyword 'nonsense'", File.ReadAllText(_machine.PathOf("complaints")), StringComparison.Ordinal);
        const string Stays = "the new configuration is refused, the old one stays: (";
        daemon.WaitUntil(() => daemon.Output.Contains(Stays, StringComparison.Ordinal), "it says what stays");
        Configure("reload_check_config", "priority 99");
        daemon.Signal("HUP");
        daemon.WaitUntil(() => daemon.Output.Contains("(A) Changing effective priority from 100 to 99", StringComparison.Ordinal), "the good one is loaded");
        Assert.Equal("", File.ReadAllText(_machine.PathOf("complaints")));
        // The one in force names no file: the log has it.
        Configure("", "wrong 1");
        daemon.Signal("HUP");
        daemon.WaitUntil(() => daemon.Output.Contains("Unknown keyword 'wrong'", StringComparison.Ordinal), "it is refused too");
        // Without the word a file is loaded but for its mistakes, as ever.
        Configure("", "priority 98");
        daemon.Signal("HUP");
        daemon.WaitUntil(() => daemon.Output.Contains("from 99 to 98", StringComparison.Ordinal), "the word is gone");
        Configure("", "wrong 2\n priority 97");
        daemon.Signal("HUP");
        daemon.WaitUntil(() => daemon.Output.Contains("from 98 to 97", StringComparison.Ordinal), "a mistake is left out");
        Assert.True(IsHeld(daemon));
    }

    [Fact]
    public void Signals_that_mean_nothing_end_nothing()
    {
        Configure("", "");
        using var daemon = Start();
        var child = Child(daemon.Id);
        foreach (var signal in (string[])["QUIT", "ALRM", "35", "37", "50", "64"])
        {
            daemon.Signal(signal);
            RunningProgram.Run("kill", $"-{signal}", $"{child}");
        }
        // Signals are taken in any order: whoever would have died of them has by the time this one is answered.
        daemon.Signal("HUP");
        daemon.WaitUntil(() => daemon.Output.Contains("Reloading", StringComparison.Ordinal), "it obeys");
        Thread.Sleep(100);
        Assert.False(daemon.HasExited);
        Assert.Equal(child, Child(daemon.Id));
        Assert.True(IsHeld(daemon));
    }

    [Fact]
    public void Dont_respawn_ends_with_the_child_and_status_0()
    {
        Configure("", "");
        using var daemon = Start("-R");
        RunningProgram.Run("kill", "-KILL", $"{Child(daemon.Id)}");
        Assert.Equal(0, daemon.WaitForExit(TimeSpan.FromSeconds(10)));
        Assert.Contains("not started again, as asked", daemon.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Values_that_mean_nothing_are_named_and_left_out()
    {
        Configure("", "");
        using var daemon = Start("-S 9 -u 888");
        Assert.Contains("Invalid log facility '9'", daemon.Output, StringComparison.Ordinal);
        Assert.Contains("Invalid --umask option 888", daemon.Output, StringComparison.Ordinal);
    }

    private RunningProgram Start(string options = "")
    {
        var daemon = _machine.Start($"{Published.Keepalived} -n -l -D {options} -f {{dir}}/k.conf -p {{dir}}/p -r {{dir}}/v", hasOwnNetwork: true);
        daemon.WaitUntil(() => IsHeld(daemon), "it holds the address");
        return daemon;
    }

    private static bool IsHeld(RunningProgram daemon) =>
        RunningProgram.Run("nsenter", "-t", $"{daemon.Id}", "-n", "ip", "-o", "-4", "addr").Output.Contains(Address, StringComparison.Ordinal);

    private static int Child(int pid) => int.Parse(RunningProgram.Run("pgrep", "-P", $"{pid}").Output, CultureInfo.InvariantCulture);

    private void Configure(string global, string instance) => _machine.Write("k.conf", $$"""
        global_defs {
            router_id r
            {{global}}
        }
        vrrp_instance A {
            interface d0
            version 3
            virtual_router_id 7
            advert_int 0.1
            {{instance}}
            virtual_ipaddress {
                {{Address}}
            }
        }

        """);

    public void Dispose() => _machine.Dispose();
}
