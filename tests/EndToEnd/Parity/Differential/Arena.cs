using System.Net;
using System.Net.Sockets;
using System.Text;
using Evenkeel.Tests.EndToEnd.Harness;
using Evenkeel.Tests.EndToEnd.Parity.Differential.Generation;

namespace Evenkeel.Tests.EndToEnd.Parity.Differential;

/// <summary>A program ended while it was asked.</summary>
internal sealed class ProgramEndedException(string message) : Exception(message);

/// <summary>Runs a program on many rule sets at once, sends each its exchanges, and returns what clients, servers and the log saw.</summary>
internal sealed class Arena : IDisposable
{
    // Ends that only a program which hangs comes to.
    private const int Clients = 32, SilenceMs = 30_000, EndMs = 30_000;

    // How long a client waits that is to find out whether there is an answer.
    private const int FirstByteMs = 4_000, NextByteMs = 1_000;
    private const string ReadyAddress = "127.15.0.1";
    private readonly string _folder = Directory.CreateTempSubdirectory("evenkeel-differential.").FullName;
    private readonly ReplyingServers _servers = new();
    private readonly int _port = Ports.Free();

    /// <summary>The configuration of a list of rule sets; line numbers of the parts let a complaint be told to the set it is about.</summary>
    public (string Text, int[] FirstLines) Compose(IReadOnlyList<RuleSet> sets)
    {
        var text = new StringBuilder($"""
            global
                log stdout len 60000 format local local0
                nbthread 1
                maxconn 600
                expose-experimental-directives
                hard-stop-after 8s
                tune.bufsize 16384
            defaults
                mode http
                log global
                timeout client 60s
                timeout server 60s
                timeout connect 60s
                timeout http-request 60s
                timeout http-keep-alive 300ms
                timeout queue 60s
                timeout tarpit 20ms
                balance roundrobin
            userlist people
                group staff users user
                user user insecure-password pass
            http-errors pages
                errorfile 403 0/e403.http
                errorfile 503 0/e503.http

            """);
        var lines = new int[sets.Count];
        for (int i = 0, line = text.ToString().AsSpan().Count('\n') + 1; i < sets.Count; i++)
        {
            lines[i] = line;
            // What one set does to its files no other sees.
            DifferentialFiles.WriteTo(Path.Combine(_folder, $"{i}"));
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
        var log = new LogFile(Path.Combine(_folder, "log"));
        using var running = new RunningProgram("/bin/sh", "-c", "exec \"$0\" -db -C \"$1\" -f \"$2\" >\"$3\"", program, _folder, file, log.Path);
        running.WaitUntil(Answers, "the configuration is served", EndMs);
        var views = new (List<string> Answers, List<string> Seen)[trials.Count];
        var next = -1;
        var clients = Enumerable.Range(0, Clients).Select(_ => new Thread(() =>
        {
            for (int i; (i = Interlocked.Increment(ref next)) < trials.Count;) views[i] = Converse(i, trials[i]);
        })).ToList();
        clients.ForEach(client => client.Start());
        clients.ForEach(client => client.Join());
        if (running.HasExited)
        {
            for (var i = 0; i < trials.Count; i++) _ = _servers.TakeSeen(i, sorted: false);
            throw new ProgramEndedException($"{program} ended: {running.Output}");
        }
        // It ends when its last stream has, and then all lines are written.
        running.Signal("USR1");
        running.WaitForExit(TimeSpan.FromMilliseconds(EndMs));
        _servers.WaitUntilIdle(EndMs);
        var lines = log.Read().ToLookup(line => line.Tag, line => line.Text);
        // Lines of two streams may come in either order.
        string[] Logged(int number) => [.. lines[$"F{number}"].Select(line => ComparableText.Of(line, number)).Order(StringComparer.Ordinal)];
        return [.. views.Select((view, i) => new Outcome(view.Answers,
            trials[i].TellsEach ? view.Seen : [ComparableText.Of(_servers.TakeSeen(i, sorted: true), i)], Logged(i)))];
    }

    public void Dispose()
    {
        _servers.Dispose();
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
            answers.Add(ComparableText.Of(Ask(number, exchange, trial.TellsEach), number));
            if (trial.TellsEach) seen.Add(ComparableText.Of(_servers.TakeSeen(number, sorted: false), number));
        }
        return (answers, seen);
    }

    /// <summary>Everything that comes until the other side closes or resets.</summary>
    private string Ask(int number, Exchange exchange, bool isImpatient)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        (socket.ReceiveTimeout, socket.NoDelay) = (isImpatient ? FirstByteMs : SilenceMs, true);
        var answer = new StringBuilder();
        var buffer = new byte[65536];
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            socket.Connect(IPAddress.Parse(RuleSet.FrontendAddress(number)), _port);
            socket.Send(Encoding.Latin1.GetBytes(exchange.Bytes.Replace("{n}", number.ToString())));
            for (int count; (count = socket.Receive(buffer)) > 0; socket.ReceiveTimeout = isImpatient ? NextByteMs : SilenceMs)
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
