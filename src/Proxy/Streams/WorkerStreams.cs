using Evenkeel.Proxy.Loop;

namespace Evenkeel.Proxy.Streams;

/// <summary>Sessions and streams of one worker: free ones to take, open ones to list and to end. Owner: the worker.</summary>
internal sealed class WorkerStreams(Worker worker)
{
    /// <summary>Objects not in use; as many as were ever open at a time, so that no load makes garbage.</summary>
    private Stream? _freeStreams;
    private ClientSession? _freeSessions;
    private long _nextId;

    /// <summary>First in the list of open sessions.</summary>
    public ClientSession? FirstOpen { get; private set; }

    public int OpenSessions { get; private set; }

    public int OpenStreams { get; private set; }

    /// <summary>Soft stop: connections end after their next answer, and when they are idle as the policy says.</summary>
    public bool IsDraining { get; private set; }

    /// <summary>Connections end with their next answer, though nothing stops (`evenkeel drain`).</summary>
    public bool TurnsAway { get; set; }

    public DrainPolicy DrainPolicy { get; private set; }

    private long _drainingSinceMs;

    public void BeginDraining(DrainPolicy policy, long nowMs)
    {
        DrainPolicy = policy;
        _drainingSinceMs = nowMs;
        IsDraining = true;
    }

    /// <summary>Whether an answer sent now is the last on its connection. During `close-spread-time` it is with a chance that grows to certainty.</summary>
    public bool EndsConnections(long nowMs)
    {
        if (TurnsAway) return true;
        if (!IsDraining || DrainPolicy.SpreadMs == Timeout.Infinite) return false;
        if (DrainPolicy.SpreadMs == 0) return true;
        return nowMs - _drainingSinceMs >= worker.NextRandom() % (uint)DrainPolicy.SpreadMs;
    }

    /// <summary>From 0; no two workers give the same, and one alone leaves none out.</summary>
    public long NextId() => _nextId++ * worker.Count + worker.Index;

    public Stream TakeStream()
    {
        OpenStreams++;
        if (_freeStreams is not { } stream)
        {
            worker.Upkeep.Begin();
            return new Stream(worker);
        }

        _freeStreams = stream.NextFree;
        stream.NextFree = null;
        return stream;
    }

    public void Return(Stream stream)
    {
        OpenStreams--;
        stream.NextFree = _freeStreams;
        _freeStreams = stream;
    }

    public ClientSession TakeSession()
    {
        OpenSessions++;
        if (_freeSessions is { } session)
        {
            _freeSessions = session.NextOpen;
        }
        else
        {
            session = new ClientSession(worker);
        }

        session.NextOpen = FirstOpen;
        session.PreviousOpen = null;
        if (FirstOpen is not null) FirstOpen.PreviousOpen = session;
        FirstOpen = session;
        return session;
    }

    public void Return(ClientSession session)
    {
        OpenSessions--;
        if (session.PreviousOpen is null) FirstOpen = session.NextOpen;
        else session.PreviousOpen.NextOpen = session.NextOpen;
        if (session.NextOpen is not null) session.NextOpen.PreviousOpen = session.PreviousOpen;
        session.PreviousOpen = null;
        session.NextOpen = _freeSessions;
        _freeSessions = session;
    }
}
