using System.Collections.Immutable;

namespace Evenkeel.Model.Proxy;

/// <summary>A `ring` section: a buffer for log lines from which servers get them by TCP and operators read them (configuration.txt 12.5).</summary>
/// <param name="Size">Of the buffer, bytes; the oldest lines make room for new ones.</param>
/// <param name="MaxLength">Longest line, bytes.</param>
/// <param name="IsImplicit">Made for one `log` line whose address is a stream: the line's own format counts.</param>
public sealed record RingModel(string Name, string Description, int Size, int MaxLength, LogLineFormat Format, ImmutableArray<ServerModel> Servers,
    TimeoutsModel Timeouts, SourcePosition Position, bool IsImplicit = false)
{
    public const int DefaultSize = 16_384;

    /// <summary>Smallest `log-bufsize` the original takes, bytes.</summary>
    public const int LeastSize = 194;
}
