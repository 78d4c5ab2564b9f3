using System.Net.Sockets;
using System.Text;

namespace Evenkeel.Tests.EndToEnd.Harness;

/// <summary>
/// The published binary called as `haproxy` with a configuration of the test's own. `{port}` in it is the frontend's port, `{dir}` a folder of its own.
/// </summary>
internal sealed class Balancer : IDisposable
{
    private readonly RunningProgram _program;
    private readonly string _folder;

    /// <param name="prepare">Puts files into the folder before the program starts.</param>
    public Balancer(string configuration, Action<string> prepare) : this(configuration, null, prepare)
    {
    }

    public Balancer(string configuration, string? program = null, Action<string>? prepare = null)
    {
        Port = Ports.Free();
        _folder = Directory.CreateTempSubdirectory("evenkeel-test.").FullName;
        StatsSocket = Path.Combine(_folder, "stats.sock");
        prepare?.Invoke(_folder);
        File.WriteAllText(Path.Combine(_folder, "haproxy.cfg"), Complete(configuration));
        _program = new RunningProgram(program ?? Published.Haproxy, "-db", "-f", Path.Combine(_folder, "haproxy.cfg"));
        _program.WaitUntil(() => Ports.Answers(Port), "the frontend answers");
    }

    public int Port { get; }

    public string StatsSocket { get; }

    public RunningProgram Program => _program;

    public RawClient Connect() => new(Port);

    /// <summary>
    /// One request on a connection of its own: all bytes until the balancer closes, so the request must ask for that or be refused. The client's half stays
    /// open, for one that has ended makes the balancer give up the request (`option abortonclose`).
    /// </summary>
    public string Ask(string request)
    {
        using var client = Connect();
        client.Send(request);
        return client.ReadToEnd();
    }

    public string Get(string path, params string[] headers) =>
        Ask($"GET {path} HTTP/1.1\r\nHost: test.example\r\nConnection: close\r\n{string.Concat(headers.Select(h => h + "\r\n"))}\r\n");

    /// <summary>One line to the stats socket, its answer.</summary>
    public string Command(string line)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = 5_000 };
        socket.Connect(new UnixDomainSocketEndPoint(StatsSocket));
        socket.Send(Encoding.ASCII.GetBytes(line + "\n"));
        var answer = new StringBuilder();
        var buffer = new byte[65536];
        int count;
        while ((count = socket.Receive(buffer)) > 0) answer.Append(Encoding.UTF8.GetString(buffer, 0, count));
        return answer.ToString();
    }

    public void Dispose()
    {
        _program.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string Complete(string configuration)
    {
        var text = configuration.Replace("{port}", Port.ToString()).Replace("{dir}", _folder);
        const string Head = """
            global
                stats socket {socket} mode 600 level admin
            defaults
                mode http
                timeout connect 2s
                timeout client 5s
                timeout server 5s

            """;
        return (text.Contains("defaults") ? "" : Head.Replace("{socket}", StatsSocket)) + text + "\n";
    }
}
