namespace Evenkeel.Proxy.Loop;

/// <summary>What one worker has done and holds, as it told itself.</summary>
/// <param name="AllocatedBytes">On the managed heap, by the worker's thread since it began; steady traffic must not move it.</param>
public readonly record struct WorkerActivity(long AllocatedBytes, long Turns, long Faults, int Sessions, int Streams, int Buffers,
    int BulkBuffers, int SmallBuffers, int Pipes, int TakenOver);

/// <summary>Asks every worker what it has done: each tells between two of its events. Any thread; poll <see cref="IsComplete"/>.</summary>
public sealed class ActivityReport
{
    private readonly WorkerActivity[] _workers;
    private int _missing;

    internal ActivityReport(Worker[] workers)
    {
        _workers = new WorkerActivity[workers.Length];
        _missing = workers.Length;
        foreach (var worker in workers) worker.Loop.Post(new ActionTask(() => Note(worker)));
    }

    public bool IsComplete => Volatile.Read(ref _missing) == 0;

    /// <summary>By worker, once complete.</summary>
    public IReadOnlyList<WorkerActivity> Workers => _workers;

    private void Note(Worker worker)
    {
        worker.NoteAllocations();
        var memory = worker.Memory;
        _workers[worker.Index] = new WorkerActivity(worker.ManagedBytesAllocated, worker.Loop.Turns, worker.Loop.Faults, worker.Streams.OpenSessions,
            worker.Streams.OpenStreams, memory.Regular.InUse, memory.Bulk.InUse, memory.Small.InUse, worker.Pipes.InUse, worker.TakenOver);
        Interlocked.Decrement(ref _missing);
    }
}
