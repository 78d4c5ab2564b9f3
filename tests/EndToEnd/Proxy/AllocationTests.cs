using Evenkeel.Model.Proxy;
using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Proxy;

/// <summary>After warming up a worker allocates nothing more, whatever it serves and however many at a time.</summary>
public sealed class AllocationTests
{
    private const int Requests = 500;
    private const int ManyAtOnce = 150;

    [Theory]
    [InlineData(ProxyMode.Http, 1)]
    [InlineData(ProxyMode.Http, ManyAtOnce)]
    [InlineData(ProxyMode.Tcp, 1)]
    public void A_worker_allocates_nothing_per_request(ProxyMode mode, int atOnce)
    {
        using var server = ScriptedServer.Answering("hello");
        using var plane = new PlaneInProcess(server.Port, mode);
        var clients = Enumerable.Range(0, atOnce).Select(_ => plane.Connect()).ToArray();
        var rounds = Requests / atOnce;
        Ask(clients, 2 * rounds + 1);
        var before = plane.Allocated();
        Ask(clients, rounds);
        // The smallest object has 24 bytes: fewer bytes than requests means none per request. The just-in-time compiler may note something once.
        Assert.InRange(plane.Allocated() - before, 0, Requests - 1);
        foreach (var client in clients) client.Dispose();
        plane.AssertNothingHeld("requests");
    }

    [Fact]
    public void A_worker_allocates_nothing_per_connection()
    {
        using var server = ScriptedServer.Answering("hello");
        // Without reuse the first request of each connection would make the server's pool larger, up to its bound.
        using var plane = new PlaneInProcess(server.Port, reuse: HttpReuse.Always);
        Connect(plane, Requests);
        var before = plane.Allocated();
        Connect(plane, Requests);
        Assert.InRange(plane.Allocated() - before, 0, Requests - 1);
    }

    private static void Connect(PlaneInProcess plane, int times)
    {
        for (var i = 0; i < times; i++)
        {
            using var client = plane.Connect();
            Ask([client], 1);
        }
    }

    /// <summary>All ask before the first reads, so that all are served at once.</summary>
    private static void Ask(RawClient[] clients, int times)
    {
        for (var i = 0; i < times; i++)
        {
            foreach (var client in clients) client.Send("GET / HTTP/1.1\r\nHost: a\r\nUser-Agent: x\r\n\r\n");
            foreach (var client in clients) Assert.EndsWith("hello", client.ReadResponse(), StringComparison.Ordinal);
        }
    }
}
