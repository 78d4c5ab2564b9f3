using Evenkeel.Proxy.Samples;
using Evenkeel.Proxy.Servers;

namespace Evenkeel.Proxy.Logging.Backends;

/// <summary>
/// A backend in `mode log` as a place for lines: LogSender -> <b>LogBackend</b> -> the sink of the server that balancing chooses. Any thread; a line that no
/// server can take is lost and counted.
/// </summary>
public sealed class LogBackend : ILogSink
{
    private readonly Backend _backend;

    /// <summary>Of `balance log-hash`; null for the other algorithms.</summary>
    private readonly BoundExpression? _converters;

    internal LogBackend(Backend backend, BoundExpression? converters) => (_backend, _converters) = (backend, converters);

    public bool TryWrite(ReadOnlySpan<byte> line, int messageOffset)
    {
        var input = LogBalanceInput.OfThread;
        if (_converters is not null) input.TakeKey(_converters, WithoutLineFeed(line[messageOffset..]));
        return _backend.Select(input)?.LogSink?.TryWrite(line, messageOffset) == true;
    }

    private static ReadOnlySpan<byte> WithoutLineFeed(ReadOnlySpan<byte> message) => message.EndsWith("\n"u8) ? message[..^1] : message;
}
