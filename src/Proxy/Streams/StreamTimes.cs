namespace Evenkeel.Proxy.Streams;

/// <summary>Moments in the life of a stream on the loop's clock, milliseconds; 0 is "not reached". The logged durations are made from them.</summary>
public struct StreamTimes
{
    /// <summary>The connection was accepted; for later requests of a kept connection, when the one before ended.</summary>
    public long AcceptMs;

    /// <summary>Handshakes (PROXY, TLS) were over.</summary>
    public long HandshakeMs;

    /// <summary>The first byte of the request arrived.</summary>
    public long FirstByteMs;

    /// <summary>The request's head was complete.</summary>
    public long RequestMs;

    /// <summary>A server slot was there.</summary>
    public long AssignedMs;

    /// <summary>The connection to the server was there.</summary>
    public long ConnectedMs;

    /// <summary>The response's head was complete.</summary>
    public long ResponseMs;

    /// <summary>The stream ended.</summary>
    public long EndMs;

    /// <summary>
    /// The rules are done with the request, or have its whole body: the end of its own time [%TR]. As in the original never when it was rejected, tarpitted
    /// or had nowhere to go; the time in the tarpit counts as waiting in a queue.
    /// </summary>
    public long JudgedMs;

    /// <summary>[%Th]</summary>
    public readonly long HandshakeDurationMs => HandshakeMs == 0 ? 0 : HandshakeMs - AcceptMs;

    /// <summary>Idle time before the request [%Ti].</summary>
    public readonly long IdleDurationMs => FirstByteMs == 0 ? -1 : FirstByteMs - Started;

    /// <summary>From the first byte until its rules are done [%TR]; -1 before.</summary>
    public readonly long RequestDurationMs => JudgedMs == 0 ? -1 : JudgedMs - FirstByteMs;

    /// <summary>Waiting in queues [%Tw].</summary>
    public readonly long QueueDurationMs => AssignedMs == 0 ? -1 : AssignedMs - (JudgedMs == 0 ? Started : JudgedMs);

    /// <summary>Connecting [%Tc].</summary>
    public readonly long ConnectDurationMs => ConnectedMs == 0 ? -1 : ConnectedMs - AssignedMs;

    /// <summary>From the connection to the response's head [%Tr].</summary>
    public readonly long ResponseDurationMs => ResponseMs == 0 || ConnectedMs == 0 ? -1 : ResponseMs - ConnectedMs;

    /// <summary>Active time of an HTTP request, without the idle time before it [%Ta].</summary>
    public readonly long ActiveDurationMs => FirstByteMs == 0 ? EndMs - Started : EndMs - FirstByteMs;

    /// <summary>From the response's head to its end [%Td].</summary>
    public readonly long DataDurationMs => ResponseMs == 0 ? -1 : EndMs - ResponseMs;

    /// <summary>Everything, from accept [%Tt].</summary>
    public readonly long TotalDurationMs => EndMs - AcceptMs;

    private readonly long Started => HandshakeMs == 0 ? AcceptMs : HandshakeMs;
}
