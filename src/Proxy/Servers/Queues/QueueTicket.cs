namespace Evenkeel.Proxy.Servers.Queues;

/// <summary>
/// A stream's place in a queue: it waits for a slot on one server, or on any server of its backend. Each stream has one, pooled with it.
/// </summary>
/// <remarks>
/// Life: idle -> waiting (<see cref="Backend.Assign"/>) -> granted (a slot is already taken for it) or given up (<see cref="TryLeave"/>) -> idle.
/// Whoever frees a slot grants it, on whatever thread that is; <see cref="OnGranted"/> then only posts to the loop that owns the stream.
/// </remarks>
public abstract class QueueTicket
{
    internal const int Idle = 0, Waiting = 1, Granted = 2;

    internal QueueTicket? Previous, Next;
    internal WaitQueue? Queue;
    internal int State;

    /// <summary>Order of arrival in the backend, over all its queues.</summary>
    internal long Arrival;

    /// <summary>The server whose slot was taken for this stream; set before <see cref="OnGranted"/>.</summary>
    public Server? Server { get; internal set; }

    /// <summary>Streams that were before this one when it joined [%sq, %bq].</summary>
    public int Position { get; internal set; }

    public bool IsWaiting => Volatile.Read(ref State) == Waiting;

    /// <summary>A slot on <see cref="Server"/> is taken for this stream. Called on the thread that freed it: must only post to the owning loop.</summary>
    protected internal abstract void OnGranted();

    /// <summary>
    /// Stops waiting (timeout, client gone, server shut). False when a slot has been granted meanwhile: then <see cref="Server"/> is set and the
    /// caller must use or release it, and the posted wake-up must be ignored.
    /// </summary>
    public bool TryLeave() => Queue is { } queue && queue.Remove(this);

    /// <summary>Owner: the stream's worker, after it has taken over <see cref="Server"/>.</summary>
    public void Reset()
    {
        Server = null;
        Position = 0;
        Volatile.Write(ref State, Idle);
    }
}
