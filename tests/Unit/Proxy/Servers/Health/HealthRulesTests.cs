using Evenkeel.Model.Process;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Logging;
using Evenkeel.Proxy.Servers;
using Evenkeel.Proxy.Servers.Health;

namespace Evenkeel.Tests.Unit.Proxy.Servers.Health;

/// <summary>The sentences are those HAProxy 3.5-dev5 wrote in the same situations.</summary>
public class HealthRulesTests
{
    private static readonly CheckOutcome Good = new(CheckStatus.L7Ok, CheckResult.Passed, 200, 1, "");
    private static readonly CheckOutcome Bad = new(CheckStatus.L7BadStatus, CheckResult.Failed, 500, 2, "Reason 500");
    private static readonly CheckOutcome Gone = new(CheckStatus.L7ConditionallyOk, CheckResult.ConditionallyPassed, 404, 7, "");

    private const string Reason = ", reason: Layer7 wrong status, code: 500, info: \"Reason 500\", check duration: 2ms";

    private sealed class Site
    {
        private readonly List<string> _said = [];
        private long _nowMs = 1_000;

        public Site(bool logHealthChecks = false, params ServerModel[] servers)
        {
            var model = ABackend.Named("be", servers) with { Options = new ProxyOptions { LogHealthChecks = logHealthChecks } };
            var proxies = ABackend.SetOf(model);
            Backend = proxies.Backends[0];
            var sinks = new LogSinks(new LogIdentity(new GlobalModel(), 1, "vm"));
            new ServerAnnouncer(sinks, new LogClock(TimeZoneInfo.Utc), () => 0, Hear).Adopt(proxies);
        }

        private void Hear(bool alert, string text) => _said.Add((alert ? "! " : "") + text);

        public Backend Backend { get; }

        public Server this[int index] => Backend.Servers[index];

        public string Probe(CheckOutcome outcome, int times = 1)
        {
            for (var i = 0; i < times; i++) HealthRules.Apply(Backend.Servers[0], outcome, ++_nowMs);
            return Said();
        }

        public string Do(Action<Server, long> action)
        {
            action(Backend.Servers[0], ++_nowMs);
            return Said();
        }

        private string Said()
        {
            var all = string.Join("\n", _said);
            _said.Clear();
            return all;
        }
    }

    private static ServerModel Checked(int rise = 2, int fall = 3) => ABackend.Server(1) with { Check = true, Rise = rise, Fall = fall };

    private static ServerModel Tracking(int id) => ABackend.Server(id) with { Track = "s1" };

    [Fact]
    public void The_first_failure_takes_a_fresh_server_down()
    {
        var site = new Site(servers: [Checked(), ABackend.Server(2)]);
        Assert.Equal("Server be/s1 is DOWN, reason: Layer7 wrong status, code: 500, info: \"Reason 500\", check duration: 2ms. " +
            "1 active and 0 backup servers left. 0 sessions active, 0 requeued, 0 remaining in queue.", site.Probe(Bad));
        Assert.False(site[0].IsUp);
    }

    [Fact]
    public void Fall_failures_in_a_row_take_a_server_down_and_rise_good_ones_bring_it_up()
    {
        var site = new Site(servers: [Checked(), ABackend.Server(2)]);
        site.Probe(Good);
        Assert.Equal("", site.Probe(Bad, 2));
        Assert.StartsWith("Server be/s1 is DOWN", site.Probe(Bad));
        Assert.Equal("", site.Probe(Good));
        Assert.Equal("Server be/s1 is UP, reason: Layer7 check passed, code: 200, check duration: 1ms. " +
            "2 active and 0 backup servers online. 0 sessions requeued, 0 total in queue.", site.Probe(Good));
    }

    [Fact]
    public void One_good_probe_between_failures_starts_the_count_again()
    {
        var site = new Site(servers: Checked());
        site.Probe(Good);
        site.Probe(Bad, 2);
        site.Probe(Good);
        Assert.Equal("", site.Probe(Bad, 2));
        Assert.True(site[0].IsUp);
    }

    [Fact]
    public void The_last_server_takes_the_backend_with_it()
    {
        var site = new Site(servers: Checked());
        Assert.EndsWith("\n! backend 'be' has no server available!", site.Probe(Bad));
        Assert.Equal(1, site.Backend.DownTransitions);
    }

