using Evenkeel.Control;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Servers;

namespace Evenkeel.Tests.Unit.Control.RuntimeApi;

/// <summary>Answers as measured on the original.</summary>
public sealed class ServerCommandTests
{
    private readonly ControlPlane _plane = AProcess.Plane(
        new BackendModel
        {
            Name = "told", Id = 9, Position = AProcess.At(70),
            Servers = [AProcess.Server("a", 1, 9001) with { Agent = new AgentModel { IsOn = true, Port = 5, Question = "x" } }],
        },
        new BackendModel
        {
            Name = "fixed", Id = 8, Position = AProcess.At(60), Balance = new(BalanceAlgorithm.StaticRoundRobin), Servers = [AProcess.Server("a", 1, 9001)],
        });

    private Server S1 => _plane.Proxies.FindBackend("be1")!.Servers[0];

    private string Ask(string command) => AProcess.Ask(_plane, command + "\n").TrimEnd('\n');

    [Theory]
    [InlineData("set server", "Require 'backend/server'.")]
    [InlineData("set server be1", "Require 'backend/server'.")]
    [InlineData("set server be9/s1 state ready", "No such backend.")]
    [InlineData("set server be1/s9 state ready", "No such server.")]
    [InlineData("set server be1/s1 state foo", "'set server <srv> state' expects 'ready', 'drain' and 'maint'.")]
    [InlineData("set server be1/s1 health foo", "'set server <srv> health' expects 'up', 'stopping', or 'down'.")]
    [InlineData("set server be1/s1 weight", "Require <weight> or <weight%>.")]
    [InlineData("set server be1/s1 weight 257", "Absolute weight can only be between 0 and 256 inclusive.")]
    [InlineData("set server be1/s1 weight 99999999999", "Absolute weight can only be between 0 and 256 inclusive.")]
    [InlineData("set server be1/s1 weight -3", "Absolute weight can only be between 0 and 256 inclusive.")]
    [InlineData("set server be1/s1 weight -5%", "Relative weight must be positive.")]
    [InlineData("set server be1/s1 weight abc", "Empty weight string empty or preceded by garbage")]
    [InlineData("set server be1/s1 weight 5x", "Trailing garbage in weight string")]
    [InlineData("set server fixed/a weight 3", "Backend is using a static LB algorithm and only accepts weights '0%' and '100%'.")]
    [InlineData("set server fixed/a weight 0", "")]
    [InlineData("get weight be1/s2", "50 (initial 50)")]
    [InlineData("get weight #3/#2", "50 (initial 50)")]
    [InlineData("set maxconn server be1/s1", "Require <maxconn>.")]
    [InlineData("set maxconn server be1/s1 abc", "maxconn string empty or preceded by garbage")]
    [InlineData("set maxconn server be1/s1 5x", "Trailing garbage in maxconn string")]
    [InlineData("set server be1/s1 addr", "set server <b>/<s> addr requires an address and optionally a port.")]
    [InlineData("set server be1/s1 addr localhost", "Invalid addr 'localhost'")]
    [InlineData("set server be1/s1 addr 127.0.0.1:99", "Invalid addr '127.0.0.1:99'")]
    [InlineData("set server be1/s1 addr 127.0.0.1 port abc", "problem converting port 'abc' to an int")]
    [InlineData("set server be1/s1 addr 127.0.0.1", "nothing changed")]
    [InlineData("set server be1/s1 addr ::1 port 80", "IP changed from '127.0.0.1' to '::1', port changed from '8001' to '80' by 'stats socket command'")]
    [InlineData("set server be1/s2 check-port 80", "health checks are not enabled on this server")]
    [InlineData("set server be1/s1 agent up", "agent checks are not enabled on this server.")]
    [InlineData("set server be1/s1 name foo", "Server must be in maintenance mode to be renamed (set server <b>/<s> state maint).")]
    [InlineData("enable health be1/s2", "Health check was not configured on this server, cannot enable.")]
    [InlineData("enable agent be1/s1", "Agent was not configured on this server, cannot enable.")]
    [InlineData("set maxconn frontend web", "Integer value expected.")]
    [InlineData("set maxconn frontend zork 1", "No such frontend.")]
    [InlineData("set maxconn global 501", "Value out of range.")]
    [InlineData("set maxconn global", "Expects an integer value.")]
    [InlineData("disable frontend", "A frontend name is expected.")]
    [InlineData("set timeout cli abc", "Invalid timeout value.")]
    [InlineData("set timeout foo", "'set timeout' only supports 'cli'.")]
    [InlineData("show env HOME", "HOME=/root")]
    [InlineData("show env ZORK", "Variable not found")]
    [InlineData("show servers state zork", "Can't find backend.")]
    [InlineData("show stat zz 1 1", "No such proxy.")]
    [InlineData("show stat domain zork", "Invalid statistics domain.")]
    [InlineData("show cli sockets", "# socket lvl processes\nunix@/run/h.sock admin all")]
    [InlineData("show sess", "")]
    [InlineData("shutdown session", "Session pointer expected (use 'show sess').")]
    [InlineData("shutdown session 0x1234", "No such session (use 'show sess').")]
    [InlineData("shutdown sessions server be1/zz", "No such server.")]
    [InlineData("shutdown sessions server be1/s1", "")]
    [InlineData("wait", "Expects a duration in milliseconds.")]
    [InlineData("wait zork", "Invalid duration.")]
    [InlineData("wait 1 srv-removable be1/s1", "Failed. Only servers in maintenance mode can be deleted.")]
    [InlineData("wait 1 srv-removable be1/zz", "Failed. No such server.")]
    [InlineData("wait 1 srv-removable be1/s3", "Done.")]
    public void Answers_are_the_originals(string command, string answer) => Assert.Equal(answer, Ask(command));

