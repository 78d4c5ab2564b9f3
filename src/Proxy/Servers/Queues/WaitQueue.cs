namespace Evenkeel.Proxy.Servers.Queues;

/// <summary>
/// Streams waiting for a slot, first come first served: one queue per server, for those that must go there, and one per backend, for those
/// that any server may take.
/// </summary>
/// <remarks>A short lock of its own, taken only when somebody waits or may wait; <see cref="Length"/> is read without it.</remarks>
public sealed class WaitQueue
{
    private readonly Lock _lock = new();
    private QueueTicket? _first, _last;

    /// <summary>Waiting now and at most so far [qcur], [qmax].</summary>
    public Gauge Length { get; } = new();

    /// <summary>Joins at the end, unless <paramref name="limit"/> (0 is none) streams wait already.</summary>
    internal bool TryAdd(QueueTicket ticket, int limit, long arrival)
    {
        lock (_lock)
        {
            if (limit > 0 && Length.Current >= limit) return false;
            ticket.Queue = this;
            ticket.Arrival = arrival;
            ticket.Server = null;
            ticket.Position = Length.Current;
            ticket.Previous = _last;
            ticket.Next = null;
            if (_last is null) _first = ticket; else _last.Next = ticket;
            _last = ticket;
            Volatile.Write(ref ticket.State, QueueTicket.Waiting);
            Length.Increment();
            return true;
        }
    }

    /// <summary>Arrival of the first, long.MaxValue when nobody waits.</summary>
    internal long FirstArrival
    {
        get
        {
            if (Length.Current == 0) return long.MaxValue;
            lock (_lock) return _first?.Arrival ?? long.MaxValue;
        }
    }

    /// <summary>Takes the first out and gives it the slot the caller has taken; the caller then calls <see cref="QueueTicket.OnGranted"/>.</summary>
    internal QueueTicket? TakeFirst(Server server)
    {
        if (Length.Current == 0) return null;
        lock (_lock)
        {
            if (_first is not { } ticket) return null;
            Unlink(ticket);
            ticket.Server = server;
            Volatile.Write(ref ticket.State, QueueTicket.Granted);
            return ticket;
        }
    }

    /// <summary>Takes the first out without a slot, so that it looks for a server again (its server went down).</summary>
    internal QueueTicket? Evict()
    {
        lock (_lock)
        {
            if (_first is not { } ticket) return null;
            Unlink(ticket);
            ticket.Server = null;
            Volatile.Write(ref ticket.State, QueueTicket.Granted);
            return ticket;
        }
    }

    internal bool Remove(QueueTicket ticket)
    {
        lock (_lock)
        {
            if (ticket.State != QueueTicket.Waiting) return false;
            Unlink(ticket);
            Volatile.Write(ref ticket.State, QueueTicket.Idle);
            return true;
        }
    }

    private void Unlink(QueueTicket ticket)
    {
        if (ticket.Previous is null) _first = ticket.Next; else ticket.Previous.Next = ticket.Next;
        if (ticket.Next is null) _last = ticket.Previous; else ticket.Next.Previous = ticket.Previous;
        ticket.Previous = null;
        ticket.Next = null;
        Length.Decrement();
    }
}
