using Evenkeel.Proxy.Memory;
using Evenkeel.Proxy.Message;

namespace Evenkeel.Proxy.Streams;

/// <summary>`early-hint`: headers for the client ahead of the response (RFC 8297). Those that follow each other share one 103.</summary>
public sealed partial class Stream
{
    private NativeBuffer? _hints;
    private bool _isHinting;

    /// <returns>False when there is no room for it.</returns>
    public bool AddEarlyHint(ReadOnlySpan<byte> lowerName, ReadOnlySpan<byte> value, bool isLast)
    {
        // HTTP/1.0 knows no answers ahead of the answer.
        if (_clientIsOld) return true;
        _hints ??= Worker.Memory.Regular.Take();
        var line = "HTTP/1.1 103 Early Hints\r\n"u8;
        if (_hints.Free.Length < line.Length + lowerName.Length + value.Length + 6) return false;
        if (!_isHinting) _hints.Append(line);
        if (!_isHinting) _responseHeadsOut += line.Length + 2 + HttpMessage.CountedLessWritten;
        _responseHeadsOut += lowerName.Length + value.Length;
        _isHinting = !isLast;
        _hints.Append(lowerName);
        _hints.Append(": "u8);
        _hints.Append(value);
        _hints.Append(isLast ? "\r\n\r\n"u8 : "\r\n"u8);
        return true;
    }

    private void SendEarlyHints()
    {
        // The header behind may be left out for its condition, or have found no room.
        if (_isHinting) _hints!.Append("\r\n"u8);
        _isHinting = false;
        _toClient.SendRaw(_hints!.Filled);
        // It has an answer now, though none with a status of its own: what ends here is logged with 0.
        if (Status < 0) Status = 0;
        Worker.Memory.Return(ref _hints);
    }
}
