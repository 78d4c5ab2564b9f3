using System.Diagnostics;
using System.Globalization;
using System.Text;
using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Life;

/// <summary>One server changes among thousands of backends, under load. CI takes 1,000; `EVENKEEL_BACKENDS=10000` runs the long form and holds it to
/// its limits.
/// </summary>
public sealed class LargeReloadTests(ITestOutputHelper output)
{
    private const int Turns = 5;

    private static readonly int Backends = int.Parse(Environment.GetEnvironmentVariable("EVENKEEL_BACKENDS") ?? "1000", CultureInfo.InvariantCulture);

    [Fact]
    public void One_change_among_thousands_of_backends_is_in_effect_at_once_and_delays_nobody()
    {
        using var first = ScriptedServer.Answering("first");
        using var second = ScriptedServer.Answering("other");
        using var background = new LoadServer(1_000, 1);
        using var tree = new MasterTree("-W");
        // What this test itself does while a reload runs is taken for a delay: the texts are ready beforehand, and it looks at intervals.
        var texts = new[] { first, second }.ToDictionary(static server => server, server => Site(server.Port, background.Port));
        void Write(ScriptedServer changing) => tree.Configure("", texts[changing], answers: false);
        Write(first);
        Assert.StartsWith("Success=1", tree.Command("reload"), StringComparison.Ordinal);
        using var load = new SteadyLoad(tree.Port, requestsPerSecond: 200, websockets: 0, downloads: 0, 0);
        Thread.Sleep(5_000);
        var quiet = (load.LatencyMs(0.99), load.LatencyMs(0.999));
        load.ForgetLatencies();
        var times = new List<double>();
        for (var i = 0; i < Turns; i++)
        {
            var (now, word) = i % 2 == 0 ? (second, "other") : (first, "first");
            Write(now);
            Thread.Sleep(200);
            var clock = Stopwatch.StartNew();
            tree.Program.Signal("USR2");
            while (!Ask(tree.Port).EndsWith(word, StringComparison.Ordinal))
            {
                Assert.True(clock.ElapsedMilliseconds < 20_000, "the change does not take effect");
                Thread.Sleep(10);
            }
            times.Add(clock.Elapsed.TotalMilliseconds);
            Thread.Sleep(1_000);
        }
        var busy = (load.LatencyMs(0.99), load.LatencyMs(0.999));
        load.Finish(TimeSpan.FromSeconds(5));
        output.WriteLine($"{Backends} backends: in effect after {string.Join(", ", times.Select(static ms => $"{ms:0}"))} ms; p99/p99.9 without reloads "
            + $"{quiet.Item1:0.0}/{quiet.Item2:0.0} ms, with {busy.Item1:0.0}/{busy.Item2:0.0} ms; {load.FailureCount} failures");
        Assert.Equal(0, load.FailureCount);
        if (Backends < 10_000) return;
        Assert.All(times, static ms => Assert.InRange(ms, 0, 300));
        Assert.InRange(busy.Item2 - quiet.Item2, double.MinValue, 5);
    }

    private static string Ask(int port)
    {
        using var client = new RawClient(port);
        client.Send("GET /probe HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n");
        return client.ReadToEnd();
    }

    private static string Site(int changing, int others)
    {
        var text = new StringBuilder("use_backend b0 if { path /probe }\n use_backend b%[rand(8),add(1)]\n");
        for (var i = 0; i < Backends; i++) text.Append($"backend b{i}\n server s 127.0.0.1:{(i == 0 ? changing : others)} weight {i % 250 + 1}\n");
        return text.ToString();
    }
}
