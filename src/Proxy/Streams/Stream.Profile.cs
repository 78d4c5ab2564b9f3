namespace Evenkeel.Proxy.Streams;

/// <remarks>How often this stream was run for its request, and, while `profiling.tasks` is on, how long that took and how long it had waited for it.</remarks>
public sealed partial class Stream
{
    private long _busyNs;
    private long _waitedNs;

    /// <summary>Runs since the request began, the present one included.</summary>
    internal int Runs { get; private set; }

    /// <summary>Nanoseconds in runs that have ended.</summary>
    internal long BusyNs => _busyNs;

    /// <summary>Nanoseconds from the beginning of the loop's turns, which is when what a stream waits for is known to have come, to its runs.</summary>
    internal long WaitedNs => _waitedNs;

    private void ForgetProfile()
    {
        Runs = 0;
        _busyNs = _waitedNs = 0;
    }

    private void TakeSteps()
    {
        Runs++;
        if (Worker.Loop.Profile.IsOn) TakeMeasuredSteps();
        else
            while (Step())
            {
            }
    }

    private void TakeMeasuredSteps()
    {
        var loop = Worker.Loop;
        var began = loop.ReadNs();
        // A turn that does not wait begins before its events are fetched.
        var waited = Math.Max(0, began - loop.NowNs);
        _waitedNs += waited;
        while (Step())
        {
        }
        var took = loop.ReadNs() - began;
        loop.Profile.Add(took, waited);
        if (Phase != StreamPhase.Free) _busyNs += took;
    }
}
