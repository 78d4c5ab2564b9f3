namespace Evenkeel.Proxy.Streams;

/// <summary>How a soft stop treats client connections between two requests (configuration.txt `close-spread-time`, `option idle-close-on-response`).</summary>
/// <param name="SpreadMs">They are closed within this time; 0 closes them at once, <see cref="Timeout.Infinite"/> leaves them to their time-outs.</param>
/// <param name="AwaitsRequests">They stay until their next request, whose answer says that the connection ends: no request is ever lost to a close that
/// crossed it on its way.</param>
public readonly record struct DrainPolicy(int SpreadMs, bool AwaitsRequests)
{
    public bool ClosesAtOnce => SpreadMs == 0 && !AwaitsRequests;
}
