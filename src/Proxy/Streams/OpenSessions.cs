using System.Collections.Immutable;
using Evenkeel.Linux.Sockets;
using Evenkeel.Proxy.Loop;
using Evenkeel.Proxy.Servers;

namespace Evenkeel.Proxy.Streams;

/// <summary>One running stream as `show sess` tells of it: a copy, taken on the stream's worker.</summary>
/// <param name="BytesIn">Received on its client connection so far, former requests included; <paramref name="BytesOut"/> sent.</param>
public sealed record StreamNote(long Id, IpEndpoint Client, string Frontend, string? Backend, string? Server, StreamPhase Phase, long AgeMs, int RequestNumber,
    int Retries, long BytesIn, long BytesOut);

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
        // The low byte of a stream's id is its worker.
        var index = (int)(streamId & 255);
        if (streamId <= 0 || index >= _workers.Length) return null;
        var worker = _workers[index];
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
            notes.Add(new StreamNote(stream.Id, session.ClientAddress, session.Frontend.Name, stream.Backend?.Name, stream.Server?.Name, stream.Phase,
                nowMs - session.AcceptMs, stream.RequestNumber, stream.Retries, session.Connection.BytesRead, session.Connection.BytesWritten));
        }

        return notes;
    }

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
