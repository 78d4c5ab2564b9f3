namespace Evenkeel.Proxy.Streams;

/// <summary>What a stream adds to the statistics, in one place: at its end, and with `option contstats` its bytes as they flow.</summary>
public sealed partial class Stream
{
    private long _countedIn;
    private long _countedOut;

    private void Count()
    {
        CountBytes();
        _countedIn = _countedOut = 0;
        var index = Worker.Index;
        if (IsHttp && Status != 0) Frontend.Traffic[index].Counters.CountResponse(Status);
        Session.Acceptor.Process[index].SplicedBytesOut += _toClient.BytesSpliced + _toServer.BytesSpliced;
        if (Backend is { } backend && _inBackend)
        {
            var traffic = backend.Traffic[index];
            if (IsHttp && Status != 0) traffic.Counters.CountResponse(Status);
            if (Times.AssignedMs != 0) CountTimes(ref traffic.Times);
        }

        if (Server is not { } server) return;
        var served = server.Traffic[index];
        CountTimes(ref served.Times);
        served.Times.LastSessionMs = Times.EndMs;
    }

    /// <summary>Adds the bytes that have flowed since the last time.</summary>
    private void CountBytes()
    {
        var (received, sent) = (BytesIn - _countedIn, BytesOut - _countedOut);
        _countedIn += received;
        _countedOut += sent;
        var index = Worker.Index;
        Add(ref Frontend.Traffic[index].Counters, received, sent);
        Add(ref Session.Bind.Traffic[index].Counters, received, sent);
        Session.Acceptor.Process[index].BytesOut += received + sent;
        if (Backend is not null && _inBackend) Add(ref Backend.Traffic[index].Counters, received, sent);
        if (Server is not null) Add(ref Server.Traffic[index].Counters, received, sent);
    }

    private static void Add(ref Servers.TrafficCounters counters, long received, long sent)
    {
        counters.BytesIn += received;
        counters.BytesOut += sent;
    }

    private void CountTimes(ref Servers.TrafficTimes times) =>
        times.Add(Times.QueueDurationMs, Times.ConnectDurationMs, Times.ResponseDurationMs, Times.ActiveDurationMs);
}
