using System.Net;
using Evenkeel.Control;
using Evenkeel.Control.RuntimeApi;
using Evenkeel.Model;
using Evenkeel.Model.Process;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Servers;

namespace Evenkeel.Tests.Unit.Control;

/// <summary>A process with a frontend `web`, a backend `be1` of three servers and a `listen` named `both`, as commands and pages see it.</summary>
internal static class AProcess
{
    public const string Version = "3.5.0-test";

    public static ControlPlane Plane(params BackendModel[] more) => new(Proxies(more), new Door());

    public static ProxySet Proxies(params BackendModel[] more) => new(
        new ConfigurationModel
        {
            Global = new GlobalModel
            {
                Node = "nodeA",
                Description = "the demo",
                StatsSockets = [new BindModel { Address = new(SocketFamily.Unix, null, 0, "/run/h.sock"), Position = At(3), Level = CommandLevel.Admin }],
            },
            Frontends = [Web(), Both<FrontendModel>()],
            Backends = [Both<BackendModel>(), Be1(), .. more],
        },
        workers: 2, maxConnections: 500);

    public static SourcePosition At(int line) => new("h.cfg", line);

    public static ServerModel Server(string name, int id, int port) => new()
    {
        Name = name, Id = id, Position = At(30 + id), Address = new(SocketFamily.IPv4, IPAddress.Loopback, port),
    };

    /// <summary>A session that is told everything in one go and then half-closed, as monitoring scripts do.</summary>
    public static string Ask(ControlPlane plane, string typed, CommandLevel level = CommandLevel.Admin, long nowMs = 1_000)
    {
        var session = new CliSession(RuntimeCommands.Table, plane, level, 10_000);
        return Converse(session, typed, nowMs);
    }

    public static string Ask(string typed, CommandLevel level = CommandLevel.Admin) => Ask(Plane(), typed, level);

    public static string Converse(CliSession session, string typed, long nowMs = 1_000, bool close = true)
    {
        var text = new System.Text.StringBuilder();
        var bytes = System.Text.Encoding.Latin1.GetBytes(typed);
        var buffer = new byte[4096];
        var sent = 0;
        while (true)
        {
            sent += session.Receive(bytes.AsSpan(sent));
            if (close && sent == bytes.Length) session.EndInput();
            var length = session.Produce(buffer, nowMs);
            text.Append(System.Text.Encoding.Latin1.GetString(buffer, 0, length));
            if (length == 0 && (sent == bytes.Length || session.IsFinished)) return text.ToString();
        }
    }

    private static FrontendModel Web() => new()
    {
        Name = "web", Id = 2, Position = At(10), Mode = ProxyMode.Http, MaxConnections = 100, DefaultBackend = "be1",
        Options = new ProxyOptions { SocketStats = true },
        Binds =
        [
            new BindModel { Address = new(SocketFamily.IPv4, IPAddress.Loopback, 8080), Position = At(11) },
            new BindModel { Address = new(SocketFamily.IPv6, IPAddress.IPv6Loopback, 8081), Position = At(12), Name = "second" },
        ],
    };

    private static BackendModel Be1() => new()
    {
        Name = "be1", Id = 3, Position = At(30), Mode = ProxyMode.Http, Balance = new(BalanceAlgorithm.RoundRobin),
        Servers =
        [
            Server("s1", 1, 8001) with { Check = true, MaxConnections = 7 },
            Server("s2", 2, 8002) with { Weight = 50, Backup = true },
            Server("s3", 3, 8003) with { Disabled = true },
        ],
    };

    private static T Both<T>() where T : ProxyModel => (T)(ProxyModel)(typeof(T) == typeof(FrontendModel)
        ? new FrontendModel { Name = "both", Id = 4, Position = At(20), IsListen = true, Mode = ProxyMode.Tcp }
        : new BackendModel { Name = "both", Id = 4, Position = At(20), IsListen = true, Mode = ProxyMode.Tcp });

    private sealed class Door : IProcessDoor
    {
        public ProcessFacts Facts { get; } = new()
        {
            Version = Version, ReleaseDate = "2026/11/22", ProcessId = 4242, Threads = 2, DescriptorLimit = 1024, SocketLimit = 1024,
            StartTimeSec = 1_795_386_459,
        };

        public DateTimeOffset Now => new(2026, 11, 22, 22, 0, 0, TimeSpan.Zero);
        public TimeSpan Uptime => new(1, 2, 3, 4);
        public IEnumerable<string> Environment => ["HOME=/root", "EMPTY="];
        public string StartupLogs => "[NOTICE] started\n";
        public bool IsStopping => false;
        public long DroppedLogs => 0;

        public void Log(string text)
        {
        }
    }
}
