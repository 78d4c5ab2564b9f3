using Evenkeel.Proxy.Servers;

namespace Evenkeel.Proxy.Streams;

/// <summary>What a stream adds to the statistics, in one place: at its end, and with `option contstats` its bytes as they flow.</summary>
public sealed partial class Stream
{
    /// <summary>What of its bytes has been added already.</summary>
    private TrafficBytes _counted;
    private long _countedWire;

    private void Count()
    {
        CountBytes();
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
        var now = new TrafficBytes { RequestIn = RequestBytesIn, RequestOut = RequestBytesOut, ResponseIn = ResponseBytesIn, ResponseOut = ResponseBytesOut };
        var more = now.Since(_counted);
        _counted = now;
        var index = Worker.Index;
        Frontend.Traffic[index].Counters.Bytes.Add(more);
        Session.Bind.Traffic[index].Counters.Bytes.Add(more);
        if (Backend is not null && _inBackend) Backend.Traffic[index].Counters.Bytes.Add(more);
        if (Server is not null) Server.Traffic[index].Counters.Bytes.Add(more);
        var wire = _client.BytesRead - _wireReadBefore + _client.BytesWritten - _wireWrittenBefore;
        Session.Acceptor.Process[index].BytesOut += wire - _countedWire;
        _countedWire = wire;
    }

    private void CountTimes(ref TrafficTimes times) =>
        times.Add(Times.QueueDurationMs, Times.ConnectDurationMs, Times.ResponseDurationMs, Times.ActiveDurationMs);
}
