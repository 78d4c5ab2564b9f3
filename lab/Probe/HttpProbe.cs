using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Evenkeel.Lab.Probe;

/// <summary>
/// The client of the lab: an open loop (a slow answer does not slow the next question down) of one request per new connection.
/// </summary>
internal sealed class HttpProbe(IPEndPoint target, byte[] request, ProbeOptions options)
{
    private readonly Tally _tally = new();

    public static async Task<int> RunAsync(string url, ProbeOptions options)
    {
        var uri = new Uri(url);
        var target = new IPEndPoint(IPAddress.Parse(uri.Host), uri.Port);
        var request = Encoding.ASCII.GetBytes($"GET {uri.PathAndQuery} HTTP/1.1\r\nHost: {uri.Authority}\r\nConnection: close\r\n\r\n");
        var probe = new HttpProbe(target, request, options);
        using var ended = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => { context.Cancel = true; ended.Cancel(); });
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => { context.Cancel = true; ended.Cancel(); });
        if (options.Seconds > 0) ended.CancelAfter(TimeSpan.FromSeconds(options.Seconds));
        await probe.AskAsync(ended.Token);
        var report = probe._tally.ToJson();
        if (options.Report is null) Console.WriteLine(report);
        else await File.WriteAllTextAsync(options.Report, report + "\n");
        return 0;
    }

    private async Task AskAsync(CancellationToken ended)
    {
        long start = Stopwatch.GetTimestamp(), asked = 0, shown = 0;
        var open = new List<Task>();
        while (!ended.IsCancellationRequested)
        {
            double elapsedMs = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            for (; asked * 1000.0 / options.Rate <= elapsedMs; asked++) open.Add(AskOnceAsync());
            open.RemoveAll(task => task.IsCompleted);
            if (options.Live && elapsedMs >= (shown + 1) * 1000)
            {
                shown++;
                Console.WriteLine(_tally.ToLine());
            }
            Thread.Sleep(1);
        }
        await Task.WhenAll(open);
        _tally.End();
    }

    private async Task AskOnceAsync()
    {
        long asked = _tally.Asked();
        using var timeout = new CancellationTokenSource(options.TimeoutMs);
        try
        {
            using var socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(target, timeout.Token);
            await socket.SendAsync(request, timeout.Token);
            var buffer = new byte[4096];
            int length = 0;
            while (length < buffer.Length)
            {
                int count = await socket.ReceiveAsync(buffer.AsMemory(length), timeout.Token);
                if (count == 0) break;
                length += count;
            }
            Judge(asked, Encoding.Latin1.GetString(buffer, 0, length));
        }
        catch (OperationCanceledException)
        {
            _tally.Failed("timeout");
        }
        catch (SocketException error)
        {
            _tally.Failed(error.SocketErrorCode.ToString());
        }
    }

    private void Judge(long asked, string answer)
    {
        int body = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (body < 0) _tally.Failed(answer.Length == 0 ? "closed without an answer" : "cut answer");
        else if (!answer.StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal)) _tally.Failed("status " + answer.AsSpan(9, 3).ToString());
        else if (options.Expect is { } expected && !expected.IsMatch(answer[(body + 4)..])) _tally.Wrong();
        else _tally.Answered(asked, answer[(body + 4)..].Trim());
    }
}
