using Evenkeel.Linux.Sockets;
using Evenkeel.Model.Samples;
using Evenkeel.Proxy.Transport;

namespace Evenkeel.Proxy.Samples.Fetches;

/// <summary>What the kernel measured of a TCP connection, and the SYN it kept (configuration.txt 7.3.3 "fc_rtt", "fc_saved_syn" and their kin).</summary>
/// <remarks>Cost: one system call for each value.</remarks>
internal static class TcpInfoFetches
{
    private const int MaxSynLength = 512;

    public static readonly FetchRow[] Rows =
    [
        Time("fc_rtt", SampleSource.ClientAddress, Client, (in info) => info.RoundTripUs),
        Time("fc_rttvar", SampleSource.ClientAddress, Client, (in info) => info.RoundTripVarianceUs),
        Time("bc_rtt", SampleSource.ClientAddress, Server, (in info) => info.RoundTripUs),
        Time("bc_rttvar", SampleSource.ClientAddress, Server, (in info) => info.RoundTripVarianceUs),
        Count("fc_unacked", (in info) => info.Unacked),
        Count("fc_sacked", (in info) => info.Sacked),
        Count("fc_retrans", (in info) => info.Retransmitted),
        Count("fc_fackets", (in info) => info.ForwardAcked),
        Count("fc_lost", (in info) => info.Lost),
        Count("fc_reordering", (in info) => info.Reordering),
        Fetch.Of("fc_saved_syn", SampleType.Binary, SampleSource.ClientAddress, (context, _, ref sample) =>
        {
            var free = context.Scratch.Free;
            if (Client(context) is not { } connection || free.Length < MaxSynLength) return false;
            var result = connection.Socket.TakeSavedSyn(free[..MaxSynLength]);
            if (!result.IsOk || result.Value == 0) return false;
            sample.SetBinary(context.Scratch.Keep((int)result.Value));
            return true;
        }),
    ];

    private delegate long ValueOf(in TcpInfo info);

    private static Connection? Client(SampleContext context) => context.Session?.Connection;

    private static Connection? Server(SampleContext context) => context.Stream?.ServerConnection;

    private static FetchRow Time(string name, SampleSource source, Func<SampleContext, Connection?> connection, ValueOf value) =>
        new(new FetchSignature(name, SampleType.Integer, source, [Takes.Text.Optional()])
        {
            Check = arguments => arguments.Length == 0 || arguments[0].Text is "" or "ms" or "us" ? null
                : $"expects 'us' or 'ms', got '{arguments[0].Text}'",
        }, (context, arguments, ref sample) =>
        {
            if (connection(context) is not { } found || !found.Socket.TryTcpInfo(out var info)) return false;
            sample.SetInteger((bool)arguments.State! ? value(info) : value(info) / 1000);
            return true;
        })
        {
            Prepare = (arguments, _) => arguments.Length > 0 && arguments[0].Text == "us",
        };

    private static FetchRow Count(string name, ValueOf value) =>
        new(new FetchSignature(name, SampleType.Integer, SampleSource.ClientAddress, [Takes.Text.Optional()]), (context, _, ref sample) =>
        {
            if (Client(context) is not { } found || !found.Socket.TryTcpInfo(out var info)) return false;
            sample.SetInteger(value(info));
            return true;
        });
}
