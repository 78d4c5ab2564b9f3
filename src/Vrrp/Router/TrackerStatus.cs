namespace Evenkeel.Vrrp.Router;

/// <summary>What is known of a tracked script, interface, file or process.</summary>
public enum TrackerStatus : byte
{
    /// <summary>No result yet.</summary>
    Unknown,
    Up,
    Down,
}

/// <summary>Whether this node's proxy can serve what the address brings (`evenkeel run`).</summary>
public enum ProxyReadiness : byte
{
    /// <summary>No proxy is run beside this address plane: plain Keepalived.</summary>
    NotUsed,
    /// <summary>Not ready yet since start: the address is not claimed.</summary>
    Starting,
    Ready,
    /// <summary>Was ready and is not any more: hung, gone or without listeners.</summary>
    Unready,
}
