using System.Net;
using Evenkeel.Linux;
using Evenkeel.Linux.Sockets;
using Evenkeel.Model;
using Evenkeel.Model.Process;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy;
using Evenkeel.Proxy.Loop;
using Evenkeel.Proxy.Transport;

namespace Evenkeel.Tests.EndToEnd.Harness;

/// <summary>A data plane inside the test's own process, one frontend before one server, so that what it holds can be counted.</summary>
internal sealed class PlaneInProcess : IDisposable
{
    private readonly OneSocket _socket = new();

    public PlaneInProcess(int serverPort, ProxyMode mode = ProxyMode.Http, int timeoutMs = 5_000, int workers = 1,
        Func<ProxyOptions, ProxyOptions>? options = null, HttpReuse reuse = HttpReuse.Safe, bool collects = true)
    {
        ServerPort = serverPort;
        Plane = new ProxyPlane(Model(serverPort, mode, timeoutMs, options ?? (static given => given), reuse), null, workers, maxConnections: 20_000, seed: 1)
        {
            CollectsSends = collects,
        };
        Assert.True(Plane.Bind(_socket, (_, _, problem) => Assert.Fail(problem)));
        Plane.Start();
    }

    public ProxyPlane Plane { get; }

    public int Port => _socket.Port;

    public int ServerPort { get; }

    public RawClient Connect() => new(Port);

    /// <summary>What is held although nobody is served: empty when nothing is.</summary>
    public string Held()
    {
        var held = new List<string>();
        void Count(string what, int count)
        {
            if (count != 0) held.Add($"{count} {what}");
        }

        Count("sessions", Plane.OpenSessions);
        foreach (var worker in Plane.Workers)
        {
            Count("buffers", worker.Memory.Regular.InUse);
            Count("bulk buffers", worker.Memory.Bulk.InUse);
            Count("small buffers", worker.Memory.Small.InUse);
            Count("pipes", worker.Pipes.InUse);
            Count("faults", (int)worker.Loop.Faults);
        }

        foreach (var server in Plane.Proxies.Backends[0].Servers)
        {
            Count("slots", server.Slots.Current);
            Count("sockets to the server that no pool knows", Sockets(ServerPort)
                - Plane.Workers.Sum(worker => (int)server.Traffic[worker.Index].Gauges.SafeIdleConnections));
        }

        return string.Join(", ", held);
    }

    /// <summary>Waits until nothing is held any more.</summary>
    public void AssertNothingHeld(string after)
    {
        var settled = SpinWait.SpinUntil(() =>
        {
            Thread.Sleep(10);
            return Held().Length == 0;
        }, 5_000);
        if (!settled) Assert.Fail($"after {after}: {Held()}");
    }

    /// <summary>Bytes the worker's thread has allocated so far.</summary>
    public long Allocated(int workerIndex = 0)
    {
        var worker = Plane.Workers[workerIndex];
        // A flag and not an event: setting an event may itself allocate on the worker's thread.
        var done = new bool[1];
        worker.Loop.Post(new ActionTask(() =>
        {
            worker.NoteAllocations();
            Volatile.Write(ref done[0], true);
        }));
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref done[0]), 2_000));
        return worker.ManagedBytesAllocated;
    }

    public void Dispose() => Plane.HardStop();

    /// <summary>Established connections of this machine to a port; those to a server of a test are all the plane's.</summary>
    private static int Sockets(int port)
    {
        var end = $":{port:X4}";
        return File.ReadLines("/proc/net/tcp").Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Count(fields => fields.Length > 9 && fields[2].EndsWith(end, StringComparison.Ordinal) && fields[3] is "01" or "08" or "02" && fields[9] != "0");
    }

    private static ConfigurationModel Model(int serverPort, ProxyMode mode, int timeoutMs, Func<ProxyOptions, ProxyOptions> options, HttpReuse reuse)
    {
        var timeouts = new TimeoutsModel { ClientMs = timeoutMs, ServerMs = timeoutMs, ConnectMs = 1_000 };
        SocketAddressModel At(int port) => new(SocketFamily.IPv4, IPAddress.Loopback, port);
        return new ConfigurationModel
        {
            Global = new GlobalModel(),
            Frontends =
            [
                new FrontendModel
                {
                    Name = "f", Id = 2, Position = SourcePosition.None, Mode = mode, Timeouts = timeouts, DefaultBackend = "b",
                    Options = options(new ProxyOptions { ForwardedFor = new ForwardedForModel() }),
                    Binds = [new BindModel { Address = At(0), Position = SourcePosition.None }],
                },
            ],
            Backends =
            [
                new BackendModel
                {
                    Name = "b", Id = 3, Position = SourcePosition.None, Mode = mode, Timeouts = timeouts, HttpReuse = reuse,
                    Servers = [new ServerModel { Name = "s", Id = 1, Position = SourcePosition.None, Address = At(serverPort) }],
                },
            ],
        };
    }

    /// <summary>A socket on a port the kernel chooses.</summary>
    private sealed class OneSocket : ISocketSource
    {
        public int Port { get; private set; }

        public SysResult Open(BindModel bind, int backlog, out SocketHandle socket, out string problem)
        {
            problem = "no socket";
            var opened = SocketHandle.Open(KernelSocketAddress.AF_INET, SocketKind.Stream);
            socket = opened.IsOk ? new SocketHandle(opened.Value) : SocketHandle.None;
            if (opened.IsError) return opened;
            var bound = socket.Bind(KernelSocketAddress.FromIp(IPAddress.Loopback, 0));
            if (bound.IsError) return bound;
            _ = socket.LocalAddress(out var address);
            Port = address.Port;
            return socket.Listen(backlog);
        }
    }
}
