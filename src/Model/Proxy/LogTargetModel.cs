namespace Evenkeel.Model.Proxy;

public enum LogTransport { Udp, UnixDatagram, Descriptor, StandardOutput, StandardError, Ring, Backend }

/// <summary>`format`; Unspecified is `local`, or `rfc3164` when `log-send-hostname` is set.</summary>
public enum LogLineFormat { Rfc3164, Rfc5424, Local, Priority, Short, Timed, Iso, Raw, Unspecified }

/// <summary>One `log` line (configuration.txt 3.1 "log"). `log global` is already replaced by the global targets.</summary>
/// <param name="MaxLength">`len`, bytes; longer lines are cut.</param>
/// <param name="Level">Lines less urgent than this (larger number) are left out; 7 passes everything.</param>
/// <param name="MinimumLevel">Lines more urgent than this are sent with this level.</param>
public sealed record LogTargetModel(LogTransport Transport, SocketAddressModel? Address, int Facility, SourcePosition Position,
    LogLineFormat Format = LogLineFormat.Unspecified, int MaxLength = 1024, int Level = 7, int MinimumLevel = 0, string? RingName = null)
{
    /// <summary>`backend@NAME`: the backend in `mode log` that has the lines.</summary>
    public string? BackendName { get; init; }

    /// <summary>`sample`; null sends every line.</summary>
    public LogSampleModel? Sample { get; init; }

    /// <summary>`profile`: the name of a `log-profile` section.</summary>
    public string? Profile { get; init; }
}
