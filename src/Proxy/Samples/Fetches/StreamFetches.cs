using Evenkeel.Model.Samples;
using Evenkeel.Proxy.Message;
using Evenkeel.Proxy.Streams;

namespace Evenkeel.Proxy.Samples.Fetches;

/// <summary>The stream itself, its two sides, its process (configuration.txt 7.3.2, 7.3.3, 7.3.7).</summary>
internal static class StreamFetches
{
    public static readonly FetchRow[] Rows =
    [
        Fetch.Integer("prio_class", SampleSource.Constant, context => context.Stream?.RuleState.PriorityClass),
        Fetch.Integer("prio_offset", SampleSource.Constant, context => context.Stream?.RuleState.PriorityOffset),
        Fetch.Integer("cpu_calls", SampleSource.Constant, context => context.Stream?.Runs),
        Fetch.Integer("cpu_ns_tot", SampleSource.Constant, context => context.Stream?.BusyNs),
        Fetch.Integer("cpu_ns_avg", SampleSource.Constant, context => context.Stream is { } stream ? stream.BusyNs / Math.Max(1, stream.Runs) : null),
        Fetch.Integer("lat_ns_tot", SampleSource.Constant, context => context.Stream?.WaitedNs),
        Fetch.Integer("lat_ns_avg", SampleSource.Constant, context => context.Stream is { } stream ? stream.WaitedNs / Math.Max(1, stream.Runs) : null),
        Fetch.Boolean("stopping", SampleSource.Constant, context => context.Proxies?.Process.IsStopping),
        Fetch.Integer("act_conn", SampleSource.Constant, context => context.Proxies?.Process.Connections.Current),
        Fetch.Integer("uptime", SampleSource.Constant, context => context.Proxies is { } proxies ? (long)proxies.Process.Uptime.TotalSeconds : null),
        Fetch.Boolean("internal.strm.is_htx", SampleSource.Constant, context => context.Stream?.IsHttp),
        // A connection carries one stream at a time, which has no number and cannot be reset alone.
        Fetch.Integer("fs.id", SampleSource.ClientConnection, context => context.Stream is null ? null : 0),
        Fetch.Integer("bs.id", SampleSource.ServerConnection, context => context.Stream is { HasServerConnection: true } ? 0 : null),
        Fetch.Integer("fs.rst_code", SampleSource.ClientConnection, _ => null),
        Fetch.Integer("bs.rst_code", SampleSource.ServerConnection, _ => null),
        Fetch.Boolean("fs.aborted", SampleSource.ClientConnection, context => context.Stream is null ? null : context.Session?.Connection.IsBroken),
        Fetch.Boolean("bs.aborted", SampleSource.ServerConnection, context =>
            context.Stream is null ? null : context.Stream.ServerConnection?.IsBroken ?? false),
        Fetch.Integer("bc_nb_streams", SampleSource.ServerConnection, context => context.Stream is { HasServerConnection: true } ? 1 : null),
        Fetch.Of("capture.res.ver", SampleType.String, SampleSource.HttpRequest, (context, _, ref sample) =>
        {
            if (context.Stream is not { Times.RequestMs: > 0 } stream || (stream.Status <= 0 && !stream.Response.IsPresent)) return false;
            var isOld = stream.Response.IsPresent ? stream.Response.MinorVersion == 0 : stream.ResponseIsOld;
            sample.SetString(isOld ? "HTTP/1.0"u8 : "HTTP/1.1"u8);
            return true;
        }),
        Fetch.Of("req.hdrs_bin", SampleType.Binary, SampleSource.RequestHeaders, (context, _, ref sample) =>
            WriteHeaders(context, context.Request, ref sample)),
        Fetch.Of("res.hdrs_bin", SampleType.Binary, SampleSource.ResponseHeaders, (context, _, ref sample) =>
            WriteHeaders(context, context.Response, ref sample)),
    ];

    /// <summary>Names in lower case and values, each behind its length (SPOE.txt 3.1); two empty ones at the end.</summary>
    private static bool WriteHeaders(SampleContext context, HttpMessage? message, ref Sample sample)
    {
        if (message is null) return false;
        var free = context.Scratch.Free;
        var length = 0;
        for (var i = 0; i < message.HeaderCount; i++)
        {
            if (!TryPut(message.Name(i), free, lowers: true, ref length) || !TryPut(message.Value(i), free, lowers: false, ref length)) return false;
        }
        if (!TryPut(default, free, lowers: false, ref length) || !TryPut(default, free, lowers: false, ref length)) return false;
        sample.SetBinary(context.Scratch.Keep(length));
        return true;
    }

    private static bool TryPut(ReadOnlySpan<byte> text, Span<byte> free, bool lowers, ref int length)
    {
        if (free.Length - length < text.Length + 10) return false;
        var value = text.Length;
        if (value >= 240)
        {
            free[length++] = (byte)(value | 240);
            value = (value - 240) >> 4;
            for (; value >= 128; value = (value - 128) >> 7) free[length++] = (byte)(value | 128);
        }
        free[length++] = (byte)value;
        foreach (var c in text) free[length++] = lowers ? Patterns.ByteStringComparer.Lower(c) : c;
        return true;
    }
}