    [Fact]
    public void Log_health_checks_reports_every_step_and_leaves_the_reason_out_of_the_change()
    {
        var site = new Site(logHealthChecks: true, Checked());
        Assert.Equal("Health check for server be/s1 succeeded, reason: Layer7 check passed, code: 200, check duration: 1ms, status: 3/3 UP.", site.Probe(Good));
        Assert.Equal("", site.Probe(Good, 3));
        Assert.Equal($"Health check for server be/s1 failed{Reason}, status: 2/3 UP.", site.Probe(Bad));
        site.Probe(Bad);
        Assert.Equal($"Health check for server be/s1 failed{Reason}, status: 0/2 DOWN.\n" +
            "Server be/s1 is DOWN. 0 active and 0 backup servers left. 0 sessions active, 0 requeued, 0 remaining in queue.\n" +
            "! backend 'be' has no server available!", site.Probe(Bad));
    }

    [Fact]
    public void A_404_with_disable_on_404_lets_only_persistent_streams_through()
    {
        var site = new Site(servers: Checked());
        site.Probe(Good);
        Assert.StartsWith("Server be/s1 is stopping, reason: Layer7 check conditionally passed, code: 404, check duration: 7ms. " +
            "0 active and 0 backup servers online. 0 sessions requeued, 0 total in queue.", site.Probe(Gone));
        Assert.True(site[0].IsUp);
        Assert.False(site[0].IsUsable);
        Assert.StartsWith("Server be/s1 is UP, reason", site.Probe(Good));
    }

    [Fact]
    public void Maintenance_and_its_end()
    {
        var site = new Site(servers: [Checked(), ABackend.Server(2)]);
        Assert.Equal("Server be/s1 is going DOWN for maintenance. 1 active and 0 backup servers left. 0 sessions active, 0 requeued, 0 remaining in queue.",
            site.Do((server, now) => server.EnterMaintenance(now)));
        Assert.Equal("", site.Probe(Bad, 5));
        Assert.Equal("Server be/s1 is UP/READY (leaving forced maintenance).", site.Do((server, now) => server.MakeReady(now)));
        Assert.StartsWith("Server be/s1 is DOWN", site.Probe(Bad));
        Assert.Equal("Server be/s1 was DOWN and now enters maintenance.", site.Do((server, now) => server.EnterMaintenance(now)));
        Assert.Equal("Server be/s1 is UP/DRAIN (leaving forced maintenance).\nServer be/s1 remains in forced drain mode.",
            site.Do((server, now) => server.StartDraining(now)));
    }

    [Fact]
    public void Drain_and_its_end()
    {
        var site = new Site(servers: [Checked(), ABackend.Server(2)]);
        Assert.Equal("Server be/s1 enters drain state. 1 active and 0 backup servers online. 0 sessions requeued, 0 total in queue.",
            site.Do((server, now) => server.StartDraining(now)));
        Assert.Equal("Server be/s1 is UP (leaving forced drain).", site.Do((server, now) => server.MakeReady(now)));
    }

    [Fact]
    public void Followers_of_a_tracked_server_change_with_it()
    {
        var site = new Site(servers: [Checked(1, 1), Tracking(2)]);
        Assert.Matches("^Server be/s1 is DOWN.*\nServer be/s2 is DOWN via be/s1\\. 0 active and 0 backup servers left\\.", site.Probe(Bad));
        Assert.Contains("Server be/s2 is UP via be/s1. 2 active and 0 backup servers online.", site.Probe(Good));
        Assert.Contains("Server be/s2 is going DOWN for maintenance via be/s1.", site.Do((server, now) => server.EnterMaintenance(now)));
        Assert.Equal("Server be/s1 is UP/READY (leaving forced maintenance).\nServer be/s2 is UP/READY (leaving maintenance).",
            site.Do((server, now) => server.MakeReady(now)));
        Assert.Contains("Server be/s2 enters drain state via be/s1.", site.Do((server, now) => server.StartDraining(now)));
        Assert.EndsWith("Server be/s2 is UP (leaving drain) via be/s1.", site.Do((server, now) => server.MakeReady(now)));
    }

    [Fact]
    public void Health_set_from_the_command_line_says_so()
    {
        var site = new Site(servers: [Checked(), ABackend.Server(2)]);
        Assert.Equal("Server be/s1 is DOWN, changed from CLI. 1 active and 0 backup servers left. 0 sessions active, 0 requeued, 0 remaining in queue.",
            site.Do((server, now) => server.ForceHealth(OperatingState.Stopped, now)));
    }

