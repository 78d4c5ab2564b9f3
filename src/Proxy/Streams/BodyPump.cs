#pragma warning disable CS0649, CS0169, IDE0044 // the steps that set these follow
using Evenkeel.Proxy.Memory;

namespace Evenkeel.Proxy.Streams;

/// <summary>
/// One direction of a stream: bytes come from one connection, are checked against the message's framing, and go to the other. Holds a buffer only while bytes
/// are in flight. Owner: its stream.
/// </summary>
internal sealed partial class BodyPump
{
    private NativeBuffer? _buffer;
    private int _sendable;

    /// <summary>Every byte of the body has been received.</summary>
    public bool SourceDone { get; private set; }

    /// <summary>Bytes of the body that were received and not sent on yet.</summary>
    public ReadOnlySpan<byte> Pending => _buffer is null ? default : _buffer.Filled[.._sendable];
}
