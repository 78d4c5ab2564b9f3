using System.Net.Sockets;
using System.Text;
using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Life;

/// <summary>`haproxy -W` in a folder of its own, with a master's socket, a socket for systemd's messages, and a configuration that can be rewritten.</summary>
internal sealed class MasterTree : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("evenkeel-master.").FullName;
    private readonly Socket _notifications = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 5_000 };

    /// <param name="mode">`-W` or `-Ws`.</param>
    /// <param name="prepare">Fills the folder before anything starts.</param>
    public MasterTree(string mode, string global = "", Action<string>? prepare = null)
    {
        prepare?.Invoke(_folder);
        Port = Ports.Free();
        Global = global.Replace("{dir}", _folder);
        Configure("one");
        _notifications.Bind(new UnixDomainSocketEndPoint(PathOf("notify.sock")));
        Program = new RunningProgram("/usr/bin/env", "NOTIFY_SOCKET=" + PathOf("notify.sock"), Published.Haproxy, mode, "-S", PathOf("master.sock"),
            "-f", PathOf("haproxy.cfg"), "-p", PathOf("pid"));
        Program.WaitUntil(() => Program.Output.Contains("Loading success.", StringComparison.Ordinal), "the first worker serves");
    }

    public string Global { get; }

    public int Port { get; }

    public RunningProgram Program { get; }

    public string PathOf(string name) => Path.Combine(_folder, name);

    /// <summary>A frontend that answers every request with a word, or with what else is said behind it.</summary>
    /// <param name="isFormat">The word is a format.</param>
    public void Configure(string word, string more = "", bool answers = true, bool isFormat = false) => File.WriteAllText(PathOf("haproxy.cfg"), $$"""
        global
            stats socket {{PathOf("stats.sock")}} level admin expose-fd listeners
            {{Global}}
        defaults
            mode http
            timeout connect 2s
            timeout client 5s
            timeout server 5s
        frontend f
            bind 127.0.0.1:{{Port}}
            {{(answers ? $"http-request return status 200 content-type text/plain {(isFormat ? "lf-string" : "string")} \"{word}\"" : "")}}
        {{more}}

        """);

    /// <summary>The next message to systemd.</summary>
    public string Notification()
    {
        var buffer = new byte[4096];
        return Encoding.UTF8.GetString(buffer, 0, _notifications.Receive(buffer));
    }

    /// <summary>What the master answers to a line, until it closes.</summary>
    public string Command(string line) => Command(PathOf("master.sock"), line);

    public static string Command(string path, string line)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = 10_000 };
        socket.Connect(new UnixDomainSocketEndPoint(path));
        socket.Send(Encoding.ASCII.GetBytes(line + "\n"));
        socket.Shutdown(SocketShutdown.Send);
        var answer = new StringBuilder();
        var buffer = new byte[65536];
        int count;
        while ((count = socket.Receive(buffer)) > 0) answer.Append(Encoding.UTF8.GetString(buffer, 0, count));
        return answer.ToString();
    }

    public string Get()
    {
        using var client = new RawClient(Port);
        client.Send("GET / HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n");
        return client.ReadToEnd();
    }

    /// <summary>Pids of the workers, as `show proc` lists them: those of the newest configuration first.</summary>
    public int[] Workers() => [.. Command("show proc").Split('\n').Where(row => row.Contains(" worker ", StringComparison.Ordinal))
        .Select(row => int.Parse(row.AsSpan(0, row.IndexOf(' ', StringComparison.Ordinal))))];

    public void Dispose()
    {
        Program.Dispose();
        _notifications.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
