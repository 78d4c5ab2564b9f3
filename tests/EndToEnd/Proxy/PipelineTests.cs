using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Proxy;

/// <summary>Messages that come behind each other in one buffer, and the one that does not fit into it any more.</summary>
public sealed class PipelineTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    /// <summary>More requests at once than a buffer holds: the last one in it is cut anywhere.</summary>
    [Theory]
    [InlineData(40)]
    [InlineData(41)]
    [InlineData(977)]
    public void More_requests_than_a_buffer_holds(int padding)
    {
        using var server = new ScriptedServer(static side =>
        {
            while (side.ReadHead() is not null) side.Send(Ok);
        });
        using var plane = new PlaneInProcess(server.Port);
        using var client = plane.Connect();
        var count = 40_000 / padding;
        client.Send(string.Concat(Enumerable.Range(0, count).Select(i =>
            $"GET /{i} HTTP/1.1\r\nHost: a\r\nX: {new string('x', padding)}\r\n{(i == count - 1 ? "Connection: close\r\n" : "")}\r\n")));
        var text = client.ReadToEnd();
        Assert.Equal(count, text.Split("HTTP/1.1 200 OK").Length - 1);
        Assert.Equal(count, server.Heads.Count);
        plane.AssertNothingHeld("a pipeline");
    }

    /// <summary>Interim responses fill the buffer, and the real one does not fit behind them.</summary>
    [Fact]
    public void A_response_behind_a_buffer_of_interim_ones()
    {
        using var server = new ScriptedServer(static side =>
        {
            if (side.ReadHead() is null) return;
            var hint = "HTTP/1.1 103 Early Hints\r\nLink: " + new string('l', 900) + "\r\n\r\n";
            side.Send(string.Concat(Enumerable.Repeat(hint, 17)) + "HTTP/1.1 200 OK\r\nX: " + new string('x', 3_000) + "\r\nContent-Length: 2\r\n\r\nok");
            side.ReadHead();
        });
        using var plane = new PlaneInProcess(server.Port);
        using var client = plane.Connect();
        client.Send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        var text = client.ReadToEnd();
        Assert.Equal(17, text.Split("103 Early Hints").Length - 1);
        Assert.EndsWith("ok", text, StringComparison.Ordinal);
    }
}
