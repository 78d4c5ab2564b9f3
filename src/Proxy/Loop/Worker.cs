using Evenkeel.Linux.Tls;
using Evenkeel.Model.Process;
using Evenkeel.Proxy.Memory;
using Evenkeel.Proxy.Streams;
using Evenkeel.Proxy.Transport;

namespace Evenkeel.Proxy.Loop;

/// <summary>
/// One thread of the data plane: its loop, its memory, its source of chance. A connection and everything that serves it belong to one worker for life.
/// </summary>
public sealed class Worker
{
    private Thread? _thread;

    /// <param name="bufferSize">`tune.bufsize`, bytes.</param>
    /// <param name="maxRewrite">`tune.maxrewrite`, bytes.</param>
    public Worker(int index, EventLoop loop, int bufferSize, int maxRewrite, ulong seed)
    {
        Index = index;
        Loop = loop;
        Memory = new WorkerMemory(bufferSize, maxRewrite);
        Streams = new WorkerStreams(this);
        Upkeep = new WorkerUpkeep(this);
        Sends = new SendBatch(loop);
        _randomState = seed | 1;
    }

    /// <summary>From 0; counters per worker are arrays by this.</summary>
    public int Index { get; }

    /// <summary>How many workers the process has.</summary>
    public int Count { get; init; } = 1;

    /// <summary>Its thread group, from 0.</summary>
    public int Group { get; init; }

    /// <summary>With whom it shares idle server connections.</summary>
    public IdleSharing IdleSharing { get; init; } = IdleSharing.Group;

    public EventLoop Loop { get; }

    public WorkerMemory Memory { get; }

    /// <summary>Small sends of the turn, given to the kernel together.</summary>
    public SendBatch Sends { get; }

    /// <summary>Pipes for splice.</summary>
    public PipePool Pipes { get; init; } = new(int.MaxValue);

    /// <summary>Gives back, over time, what a burst has left in the pools.</summary>
    internal WorkerUpkeep Upkeep { get; }

    /// <summary>Sessions and streams of this worker.</summary>
    internal WorkerStreams Streams { get; }

    /// <summary>Bytes this worker's thread has allocated on the managed heap when it last looked; steady traffic must not move it.</summary>
    public long ManagedBytesAllocated => Volatile.Read(ref _managedBytesAllocated);

    private ulong _randomState;
    private long _managedBytesAllocated;

    /// <summary>Connection objects not in use; as many as were ever open at a time, so that no load makes garbage.</summary>
    private Connection? _freeConnections;

    /// <summary>Those that have been a server's, which makes them larger.</summary>
    private Connection? _freeServerConnections;

    private readonly Stack<TlsChannel> _freeTlsChannels = new();

    /// <summary>A closed connection for a socket of this worker; it comes back by <see cref="Connection.Close"/>.</summary>
    public Connection TakeConnection()
    {
        if (_freeConnections is not { } connection) return new Connection(this);
        _freeConnections = connection.Next;
        connection.Next = null;
        return connection;
    }

    /// <summary>The same for a socket to a server.</summary>
    internal Connection TakeServerConnection()
    {
        if (_freeServerConnections is not { } connection)
        {
            connection = TakeConnection();
            connection.PrepareForServer();
            return connection;
        }

        _freeServerConnections = connection.Next;
        connection.Next = null;
        return connection;
    }

    internal void ReturnConnection(Connection connection)
    {
        ref var free = ref connection.HasServerSide ? ref _freeServerConnections : ref _freeConnections;
        connection.Next = free;
        free = connection;
    }

    /// <summary>A closed channel; as many are kept as were ever open at a time.</summary>
    internal TlsChannel TakeTlsChannel() => _freeTlsChannels.TryPop(out var channel) ? channel : new TlsChannel();

    internal void ReturnTlsChannel(TlsChannel channel) => _freeTlsChannels.Push(channel);

    /// <summary>The next of this worker's pseudo-random numbers (xorshift64*); enough for balancing, not for secrets.</summary>
    public uint NextRandom()
    {
        var x = _randomState;
        x ^= x >> 12;
        x ^= x << 25;
        x ^= x >> 27;
        _randomState = x;
        return (uint)((x * 0x2545F4914F6CDD1DUL) >> 32);
    }

    /// <summary>Starts the thread. <paramref name="first"/> runs on it before the first turn.</summary>
    public void Start(Action first)
    {
        // 256 KiB of stack: the deepest call chain of the loop stays under 16 KiB; locked memory stays small.
        _thread = new Thread(() =>
        {
            first();
            Loop.Run();
        }, 262_144)
        { IsBackground = true, Name = "worker-" + Index };
        _thread.Start();
    }

    /// <summary>Notes <see cref="ManagedBytesAllocated"/>; on the worker's thread.</summary>
    public void NoteAllocations() => Volatile.Write(ref _managedBytesAllocated, GC.GetAllocatedBytesForCurrentThread());

    /// <summary>Waits for the thread after <see cref="EventLoop.RequestStop"/>.</summary>
    public bool Join(int timeoutMs) => _thread is null || _thread.Join(timeoutMs);
}
