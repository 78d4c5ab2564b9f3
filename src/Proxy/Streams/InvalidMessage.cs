using Evenkeel.Linux.Sockets;
using Evenkeel.Proxy.Http1;

namespace Evenkeel.Proxy.Streams;

/// <summary>What is known of a request or response that broke the protocol, besides its bytes.</summary>
/// <param name="Number">Of all that were captured, from 0.</param>
/// <param name="WallMs">Milliseconds since 1970-01-01 UTC.</param>
/// <param name="Other">The other side: of a request the backend, of a response the frontend; null while there is none.</param>
/// <param name="BufferStart">Where the message began in its buffer of <paramref name="BufferSize"/> bytes.</param>
/// <param name="ErrorPosition">Of the offending byte in the message.</param>
public readonly record struct InvalidMessageNote(long Number, long WallMs, string? Other, int OtherId, string? Server, int ServerId, IpEndpoint Source,
    HeadError Error, int BufferStart, int BufferSize, int ErrorPosition);

/// <summary>A request or response that broke the protocol, as `show errors` tells of it: a copy.</summary>
public sealed record InvalidMessage(InvalidMessageNote Note, byte[] Bytes);

/// <summary>
/// The place a frontend has for its last invalid request, and a backend for its last invalid response. Any thread; memory is taken once, so that floods of
/// nonsense make no garbage.
/// </summary>
public sealed class InvalidMessageSlot
{
    private readonly Lock _lock = new();
    private byte[]? _bytes;
    private int _length;
    private InvalidMessageNote _note;

    /// <summary>A copy of the last one; null while there was none.</summary>
    public InvalidMessage? Last
    {
        get
        {
            lock (_lock) return _bytes is null ? null : new InvalidMessage(_note, _bytes.AsSpan(0, _length).ToArray());
        }
    }

    /// <summary>Keeps a message in the place of the one before it.</summary>
    /// <param name="bytes">Cut at the size of a buffer.</param>
    internal void Keep(in InvalidMessageNote note, ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            _bytes ??= new byte[note.BufferSize];
            _length = Math.Min(bytes.Length, _bytes.Length);
            bytes[.._length].CopyTo(_bytes);
            _note = note;
        }
    }
}