    [Fact]
    public void States_are_set_and_shown()
    {
        Assert.Equal("", Ask("set server be1/s1 state drain"));
        Assert.True(S1.IsDraining);
        Assert.Contains("\nbe1,s1,0,0,0,0,7,0,0,0,,0,,0,0,0,0,DRAIN 1/3,1,", Ask("show stat"), StringComparison.Ordinal);
        Ask("disable server be1/s1");
        Assert.True(S1.InMaintenance);
        Assert.Contains("\n3 be1 1 s1 127.0.0.1 0 1 1 1 0 1 0 ", Ask("show servers state be1"), StringComparison.Ordinal);
        Ask("enable server be1/s1");
        Assert.Equal(AdminState.Ready, S1.Admin);
        Ask("set server be1/s1 health down");
        Assert.Equal(OperatingState.Stopped, S1.Operating);
        Assert.Contains("\nbe1,s1,0,0,0,0,7,0,0,0,,0,,0,0,0,0,DOWN,", Ask("show stat"), StringComparison.Ordinal);
        Ask("set server be1/s1 health stopping");
        Assert.Contains(",NOLB", Ask("show stat"), StringComparison.Ordinal);
        Ask("set server be1/s1 health up");
        Assert.Contains("\nbe1,s1,0,0,0,0,7,0,0,0,,0,,0,0,0,0,UP,", Ask("show stat"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("50%", 25)]
    [InlineData("200%", 100)]
    [InlineData("3000%", 256)]
    [InlineData("0", 0)]
    [InlineData("256", 256)]
    public void Weights_are_numbers_or_shares(string text, int weight)
    {
        Ask("set weight be1/s2 " + text);
        Assert.Equal($"{weight} (initial 50)", Ask("get weight be1/s2"));
    }

    [Fact]
    public void A_configured_maintenance_shows_as_configured_and_forced() =>
        Assert.Contains("3 be1 3 s3 127.0.0.1 0 5 1 1 1 1 0 0 8 0 0 0 - 8003 - 0 0 - - 0", Ask("show servers state"), StringComparison.Ordinal);

    [Fact]
    public void Clearing_counters_forgets_peaks_or_everything()
    {
        var frontend = _plane.Proxies.Frontends[0];
        frontend.Traffic[0].Counters.Sessions = 5;
        frontend.Connections.Increment();
        frontend.Connections.Decrement();
        Ask("clear counters");
        Assert.Equal((0, 5L), (frontend.Connections.Peak, frontend.Traffic.Counters().Sessions));
        Ask("clear counters all");
        Assert.Equal(0, frontend.Traffic.Counters().Sessions);
    }

    [Fact]
    public void Checks_can_be_sent_elsewhere()
    {
        Assert.Equal("provided port is invalid", Ask("set server be1/s1 check-port 99999"));
        Assert.Equal("", Ask("set server be1/s1 check-port 9000"));
        Assert.Equal("invalid addr 'x'", Ask("set server be1/s1 check-addr x"));
        Assert.Equal("", Ask("set server be1/s1 check-addr 10.0.0.1"));
        Assert.EndsWith(" 0 9000 10.0.0.1 - 0", Ask("show servers state").Split('\n').Single(line => line.Contains(" s1 ", StringComparison.Ordinal)),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Limits_of_frontends_servers_and_process_change()
    {
        Ask("set maxconn frontend web 33;set maxconn server be1/s1 9;set maxconn global 400");
        Assert.Equal((33, 9, 400), (_plane.Proxies.Frontends[0].MaxConnections, S1.MaxConnections, _plane.Proxies.Process.MaxConnections));
    }

    [Fact]
    public void Connections_to_servers_are_shown_for_each_worker() =>
        Assert.Contains("idle_per_thr[2]\nfixed/a 8/1 127.0.0.1 9001 - 5000 0 0 0 0 0 0 0 -1 0 0 0", Ask("show servers conn fixed"), StringComparison.Ordinal);

    [Fact]
    public void An_agents_word_can_be_given_by_command()
    {
        var server = _plane.Proxies.FindBackend("told")!.Servers[0];
        string Status() => Ask("show stat told 4 -1").Split('\n')[1].Split(',')[17];
        Assert.Equal("", Ask("set server told/a agent down"));
        Assert.Equal(("DOWN (agent)", OperatingState.Stopped), (Status(), server.Operating));
        Assert.Equal("", Ask("set server told/a agent up"));
        Assert.Equal(("no check", OperatingState.Running), (Status(), server.Operating));
        Assert.Equal("'set server <srv> agent' expects 'up' or 'down'.", Ask("set server told/a agent x"));
        Ask("disable agent told/a");
        Assert.Equal("agent checks are not enabled on this server.", Ask("set server told/a agent down"));
    }

    [Theory]
    [InlineData("agent-port", "set server <b>/<s> agent-port requires a port.", null, 5)]
    [InlineData("agent-port x", "provided port is not an integer", null, 5)]
    [InlineData("agent-port 65536", "provided port is invalid", null, 5)]
    [InlineData("agent-port 98", "", null, 98)]
    [InlineData("agent-addr 127.0.0.4", "", "127.0.0.4", 5)]
    [InlineData("agent-addr 127.0.0.4 port 91", "", "127.0.0.4", 91)]
    [InlineData("agent-addr 127.0.0.4 port x", "provided port is not an integer", null, 5)]
    [InlineData("agent-addr foo", "invalid addr 'foo'", null, 5)]
    public void An_agents_place_can_be_changed(string command, string answer, string? address, int port)
    {
        var server = _plane.Proxies.FindBackend("told")!.Servers[0];
        Assert.Equal(answer, Ask("set server told/a " + command));
        Assert.Equal((address, port), (server.AgentAddress?.Address?.ToString(), server.AgentPort));
    }

    [Fact]
    public void An_agent_can_be_asked_something_else()
    {
        Ask("set server told/a agent-send now");
        Assert.Equal("now", _plane.Proxies.FindBackend("told")!.Servers[0].AgentQuestion);
    }
}
