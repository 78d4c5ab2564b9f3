using Evenkeel.Linux.Sockets;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Logging.Forwarding;
using Evenkeel.Proxy.Loop;
using Evenkeel.Proxy.Streams;
using Evenkeel.Proxy.Transport;

namespace Evenkeel.Proxy.Logging;

/// <summary>
/// Puts header and message together and hands the line to its targets: one for each worker, and one for changes of server states under their lock.
/// Allocates nothing per line. Owner: one thread at a time.
/// </summary>
public sealed class LogSender
{
    /// <summary>Longest `len` there is (configuration.txt 4.2 "log": 65535), so that every line fits.</summary>
    private const int MaxLineLength = 65_536;

    private readonly LogSinks _sinks;
    private readonly LogClock _clock;
    private readonly SendBatch? _sends;
    /// <summary>A header's longest tag and host name are known only when it is made: there is room for any.</summary>
    private const int MaxHeaderLength = 2_048;

    // Made when first wanted: a process that logs nothing does not carry them.
    private byte[]? _line;
    private byte[]? _message;
    private byte[]? _ownMessage;
    private byte[]? _structuredData;

    /// <param name="worker">Whose thread makes the lines: they leave with what it sends. Null for any other.</param>
    public LogSender(LogSinks sinks, LogClock clock, Worker? worker = null)
    {
        _sends = worker?.Sends;
        _sinks = sinks;
        _clock = clock;
    }

    /// <summary>Room to make a message in before it is handed to <see cref="Write(LogTargets, LogLevel, ReadOnlySpan{byte}, long)"/>.</summary>
    public Span<byte> Message(int length) => (_message ??= new byte[MaxLineLength]).AsSpan(0, Math.Min(length, MaxLineLength));

    /// <summary>Room for the message of a target with a format of its own.</summary>
    internal Span<byte> OwnMessage(int length) => (_ownMessage ??= new byte[MaxLineLength]).AsSpan(0, Math.Min(length, MaxLineLength));

    /// <summary>Room for the structured data of a target.</summary>
    internal Span<byte> StructuredData => _structuredData ??= new byte[MaxLineLength];

    private byte[] Line => _line ??= new byte[MaxHeaderLength + 2 * MaxLineLength];

    /// <param name="wallMs">Milliseconds since 1970-01-01 UTC.</param>
    public void Write(LogTargets targets, LogLevel level, ReadOnlySpan<byte> message, long wallMs)
    {
        if (!targets.Wants(level)) return;
        _clock.Set(wallMs);
        foreach (var target in targets.Targets)
            if (target.Passes(level) && target.TakesNext()) Write(target, level, message, default);
    }

    /// <summary>Sends one line to one target, whatever its levels.</summary>
    internal void Write(LogTarget target, LogLevel level, ReadOnlySpan<byte> message, ReadOnlySpan<byte> structuredData, long wallMs)
    {
        _clock.Set(wallMs);
        Write(target, level, message, structuredData);
    }

    /// <summary>"127.0.0.1:54792 [23/Nov/2026:03:26:28.839] web/1: REASON": a connection that never became a session.</summary>
    /// <returns>Bytes written.</returns>
    public int WriteRefusal(ClientSession session, ReadOnlySpan<byte> reason, Span<byte> message)
    {
        _clock.Set(session.Worker.Loop.WallMs);
        Span<byte> date = stackalloc byte[32];
        var text = new LineWriter(message);
        text.Put(session.ClientAddress);
        text.Put(" ["u8);
        text.Put(date[.._clock.WriteAccessDate(date)]);
        text.Put("] "u8);
        text.Put(session.Bind.LogName);
        text.Put(": "u8);
        text.Put(reason);
        return text.Length;
    }

    private void Write(LogTarget target, LogLevel level, ReadOnlySpan<byte> message, ReadOnlySpan<byte> structuredData)
    {
        var length = LogHeader.Write(Line, target.Format, target.Facility, target.Capped(level), _clock, _sinks.Identity, target.Tag, structuredData);
        length = Math.Min(length, target.MaxLength - 1);
        var room = Math.Max(0, target.MaxLength - 1 - length);
        if (message.Length > room) message = message[..room];
        message.CopyTo(Line.AsSpan(length));
        Send(target, length, message.Length);
    }

    /// <summary>Sends a message that came from elsewhere (`log-forward`) to the targets that want it.</summary>
    /// <param name="source">Who sent it, for the host field; without an address it is left as it is.</param>
    internal void Forward(LogTargets targets, in SyslogMessage message, LogHostPolicy hostPolicy, IpEndpoint source, long wallMs)
    {
        _clock.Set(wallMs);
        foreach (var target in targets.Targets)
        {
            if (!target.Passes(message.Level) || !target.TakesNext()) continue;
            var line = new LineWriter(Line.AsSpan(0, target.MaxLength - 1));
            ForwardedHeader.Write(ref line, target, message, hostPolicy, source, _clock);
            var header = line.Length;
            line.Put(message.Text);
            Send(target, header, line.Length - header);
        }
    }

    /// <summary>The line is in place but for its line feed.</summary>
    private void Send(LogTarget target, int headerLength, int messageLength)
    {
        Line[headerLength + messageLength] = (byte)'\n';
        var line = Line.AsSpan(0, headerLength + messageLength + 1);
        if (_sends is not null && target.Sink is DatagramSink datagrams && datagrams.TryPost(_sends, line)) return;
        if (!target.Sink.TryWrite(line, headerLength)) _sinks.CountDropped();
    }
}
