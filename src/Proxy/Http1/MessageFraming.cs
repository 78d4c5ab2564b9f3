namespace Evenkeel.Proxy.Http1;

public enum BodyKind : byte
{
    None,

    /// <summary>A known number of bytes.</summary>
    Length,

    Chunked,

    /// <summary>Everything until the sender closes; responses and raw tunnels.</summary>
    UntilClose,
}

/// <summary>How a message ends and what its sender said about the connection (RFC 9112 §6, §9).</summary>
public struct MessageFraming
{
    public BodyKind Body;

    /// <summary>Bytes of the body when <see cref="Body"/> is Length.</summary>
    public long Length;

    /// <summary>The sender's connection can not be used again after this message.</summary>
    public bool CloseAfter;

    /// <summary>`Connection: upgrade` together with an Upgrade header.</summary>
    public bool Upgrade;
}
