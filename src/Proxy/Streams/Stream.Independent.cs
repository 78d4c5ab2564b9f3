using Evenkeel.Proxy.Transport;

namespace Evenkeel.Proxy.Streams;

/// <summary>`option independent-streams`: in a relay, what is sent to a side no longer counts for the time in which that side must be heard of.</summary>
public sealed partial class Stream
{
    private HeardSide _clientHeard;
    private HeardSide _serverHeard;

    /// <summary>When a side that is on its own must have been heard of; never where none is.</summary>
    private long IndependentDeadline()
    {
        var now = Worker.Loop.NowMs;
        var deadline = Never;
        if (Front.Model.Options.IndependentStreams) deadline = ClientSession.After(_clientHeard.Listen(_client, now), TunnelTimeoutMs ?? ClientTimeoutMs);
        if (Back is not { Model.Options.IndependentStreams: true } || ServerConnection is not { } server) return deadline;
        return Math.Min(deadline, ClientSession.After(_serverHeard.Listen(server, now), TunnelTimeoutMs ?? ServerTimeoutMs));
    }

    /// <summary>True for the server, false for the client, null where neither's own time ran out.</summary>
    private bool? IsServerSilent(long nowMs)
    {
        if (Front.Model.Options.IndependentStreams && ClientSession.After(_clientHeard.SinceMs, TunnelTimeoutMs ?? ClientTimeoutMs) <= nowMs) return false;
        var isOn = Back is { Model.Options.IndependentStreams: true };
        return isOn && ClientSession.After(_serverHeard.SinceMs, TunnelTimeoutMs ?? ServerTimeoutMs) <= nowMs ? true : null;
    }

    /// <summary>When a side last sent something.</summary>
    private struct HeardSide
    {
        private long _bytes;

        public long SinceMs { get; private set; }

        public long Listen(Connection connection, long nowMs)
        {
            if (SinceMs == 0 || connection.BytesRead != _bytes) SinceMs = nowMs;
            _bytes = connection.BytesRead;
            return SinceMs;
        }
    }
}
