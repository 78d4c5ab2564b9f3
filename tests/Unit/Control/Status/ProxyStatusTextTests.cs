using System.Text.Json;
using Evenkeel.Control.Status;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Tests.Unit.Control.Status;

public sealed class ProxyStatusTextTests
{
    [Fact]
    public void One_screen_says_what_is_up()
    {
        var proxies = AProcess.Proxies();
        proxies.FindBackend("be1")!.Servers[1].EnterMaintenance(2_000);
        Assert.Equal(
            """
            0 of 500 connections, 0 new/s
            frontend web: OPEN, 0 of 100 connections, 0 new/s
            frontend both: OPEN, 0 of 500 connections, 0 new/s
            backend be1: UP, 1 of 3 servers up
              s1  UP 1/3     127.0.0.1:8001, for 5s
              s2  MAINT      127.0.0.1:8002, backup, for 3s
              s3  MAINT      127.0.0.1:8003, for 5s

            """, ProxyStatusText.Text(proxies, 5_000));
    }

    [Fact]
    public void Of_many_servers_only_those_in_trouble_are_listed_and_the_text_stays_short()
    {
        var servers = Enumerable.Range(1, 5_000).Select(id => AProcess.Server("s" + id, id, 1 + id) with { Disabled = id % 100 == 0 });
        var proxies = AProcess.Proxies(new BackendModel { Name = "big", Id = 9, Position = AProcess.At(90), Servers = [.. servers] });
        var text = ProxyStatusText.Text(proxies, 5_000);
        Assert.Contains("backend big: UP, 4950 of 5000 servers up\n  s100   MAINT", text, StringComparison.Ordinal);
        Assert.DoesNotContain("  s101 ", text, StringComparison.Ordinal);
        var thousands = Enumerable.Range(1, 3_000).Select(id => new BackendModel
        {
            Name = "b" + id, Id = 9 + id, Position = AProcess.At(90 + id), Servers = [AProcess.Server("s", 1, 1) with { Disabled = true }],
        });
        var many = AProcess.Proxies([.. thousands]);
        Assert.InRange(ProxyStatusText.Text(many, 5_000).Length, 10_000, 60_100);
        Assert.InRange(ProxyStatusText.Json(many).Length, 5_000, 60_000);
    }

    [Fact]
    public void The_json_says_the_same()
    {
        using var json = JsonDocument.Parse(ProxyStatusText.Json(AProcess.Proxies()));
        var backend = json.RootElement.GetProperty("backends")[1];
        Assert.Equal("be1", backend.GetProperty("name").GetString());
        Assert.Equal(2, backend.GetProperty("servers_up").GetInt32());
        Assert.Equal("MAINT", backend.GetProperty("servers")[2].GetProperty("status").GetString());
    }
}