    [Fact]
    public void Losing_the_last_active_server_runs_on_backup()
    {
        var site = new Site(servers: [Checked(), ABackend.Server(2) with { Backup = true }]);
        Assert.Contains(" 0 active and 1 backup servers left. Running on backup. 0 sessions active", site.Probe(Bad));
    }

    [Fact]
    public void A_server_that_comes_back_gets_its_share_slowly()
    {
        var site = new Site(servers: [Checked(1, 1) with { SlowStartMs = 1_000, MaxConnections = 50 }, ABackend.Server(2)]);
        Assert.Equal(100, site[0].ThrottlePercent);
        HealthRules.Apply(site[0], Bad, nowMs: 5_000);
        HealthRules.Apply(site[0], Good, nowMs: 6_000);
        Assert.Equal((OperatingState.Starting, 1, 1), (site[0].Operating, site[0].ThrottlePercent, site[0].CurrentLimit));
        HealthRules.Apply(site[0], Good, nowMs: 6_250);
        Assert.Equal((25, 12), (site[0].ThrottlePercent, site[0].CurrentLimit));
        var stream = new AStream();
        var picks = Enumerable.Range(0, 100).Count(_ => site.Backend.Select(stream) == site[0]);
        Assert.Equal(20, picks);
        HealthRules.Apply(site[0], Good, nowMs: 7_000);
        Assert.Equal((OperatingState.Running, 100, 50), (site[0].Operating, site[0].ThrottlePercent, site[0].CurrentLimit));
    }

    [Fact]
    public void Sessions_end_with_their_server_and_on_backups_when_an_active_one_returns()
    {
        var active = Checked(1, 1) with { OnMarkedDownShutdownSessions = true, OnMarkedUpShutdownBackupSessions = true };
        var site = new Site(servers: [active, ABackend.Server(2) with { Backup = true }]);
        var ended = new List<string>();
        foreach (var server in site.Backend.Servers) server.SessionsToEnd = each => ended.Add(each.Name);
        site.Probe(Bad);
        Assert.Equal(["s1"], ended);
        site.Probe(Good);
        Assert.Equal(["s1", "s2"], ended);
    }

    [Fact]
    public void Down_time_adds_up_while_the_server_is_down()
    {
        var site = new Site(servers: [Checked(1, 1), ABackend.Server(2)]);
        HealthRules.Apply(site[0], Bad, nowMs: 5_000);
        Assert.Equal(2_000, site[0].DownTimeMs(7_000));
        HealthRules.Apply(site[0], Good, nowMs: 8_000);
        Assert.Equal((3_000, 1), (site[0].DownTimeMs(60_000), site[0].DownTransitions));
    }

    [Theory]
    [InlineData(ErrorReaction.FailCheck, 3, "UP")]
    [InlineData(ErrorReaction.SuddenDeath, 2, "UP")]
    [InlineData(ErrorReaction.MarkDown, 0, "DOWN")]
    [InlineData(ErrorReaction.FastInterval, 4, "UP")]
    public void Errors_in_traffic_move_an_observed_server(ErrorReaction reaction, int health, string state)
    {
        var site = new Site(servers: Checked() with { Observe = ObserveMode.Layer7, OnError = reaction, ErrorLimit = 3 });
        site.Probe(Good);
        string Fail(int times) => site.Do((server, nowMs) =>
        {
            for (var i = 0; i < times; i++) server.Observe(TrafficSign.BadStatus, nowMs);
        });
        Fail(2);
        site.Do((server, nowMs) => server.Observe(TrafficSign.GoodStatus, nowMs));
        Assert.Equal("", Fail(2));
        var said = Fail(1);
        Assert.Equal(health, site[0].Health.Value);
        Assert.Equal(state == "DOWN", site[0].Operating == OperatingState.Stopped);
        if (state == "DOWN")
            Assert.StartsWith("Server be/s1 is DOWN, reason: Health analyze, info: \"Detected 3 consecutive errors, last one was: Wrong http response\".", said,
                StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(InitialState.None, OperatingState.Running, 2)]
    [InlineData(InitialState.FullyUp, OperatingState.Running, 4)]
    [InlineData(InitialState.Down, OperatingState.Stopped, 1)]
    [InlineData(InitialState.FullyDown, OperatingState.Stopped, 0)]
    public void A_server_begins_as_init_state_says(InitialState state, OperatingState operating, int health)
    {
        var site = new Site(servers: Checked() with { InitialState = state });
        Assert.Equal((operating, health), (site[0].Operating, site[0].Health.Value));
    }
}
