namespace Evenkeel.Proxy.Loop;

/// <summary>Once a second while a worker's pools hold more than they keep at rest: part of what nobody needed goes back. An idle worker is never woken for
/// it. Owner: the worker.</summary>
internal sealed class WorkerUpkeep(Worker worker) : LoopTimer
{
    private const int PeriodMs = 1_000;

    /// <summary>A pool may have grown beyond what it keeps.</summary>
    public void Begin()
    {
        if (!IsSet) worker.Loop.Timers.Set(this, worker.Loop.NowMs + PeriodMs);
    }

    public override void OnDeadline(long nowMs)
    {
        worker.Memory.Trim();
        worker.Pipes.Trim();
        if (worker.Memory.IsSwollen || worker.Pipes.IsSwollen) Begin();
    }
}
