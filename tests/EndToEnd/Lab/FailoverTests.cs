using System.Text.Json;
using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Lab;

/// <summary>
/// Two nodes, a switch, a client: the main promise. At 200 requests a second, each on a new connection, whatever fails on the master
/// the address moves, and requests succeed again within 3 x advert_int + (256 - priority)/256 s + 0.1 s. One repetition a case.
/// </summary>
[Collection("lab")]
public sealed class FailoverTests
{
    /// <summary>3 x 1 s + (256 - 95)/256 s + 0.1 s: what RFC 3768 gives a backup of priority 95, and a little for the machine.</summary>
    private const double LimitMs = 3000 + 161 * 1000.0 / 256 + 100;

    /// <summary>A script every 2 s is noticed up to 2 s late; the service answers meanwhile.</summary>
    private const int ScriptPeriodMs = 2000;

    [Theory]
    [InlineData("node-a")]
    [InlineData("stop-a")]
    [InlineData("kill-a")]
    [InlineData("link-a")]
    [InlineData("script-a")]
    public void The_address_moves_and_requests_go_on(string fault) => Run(fault, "evenkeel", "evenkeel");

    [Theory]
    [InlineData("node-a", "evenkeel", "debian")]
    [InlineData("stop-a", "evenkeel", "debian")]
    [InlineData("node-a", "debian", "evenkeel")]
    [InlineData("stop-a", "debian", "evenkeel")]
    [InlineData("kill-a", "names", "debian")]
    public void A_pair_with_the_original_does_the_same(string fault, string a, string b) => Run(fault, a, b);

    [Fact]
    public void A_proxy_that_crashes_is_started_again_where_the_address_is()
    {
        using var lab = new FailoverLab("evenkeel", "evenkeel");
        lab.StartAndSettle();
        var seen = lab.ProbeWhile(9, () => lab.Fail("proxy-a"));
        var text = seen.GetRawText();
        Assert.Contains("proxy worker ended (signal 9)", lab.Logs(), StringComparison.Ordinal);
        // The supervisor holds the listening sockets: only what the worker had in hand can be lost.
        Assert.True(seen.GetProperty("failed").GetInt32() <= 20, $"{text}\n{lab.Logs()}");
        Assert.True(seen.GetProperty("wrong").GetInt32() == 0, text);
        Assert.True(seen.GetProperty("longest_gap_ms").GetDouble() <= LimitMs, $"{text}\n{lab.Logs()}");
        Assert.True(seen.GetProperty("tail_ms").GetDouble() < 1000, $"{text}\n{lab.Logs()}");
    }

    [Fact]
    public void The_address_returns_when_the_process_is_back()
    {
        using var lab = new FailoverLab("evenkeel", "evenkeel");
        lab.StartAndSettle();
        lab.Fail("script-a");
        lab.WaitForHolder("node-b", 10_000);
        lab.Heal();
        lab.WaitForHolder("node-a", 10_000);
    }

    [Fact]
    public void With_both_processes_gone_the_address_stays_with_the_better_sum()
    {
        using var lab = new FailoverLab("evenkeel", "evenkeel");
        lab.StartAndSettle();
        lab.Fail("script-b");
        Thread.Sleep(2 * ScriptPeriodMs + 500);
        lab.Fail("script-a");
        Thread.Sleep(2 * ScriptPeriodMs + 4_000);
        Assert.Equal("node-a", lab.Holder());      // 100 - 10 against 95 - 10
    }

    [Fact]
    public void A_dead_server_costs_no_more_than_what_it_had_in_hand()
    {
        using var lab = new FailoverLab("evenkeel", "evenkeel");
        lab.StartAndSettle();
        var seen = lab.ProbeWhile(5, () => lab.Fail("server-1"));
        // Questions come 5 ms apart and are answered in a few: those the server had taken when it died are not asked again (the original's default, too).
        Assert.True(seen.GetProperty("failed").GetInt32() <= 5, $"{seen.GetRawText()}\n{lab.Logs()}");
        Assert.Equal(0, seen.GetProperty("wrong").GetInt32());
    }

    private static void Run(string fault, string a, string b)
    {
        using var lab = new FailoverLab(a, b);
        lab.StartAndSettle();
        var seen = lab.ProbeWhile(9, () => lab.Fail(fault));
        // After SIGKILL of everything nobody is left on the old node to take the address off its interface; the announcement moves the neighbours.
        lab.WaitForHolder(fault.StartsWith("kill", StringComparison.Ordinal) ? "node-a and node-b" : "node-b", 5_000);
        var text = seen.GetRawText();
        Assert.True(seen.GetProperty("wrong").GetInt32() == 0, text);
        Assert.True(seen.GetProperty("longest_gap_ms").GetDouble() <= LimitMs, $"{text}\n{lab.Logs()}");
        Assert.True(seen.GetProperty("tail_ms").GetDouble() < 1000, $"{text}\n{lab.Logs()}");
        Assert.True(seen.GetProperty("answered").GetInt32() > 400, text);
    }
}
