using System.Net;
using Evenkeel.Linux;
using Evenkeel.Linux.Sockets;
using Evenkeel.Model;
using Evenkeel.Model.Process;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy;
using Evenkeel.Proxy.Loop;
using Evenkeel.Proxy.Transport;
using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Proxy;

/// <summary>The data plane inside this process, so that its thread's allocations can be read: after warming up it allocates nothing more.</summary>
public sealed class AllocationTests
{
    private const int Requests = 500;

    [Fact]
    public void A_worker_allocates_nothing_per_request()
    {
        using var server = ScriptedServer.Answering("hello");
        var sockets = new OneSocket();
        var plane = new ProxyPlane(Model(server.Port), threads: 1, maxConnections: 100, seed: 1);
        Assert.True(plane.Bind(sockets, (_, _, problem) => Assert.Fail(problem)));
        plane.Start();
        using (var client = new RawClient(sockets.Port))
        {
            Ask(client, 2 * Requests);
            var before = Allocated(plane.Workers[0]);
            Ask(client, Requests);
            // The smallest object has 24 bytes: fewer bytes than requests means none per request. The just-in-time compiler may note something once.
            Assert.InRange(Allocated(plane.Workers[0]) - before, 0, Requests - 1);
        }

        plane.HardStop();
        Assert.Equal(0, plane.Workers[0].Memory.Regular.InUse);
        Assert.Equal(0, plane.Workers[0].Memory.Small.InUse);
    }

    private static void Ask(RawClient client, int times)
    {
        for (var i = 0; i < times; i++)
        {
            client.Send("GET / HTTP/1.1\r\nHost: a\r\nUser-Agent: x\r\n\r\n");
            Assert.EndsWith("hello", client.ReadResponse(), StringComparison.Ordinal);
        }
    }

    private static long Allocated(Worker worker)
    {
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

    private static ConfigurationModel Model(int serverPort)
    {
        var timeouts = new TimeoutsModel { ClientMs = 5_000, ServerMs = 5_000, ConnectMs = 1_000 };
        var options = new ProxyOptions { ForwardedFor = new ForwardedForModel() };
        SocketAddressModel At(int port) => new(SocketFamily.IPv4, IPAddress.Loopback, port);
        return new ConfigurationModel
        {
            Global = new GlobalModel(),
            Frontends =
            [
                new FrontendModel
                {
                    Name = "f", Id = 2, Position = SourcePosition.None, Mode = ProxyMode.Http, Timeouts = timeouts, Options = options, DefaultBackend = "b",
                    Binds = [new BindModel { Address = At(0), Position = SourcePosition.None }],
                },
            ],
            Backends =
            [
                new BackendModel
                {
                    Name = "b", Id = 3, Position = SourcePosition.None, Mode = ProxyMode.Http, Timeouts = timeouts,
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
