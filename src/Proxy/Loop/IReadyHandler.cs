namespace Evenkeel.Proxy.Loop;

/// <summary>What became possible on a descriptor. Edge-triggered: each bit is told once, until an attempt said EAGAIN again.</summary>
[Flags]
public enum Readiness
{
    None = 0,
    Readable = 1,
    Writable = 4,

    /// <summary>An error is pending (SO_ERROR tells which).</summary>
    Error = 8,

    /// <summary>Both directions are over.</summary>
    HangUp = 16,

    /// <summary>The peer will send nothing more; what it sent before can still be read.</summary>
    PeerClosed = 0x2000,
}

/// <summary>Owner of a descriptor registered with an <see cref="EventLoop"/>.</summary>
public interface IReadyHandler
{
    /// <summary>Called by the owning loop, never re-entered.</summary>
    void OnReady(Readiness events);

    /// <summary>An exception left <see cref="OnReady"/>, which is a bug of ours: drop what this handler owns. Must not throw.</summary>
    void OnFault(Exception bug);
}
