using System.Net;
using System.Net.Sockets;
using System.Text;
using Evenkeel.Tests.EndToEnd.Harness;
using Evenkeel.Tests.EndToEnd.Parity.Differential.Generation;

namespace Evenkeel.Tests.EndToEnd.Parity.Differential;

/// <summary>Runs a program on many rule sets at once, sends each its exchanges, and returns what clients, servers and the log saw.</summary>
internal sealed class Arena : IDisposable
{
    private const int Clients = 32, FirstByteMs = 4_000, NextByteMs = 1_000;
    private const string ReadyAddress = "127.15.0.1";
    private readonly string _folder = Directory.CreateTempSubdirectory("evenkeel-differential.").FullName;
    private readonly ReplyingServers _servers = new();
    private readonly int _port = Ports.Free();
    private readonly LogCollector _log = new();

    public Arena() => DifferentialFiles.WriteTo(_folder);

    /// <summary>The configuration of a list of rule sets; line numbers of the parts let a complaint be told to the set it is about.</summary>
    public (string Text, int[] FirstLines) Compose(IReadOnlyList<RuleSet> sets)
    {
        var text = new StringBuilder($"""
            global
                log 127.0.0.1:{_log.Port} len 60000 local0
                maxconn 600
                tune.bufsize 16384
            defaults
                mode http
                log global
                timeout client 3s
                timeout server 3s
                timeout connect 2s
                timeout http-request 2s
                timeout http-keep-alive 500ms
                timeout queue 1s
                balance roundrobin
            userlist people
                group staff users user
                user user insecure-password pass
            http-errors pages
                errorfile 403 e403.http
                errorfile 503 e503.http

            """);
        var lines = new int[sets.Count];
        for (int i = 0, line = text.ToString().AsSpan().Count('\n') + 1; i < sets.Count; i++)
        {
            lines[i] = line;
            var part = sets[i].Numbered(i).Replace("{port}", _port.ToString()).Replace("{server}", _servers.Port.ToString());
            line += part.AsSpan().Count('\n');
            text.Append(part);
        }
        // The last to be bound.
        return (text.Append($"frontend ready\n    bind {ReadyAddress}:{_port}\n    no log\n").ToString(), lines);
    }

    /// <summary>The verdict of a program: its exit code and what it says.</summary>
    public (int ExitCode, string Output) Check(string program, string configuration) =>
        RunningProgram.Run(program, "-c", "-C", _folder, "-f", Write(configuration, "checked.cfg"));

    public IReadOnlyList<Outcome> Run(string program, IReadOnlyList<Trial> trials)
    {
        var file = Write(Compose([.. trials.Select(trial => trial.Rules)]).Text, "haproxy.cfg");
        using var running = new RunningProgram(program, "-db", "-C", _folder, "-f", file);
        running.WaitUntil(Answers, "the configuration is served");
        _log.Take();
        var views = new (List<string> Answers, List<string> Seen)[trials.Count];
        var next = -1;
        var clients = Enumerable.Range(0, Clients).Select(_ => new Thread(() =>
        {
            for (int i; (i = Interlocked.Increment(ref next)) < trials.Count;) views[i] = Converse(i, trials[i]);
        })).ToList();
        clients.ForEach(client => client.Start());
        clients.ForEach(client => client.Join());
        if (running.HasExited) throw new InvalidOperationException($"{program} ended: {running.Output}");
        _log.WaitForSilence();
        var lines = _log.Take().ToLookup(line => line.Tag, line => line.Text);
        // Lines of two streams may come in either order.
        string[] Logged(int number) => [.. lines[$"F{number}"].Select(line => ComparableText.Of(line, number)).Order(StringComparer.Ordinal)];
        return [.. views.Select((view, i) => new Outcome(view.Answers, view.Seen, Logged(i)))];
    }

    public void Dispose()
    {
        _servers.Dispose();
        _log.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string Write(string configuration, string name)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, configuration);
        return path;
    }

    private bool Answers()
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Connect(IPAddress.Parse(ReadyAddress), _port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private (List<string> Answers, List<string> Seen) Converse(int number, Trial trial)
    {
        List<string> answers = [], seen = [];
        foreach (var exchange in trial.Exchanges)
        {
            answers.Add(ComparableText.Of(Ask(number, exchange), number));
            seen.Add(ComparableText.Of(_servers.TakeSeen(number, trial.KeepsOrder), number));
        }
        return (answers, seen);
    }

    /// <summary>Everything that comes until the other side closes, is silent for long, or resets.</summary>
    private string Ask(int number, Exchange exchange)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = FirstByteMs, NoDelay = true };
        var answer = new StringBuilder();
        var buffer = new byte[65536];
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            socket.Connect(IPAddress.Parse(RuleSet.FrontendAddress(number)), _port);
            socket.Send(Encoding.Latin1.GetBytes(exchange.Bytes));
            for (int count; (count = socket.Receive(buffer)) > 0; socket.ReceiveTimeout = NextByteMs)
                answer.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }
        catch (SocketException error)
        {
            // Between a reset and an orderly end lies only whether bytes were left unread.
            if (error.SocketErrorCode is not (SocketError.ConnectionReset or SocketError.Shutdown)) answer.Append($"<{error.SocketErrorCode}>");
        }
        return answer.ToString();
    }
}
