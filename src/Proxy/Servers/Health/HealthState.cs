namespace Evenkeel.Proxy.Servers.Health;

/// <summary>How the last probe ended; each has a short code for `show stat` and a sentence for people (management.txt 9.1 check_status).</summary>
public enum CheckStatus
{
    Unknown, Initializing, Started, HandedOver, SocketError,
    L4Ok, L4TimedOut, L4Failed,
    L6Ok, L6TimedOut, L6BadResponse,
    L7TimedOut, L7BadResponse, L7Ok, L7ConditionallyOk, L7BadStatus,
    ProcessError, ProcessTimedOut, ProcessOk,
}

/// <summary>
/// What is known of a server's health from one kind of probe (the health check or the agent): counters against rise and fall, and the last outcome.
/// Written under the backend's change lock, read by anyone.
/// </summary>
public sealed class HealthState
{
    private volatile CheckOutcome _last = CheckOutcome.None;
    private volatile bool _isEnabled;
    private volatile bool _isRunning;
    private int _value;
    private long _failures;

    /// <summary>Probes are configured and not switched off by command.</summary>
    public bool IsEnabled { get => _isEnabled; set => _isEnabled = value; }

    /// <summary>The configuration asks for these probes at all.</summary>
    public bool IsConfigured { get; internal set; }

    /// <summary>A probe is under way; `show stat` then puts "* " before the last status.</summary>
    public bool IsRunning { get => _isRunning; internal set => _isRunning = value; }

    public int Rise { get; internal set; } = 2;

    public int Fall { get; internal set; } = 3;

    /// <summary>0 to rise + fall - 1; the server is up from <see cref="Rise"/> on [check_health].</summary>
    public int Value { get => Volatile.Read(ref _value); internal set => Volatile.Write(ref _value, value); }

    public bool IsUp => Value >= Rise;

    /// <summary>The last finished probe; replaced as a whole.</summary>
    public CheckOutcome Last { get => _last; internal set => _last = value; }

    /// <summary>Probes that failed while the server was up [chkfail].</summary>
    public long Failures => Interlocked.Read(ref _failures);

    internal void CountFailure() => Interlocked.Increment(ref _failures);

    internal void ClearFailures() => Interlocked.Exchange(ref _failures, 0);
}

/// <summary>One finished probe: what happened, the protocol's code if there was one, how long it took, and the textual detail.</summary>
/// <param name="DurationMs">-1 while no probe has finished.</param>
public sealed record CheckOutcome(CheckStatus Status, CheckResult Result, int Code, long DurationMs, string Info)
{
    public static readonly CheckOutcome None = new(CheckStatus.Initializing, CheckResult.Unknown, 0, -1, "");
}
