namespace Evenkeel.Proxy.Servers;

/// <summary>
/// How long the stages of the last <see cref="Window"/> requests took, as one worker saw them: sliding means and maxima, milliseconds
/// ([qtime], [ctime], [rtime], [ttime] and their `_max`).
/// </summary>
public struct TrafficTimes
{
    /// <summary>Requests the mean looks back on (management.txt 9.1).</summary>
    public const int Window = 1024;

    /// <summary>Means are kept in 1/1024 ms, so that a single request in the window still shows.</summary>
    private const int FractionBits = 10;

    private long _queue, _connect, _response, _total;

    /// <summary>Requests behind the means, at most <see cref="Window"/>.</summary>
    public long Samples { get; private set; }

    public long QueueMaxMs, ConnectMaxMs, ResponseMaxMs, TotalMaxMs;

    /// <summary>Loop time of the last stream assigned, -1 when there was none [lastsess].</summary>
    public long LastSessionMs;

    public readonly long QueueMs => _queue >> FractionBits;

    public readonly long ConnectMs => _connect >> FractionBits;

    public readonly long ResponseMs => _response >> FractionBits;

    public readonly long TotalMs => _total >> FractionBits;

    /// <summary>Takes in one finished request. A stage that was not reached is passed as a negative number and counts as 0.</summary>
    public void Add(long queueMs, long connectMs, long responseMs, long totalMs)
    {
        if (Samples < Window) Samples++;
        Slide(ref _queue, ref QueueMaxMs, queueMs);
        Slide(ref _connect, ref ConnectMaxMs, connectMs);
        Slide(ref _response, ref ResponseMaxMs, responseMs);
        Slide(ref _total, ref TotalMaxMs, totalMs);
    }

    /// <summary>Joins what another worker saw, weighted by how many requests it saw.</summary>
    internal void Merge(in TrafficTimes other)
    {
        var samples = Samples + other.Samples;
        if (samples > 0)
        {
            _queue = (_queue * Samples + other._queue * other.Samples) / samples;
            _connect = (_connect * Samples + other._connect * other.Samples) / samples;
            _response = (_response * Samples + other._response * other.Samples) / samples;
            _total = (_total * Samples + other._total * other.Samples) / samples;
        }

        Samples = samples;
        QueueMaxMs = Math.Max(QueueMaxMs, other.QueueMaxMs);
        ConnectMaxMs = Math.Max(ConnectMaxMs, other.ConnectMaxMs);
        ResponseMaxMs = Math.Max(ResponseMaxMs, other.ResponseMaxMs);
        TotalMaxMs = Math.Max(TotalMaxMs, other.TotalMaxMs);
        LastSessionMs = Math.Max(LastSessionMs, other.LastSessionMs);
    }

    private readonly void Slide(ref long mean, ref long max, long valueMs)
    {
        if (valueMs < 0) valueMs = 0;
        mean += ((valueMs << FractionBits) - mean) / Samples;
        if (valueMs > max) max = valueMs;
    }
}
