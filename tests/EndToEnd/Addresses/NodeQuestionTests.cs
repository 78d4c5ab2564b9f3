using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Addresses;

/// <summary>What an operator asks a node, or asks before there is one: `events`, `plan`, `simulate`.</summary>
[Collection("lab")]
public sealed class NodeQuestionTests : IDisposable
{
    private readonly string _work = Directory.CreateTempSubdirectory("evenkeel-ask.").FullName;

    [Fact]
    public void A_node_tells_what_it_did_and_what_another_file_would_change()
    {
        var space = new OneNodeNamespace("ekq", "eth0", "10.88.0.1/16");
        var socket = Path.Combine(_work, "s.sock");
        var now = Write("now.conf", Instance("VI", 51, 150));
        using var node = new RunningProgram("ip", "netns", "exec", space.Name, Published.Evenkeel, "run", "-k", now, "-s", socket);
        node.WaitUntil(() => node.Output.Contains("MASTER", StringComparison.Ordinal), "a master");

        var events = RunningProgram.Run(Published.Evenkeel, "events", "-s", socket);
        Assert.Equal(0, events.ExitCode);
        Assert.Matches(@"\d\d:\d\d:\d\d\.\d{6} VI: BACKUP -> MASTER: no advertisement came", events.Output);
        Assert.Contains("VI: sent advertisement v3 priority 150", events.Output);

        var changed = Instance("VI", 51, 90).Replace("10.88.9.51/16", "10.88.9.51/16\n10.88.9.99/16", StringComparison.Ordinal);
        var next = Write("next.conf", changed + Instance("VJ", 52, 100));
        var plan = RunningProgram.Run(Published.Evenkeel, "plan", "-k", next, "-s", socket);
        Assert.Contains("VI keeps its state; priority 150 -> 90; address 10.88.9.99/16 is added", plan.Output);
        Assert.Contains("VJ is new: router 52 on eth0", plan.Output);
        Assert.Contains("this node with priority 90 stays master", plan.Output);
        // Asking changed nothing.
        Assert.Contains("VI does not change", RunningProgram.Run(Published.Evenkeel, "plan", "-k", now, "-s", socket).Output);
    }

    [Fact]
    public void A_process_called_keepalived_answers_beside_its_pid_file()
    {
        var space = new OneNodeNamespace("ekq", "eth0", "10.88.0.1/16");
        var now = Write("now.conf", Instance("VI", 51, 150));
        using var node = new RunningProgram("ip", "netns", "exec", space.Name, Published.Keepalived, "-n", "-l", "-f", now, "-p", $"{_work}/k.pid",
            "-r", $"{_work}/v.pid");
        node.WaitUntil(() => node.Output.Contains("MASTER", StringComparison.Ordinal), "a master");
        var socket = $"{_work}/k.sock";
        Assert.Contains("VI: BACKUP -> MASTER: no advertisement came", RunningProgram.Run(Published.Evenkeel, "events", "-s", socket).Output);
        Assert.Contains("master", RunningProgram.Run(Published.Evenkeel, "status", "-s", socket).Output, StringComparison.OrdinalIgnoreCase);
        var next = Write("next.conf", Instance("VI", 51, 90));
        Assert.Contains("priority 150 -> 90", RunningProgram.Run(Published.Evenkeel, "plan", "-k", next, "-s", socket).Output);
        var (code, said) = RunningProgram.Run(Published.Evenkeel, "reload", "-s", socket);
        Assert.Equal(1, code);
        Assert.Contains("SIGHUP", said);
        Assert.Contains("no proxy here", RunningProgram.Run(Published.Evenkeel, "drain", "-s", socket).Output);
        node.Signal("TERM");
        node.WaitForExit(TimeSpan.FromSeconds(10));
        Assert.False(File.Exists(socket));
    }

    [Theory]
    [InlineData(-20, 1, "the address never moves; a weight of -51 or less would do")]
    [InlineData(-60, 0, "nothing was found")]
    public void A_simulation_of_two_files_says_whether_their_weights_can_move_the_address(int weight, int exitCode, string said)
    {
        var files = new[] { 150, 100 }.Select(priority => Write($"p{priority}.conf", $$"""
            vrrp_script chk {
              script "/usr/bin/true"
              weight {{weight}}
            }
            {{Instance("VI", 51, priority, "track_script {\n chk\n }")}}
            """)).ToArray();
        var (code, output) = RunningProgram.Run(Published.Evenkeel, "simulate", "-k", files[0], "-k", files[1], "--years", "0.001", "--seed", "7");
        Assert.Contains(said, output);
        Assert.Matches(@"seed 7: 0\.001 years in .* advertisements, .* faults", output);
        Assert.Equal(exitCode, code);
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_work, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static string Instance(string name, int router, int priority, string more = "") => $$"""
        vrrp_instance {{name}} {
          interface eth0
          virtual_router_id {{router}}
          version 3
          advert_int 0.1
          priority {{priority}}
          {{more}}
          virtual_ipaddress {
            10.88.9.{{router}}/16
          }
        }

        """;

    public void Dispose() => Directory.Delete(_work, recursive: true);
}
