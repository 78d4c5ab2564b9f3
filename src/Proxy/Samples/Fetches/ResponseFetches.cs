using Evenkeel.Model.Samples;

namespace Evenkeel.Proxy.Samples.Fetches;

/// <summary>The response's start line, and how the exchange stands (configuration.txt 7.3.6).</summary>
internal static class ResponseFetches
{
    public static readonly FetchRow[] Rows =
    [
        Fetch.Integer("status", SampleSource.HttpResponse, Status),
        Fetch.Integer("server_status", SampleSource.HttpResponse, Status),
        Fetch.Integer("txn.status", SampleSource.HttpResponse, context => context.Stream?.Status is > 0 and var status ? status : Status(context)),
        Fetch.Of("res.ver", SampleType.String, SampleSource.HttpResponse, (context, _, ref sample) => 
            context.Response is { } response && RequestFetches.Version(response.Version, ref sample)),
        Fetch.Of("resp_ver", SampleType.String, SampleSource.HttpResponse, (context, _, ref sample) => 
            context.Response is { } response && RequestFetches.Version(response.Version, ref sample)),
        Fetch.Integer("txn.conn_retries", SampleSource.ServerAddress, context => context.Stream?.Retries),
        Fetch.Boolean("txn.redispatched", SampleSource.ServerAddress, context => context.Stream?.Redispatched),
        Fetch.Of("txn.sess_term_state", SampleType.String, SampleSource.Internal, Termination),
        Fetch.Integer("txn.id32", SampleSource.Internal, context => (uint?)context.Stream?.Id),
    ];

    private static long? Status(SampleContext context) => context.Response is { Status: > 0 } response ? response.Status : null;

    private static bool Termination(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        var free = context.Scratch.Free;
        if (context.Stream is not { } stream || free.Length < 2) return false;
        free[0] = (byte)stream.Termination.Cause;
        free[1] = (byte)stream.Termination.Stage;
        sample.SetString(context.Scratch.Keep(2));
        return true;
    }
}
