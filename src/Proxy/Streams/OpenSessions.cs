using System.Collections.Immutable;
using Evenkeel.Linux.Sockets;
using Evenkeel.Proxy.Loop;
using Evenkeel.Proxy.Servers;

namespace Evenkeel.Proxy.Streams;

/// <summary>One running stream as `show sess` tells of it: a copy, taken on the stream's worker.</summary>
/// <param name="BytesIn">Received on its client connection so far, former requests included; <paramref name="BytesOut"/> sent.</param>
public sealed record StreamNote(long Id, IpEndpoint Client, string Frontend, string? Backend, string? Server, StreamPhase Phase, long AgeMs, int RequestNumber,
    int Retries, long BytesIn, long BytesOut)
{
    /// <summary>When its connection was accepted, milliseconds since 1970-01-01 UTC.</summary>
    public long AcceptWallMs { get; init; }
    public int WorkerIndex { get; init; }
    public Model.Proxy.ProxyMode FrontendMode { get; init; }
    public Model.Proxy.ProxyMode BackendMode { get; init; }
    public int FrontendId { get; init; }
    public int BackendId { get; init; } = -1;
    public int ServerId { get; init; } = -1;
    public int ListenerId { get; init; }
    public string? ListenerName { get; init; }
    public IpEndpoint Local { get; init; }
    public Model.Proxy.SocketAddressModel? ServerAddress { get; init; }

    /// <summary>Milliseconds until the stream's own deadline; null while it has none.</summary>
    public long? ExpiresMs { get; init; }

    /// <summary>Sockets; -1 where there is none. Whether each has told its end.</summary>
    public int ClientDescriptor { get; init; } = -1;
    public int ServerDescriptor { get; init; } = -1;
    public bool ClientHasEnded { get; init; }
    public bool ServerHasEnded { get; init; }
    public long ServerBytesIn { get; init; }
    public long ServerBytesOut { get; init; }
    public bool IsHttp { get; init; }
    public int Status { get; init; } = -1;

    /// <summary>Method and target of the request; empty while they are not known.</summary>
    public string Uri { get; init; } = "";

    /// <summary>Its client's connection is broken and it runs on all the same.</summary>
    public bool IsSuspicious { get; init; }
}

/// <summary>Looks at and ends what runs on all workers, for people who ask: each worker does its share itself, between two of its events.</summary>
/// <remarks>Any thread. Listing and ending one stream answer later: poll the result, which is complete when every worker has had its turn.</remarks>
public sealed class OpenSessions
{
    /// <summary>Streams listed of one worker; a walk over more would hold its traffic up.</summary>
    public const int MostPerWorker = 4_096;

    private readonly ImmutableArray<Worker> _workers;

    public OpenSessions(IEnumerable<Worker> workers) => _workers = [.. workers];

    /// <summary>Asks every worker for its running streams.</summary>
    public SessionList List()
    {
        var list = new SessionList(_workers.Length);
        foreach (var worker in _workers) worker.Loop.Post(new ActionTask(() => list.Add(Notes(worker))));
        return list;
    }

    /// <summary>Ends all streams on a server (`shutdown sessions server`, `on-marked-down shutdown-sessions`).</summary>
    public void EndOn(Server server)
    {
        foreach (var worker in _workers) worker.Loop.Post(new ActionTask(() => End(worker, stream => ReferenceEquals(stream.Server, server))));
    }

    /// <summary>Ends one stream (`shutdown session`).</summary>
    /// <returns>Null when no worker can have such a stream.</returns>
    public SessionEnding? End(long streamId)
    {
        if (streamId < 0) return null;
        // Ids are given out in turn (WorkerStreams.NextId): the remainder tells whose it is.
        var worker = _workers[(int)(streamId % _workers.Length)];
        var ending = new SessionEnding();
        worker.Loop.Post(new ActionTask(() => ending.Set(End(worker, stream => stream.Id == streamId) > 0)));
        return ending;
    }

    private static List<StreamNote> Notes(Worker worker)
    {
        var notes = new List<StreamNote>();
        var nowMs = worker.Loop.NowMs;
        for (var session = worker.Streams.FirstOpen; session is not null && notes.Count < MostPerWorker; session = session.NextOpen)
        {
            if (session.Stream is not { } stream) continue;
            notes.Add(Note(worker, session, stream, nowMs));
        }

        return notes;
    }

    private static StreamNote Note(Worker worker, ClientSession session, Stream stream, long nowMs)
    {
        var (client, server) = (session.Connection, stream.ServerConnection);
        return new StreamNote(stream.Id, session.ClientAddress, session.Frontend.Name, stream.Backend?.Name, stream.Server?.Name, stream.Phase,
            nowMs - session.AcceptMs, stream.RequestNumber, stream.Retries, client.BytesRead, client.BytesWritten)
        {
            AcceptWallMs = worker.Loop.WallOf(session.AcceptMs),
            WorkerIndex = worker.Index,
            FrontendMode = session.Frontend.Model.Mode,
            FrontendId = session.Frontend.Id,
            BackendMode = stream.Backend?.Model.Mode ?? default,
            BackendId = stream.Backend?.Id ?? -1,
            ServerId = stream.Server?.Id ?? -1,
            ListenerId = session.Bind.Model.Id,
            ListenerName = session.Bind.Model.Name,
            Local = session.LocalAddress,
            ServerAddress = stream.Server?.Address,
            ExpiresMs = stream.IsSet ? Math.Max(0, stream.DeadlineMs - nowMs) : null,
            ClientDescriptor = client.Socket.Descriptor,
            ServerDescriptor = server?.Socket.Descriptor ?? -1,
            ClientHasEnded = client.PeerClosed,
            ServerHasEnded = server?.PeerClosed ?? false,
            ServerBytesIn = server?.BytesRead ?? 0,
            ServerBytesOut = server?.BytesWritten ?? 0,
            IsHttp = stream.IsHttp,
            Status = stream.Status,
            Uri = UriOf(stream.RequestLine),
            IsSuspicious = client.IsBroken,
        };
    }

    /// <summary>"GET /path" of a request line.</summary>
    private static string UriOf(ReadOnlySpan<byte> line) => System.Text.Encoding.Latin1.GetString(line[..Math.Max(0, line.LastIndexOf((byte)' '))]);

    private static int End(Worker worker, Predicate<Stream> which)
    {
        var ended = 0;
        for (var session = worker.Streams.FirstOpen; session is not null;)
        {
            var next = session.NextOpen;
            if (session.Stream is { } stream && which(stream))
            {
                session.Shutdown();
                ended++;
            }

            session = next;
        }

        return ended;
    }
}

/// <summary>The running streams of all workers, as far as they have told.</summary>
public sealed class SessionList(int workers)
{
    private readonly Lock _lock = new();
    private readonly List<StreamNote> _notes = [];
    private int _missing = workers;

    public bool IsComplete => Volatile.Read(ref _missing) == 0;

    /// <summary>A copy of what has come so far.</summary>
    public IReadOnlyList<StreamNote> Notes
    {
        get
        {
            lock (_lock) return _notes.ToArray();
        }
    }

    internal void Add(List<StreamNote> notes)
    {
        lock (_lock) _notes.AddRange(notes);
        Interlocked.Decrement(ref _missing);
    }
}

/// <summary>Whether the stream that was to be ended existed; null until its worker has looked.</summary>
public sealed class SessionEnding
{
    private int _state;

    public bool? Found => Volatile.Read(ref _state) switch { 0 => null, 1 => true, _ => false };

    internal void Set(bool found) => Volatile.Write(ref _state, found ? 1 : 2);
}
