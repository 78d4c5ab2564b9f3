using Evenkeel.Model.Samples;
using Evenkeel.Proxy.Streams;

namespace Evenkeel.Proxy.Samples.Fetches;

/// <summary>Bytes and times of the stream (configuration.txt 7.3.2, 8.4).</summary>
internal static class StatisticsFetches
{
    public static readonly FetchRow[] Rows =
    [
        Fetch.Integer("bytes_in", SampleSource.RequestStatistics, context => context.Stream?.RequestBytesIn),
        Fetch.Integer("bytes_out", SampleSource.ResponseStatistics, context => context.Stream?.ResponseBytesIn),
        Fetch.Integer("req.bytes_in", SampleSource.RequestStatistics, context => context.Stream?.RequestBytesIn),
        Fetch.Integer("res.bytes_out", SampleSource.ResponseStatistics, context => context.Stream?.ResponseBytesOut),
        Fetch.Integer("res.bytes_in", SampleSource.ResponseStatistics, context => context.Stream?.ResponseBytesIn),
        Fetch.Integer("req.bytes_out", SampleSource.RequestStatistics, context => context.Stream?.RequestBytesOut),
        Timer("fc.timer.handshake", SampleSource.ClientAddress, (in times) => times.HandshakeDurationMs),
        Timer("fc.timer.total", SampleSource.Frontend, (in times) => times.TotalDurationMs),
        Timer("bc.timer.connect", SampleSource.ServerAddress, (in times) => times.ConnectDurationMs),
        Timer("req.timer.idle", SampleSource.RequestHeaders, (in times) => times.IdleDurationMs),
        Timer("req.timer.hdr", SampleSource.RequestHeaders, (in times) => times.RequestDurationMs),
        Timer("req.timer.tq", SampleSource.RequestHeaders, (in times) => times.JudgedMs == 0 ? -1 : times.JudgedMs - times.AcceptMs),
        Timer("req.timer.queue", SampleSource.ServerAddress, (in times) => times.QueueDurationMs),
        Timer("res.timer.hdr", SampleSource.ResponseHeaders, (in times) => times.ResponseDurationMs),
        Timer("res.timer.data", SampleSource.ResponseStatistics, (in times) => times.DataDurationMs),
        Timer("txn.timer.total", SampleSource.RequestStatistics, (in times) => times.ActiveDurationMs),
        Timer("txn.timer.user", SampleSource.RequestStatistics, (in times) => times.ActiveDurationMs),
        new(new FetchSignature("accept_date", SampleType.Integer, SampleSource.ClientAddress, [Takes.Text.Optional()])
        {
            Check = arguments => TimeUnits.Check(arguments, 0),
        }, (context, arguments, ref sample) => Moment(context, context.Stream?.Times.AcceptMs ?? context.Session?.AcceptMs, arguments, ref sample))
        {
            Prepare = (arguments, _) => TimeUnits.PerSecond(arguments, 0),
        },
        new(new FetchSignature("request_date", SampleType.Integer, SampleSource.RequestStatistics, [Takes.Text.Optional()])
        {
            Check = arguments => TimeUnits.Check(arguments, 0),
        }, (context, arguments, ref sample) => Moment(context, context.Stream?.Times.FirstByteMs, arguments, ref sample))
        {
            Prepare = (arguments, _) => TimeUnits.PerSecond(arguments, 0),
        },
    ];

    private delegate long Duration(in StreamTimes times);

    private static FetchRow Timer(string name, SampleSource source, Duration duration) =>
        Fetch.Integer(name, source, context => context.Stream is { } stream ? duration(in stream.Times) : null);

    private static bool Moment(SampleContext context, long? loopMs, BoundArguments arguments, ref Sample sample)
    {
        if (loopMs is not > 0 || context.Session is not { } session) return false;
        var milliseconds = session.Worker.Loop.WallOf(loopMs.Value);
        var perSecond = (long)arguments.State!;
        sample.SetInteger(perSecond >= 1000 ? milliseconds * (perSecond / 1000) : milliseconds / 1000);
        return true;
    }
}
