namespace Evenkeel.Proxy.Streams;

/// <summary>What a finished stream adds to the statistics, in one place.</summary>
public sealed partial class Stream
{
    private void Count()
    {
        var index = Worker.Index;
        var now = Times.EndMs;
        ref var front = ref Frontend.Traffic[index].Counters;
        front.BytesIn += BytesIn;
        front.BytesOut += BytesOut;
        if (IsHttp && Status > 0) front.CountResponse(Status);
        ref var bind = ref Session.Bind.Traffic[index].Counters;
        bind.BytesIn += BytesIn;
        bind.BytesOut += BytesOut;
        ref var process = ref Session.Acceptor.Process[index];
        process.BytesOut += BytesOut + BytesIn;
        process.SplicedBytesOut += _toClient.BytesSpliced + _toServer.BytesSpliced;
        if (Backend is { } backend && _inBackend)
        {
            backend.Connections.Decrement();
            var traffic = backend.Traffic[index];
            traffic.Counters.BytesIn += BytesIn;
            traffic.Counters.BytesOut += BytesOut;
            if (IsHttp && Status > 0) traffic.Counters.CountResponse(Status);
            if (Times.AssignedMs != 0) CountTimes(ref traffic.Times);
        }

        if (Server is not { } server) return;
        var served = server.Traffic[index];
        served.Counters.BytesIn += BytesIn;
        served.Counters.BytesOut += BytesOut;
        if (IsHttp && Status > 0) served.Counters.CountResponse(Status);
        CountTimes(ref served.Times);
        served.Times.LastSessionMs = now;
    }

    private void CountTimes(ref Servers.TrafficTimes times) =>
        times.Add(Times.QueueDurationMs, Times.ConnectDurationMs, Times.ResponseDurationMs, Times.ActiveDurationMs);
}
