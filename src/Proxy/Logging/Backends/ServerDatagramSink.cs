using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Servers;

namespace Evenkeel.Proxy.Logging.Backends;

/// <summary>A UDP server of a log backend; follows its address when a command changes it. Any thread.</summary>
internal sealed class ServerDatagramSink(Server server) : ILogSink
{
    private volatile Place? _place;

    public bool TryWrite(ReadOnlySpan<byte> line, int messageOffset)
    {
        var address = server.Address;
        var place = _place;
        // Two threads that both see a new address open a socket each, and one of them is forgotten: a command has changed it, which is rare.
        if (place is null || !ReferenceEquals(place.Address, address))
            _place = place = new Place(address, LogSinks.OpenDatagram(address, place: server.Setup.Namespace));
        return place.Sink.TryWrite(line, messageOffset);
    }

    private sealed record Place(SocketAddressModel? Address, ILogSink Sink);
}
