using System.Collections.Immutable;
using Evenkeel.Model.Rules;

namespace Evenkeel.Model.Proxy;

/// <summary>
/// When a line of the access log is written (configuration.txt 8.3.5 "on"): the steps of a transaction, an error before there was one, and the rule sets in
/// which `do-log` may stand.
/// </summary>
public enum LogStep
{
    Accept,
    Request,
    Connect,
    Response,
    Close,
    Error,
    QuicInit,
    TcpReqConn,
    TcpReqSess,
    TcpReqCont,
    TcpResCont,
    HttpReq,
    HttpRes,
    HttpAfterRes,
    Any,
}

/// <summary>`log-steps`: None is the one line at the end.</summary>
[Flags]
public enum LogSteps { None = 0, Accept = 1, Request = 2, Connect = 4, Response = 8, Close = 16, All = 31 }

/// <summary>A `log-profile` section: what one `log` line does differently from its proxy (configuration.txt 8.3.5).</summary>
public sealed record LogProfileModel(string Name, string? Tag, ImmutableDictionary<LogStep, LogProfileStepModel> Steps, SourcePosition Position);

/// <summary>One `on STEP` line; null formats leave the proxy's own.</summary>
public sealed record LogProfileStepModel(bool Drops, LogFormatModel? Format, LogFormatModel? StructuredData);

/// <summary>`sample RANGES:SIZE` of a `log` line: of every so many lines only those with these numbers, from 1, are sent.</summary>
public sealed record LogSampleModel(ImmutableArray<(int First, int Last)> Ranges, int Size);

/// <summary>The names of log steps in configurations and in `%OG`.</summary>
public static class LogStepNames
{
    private static readonly string[] Names =
    [
        "accept", "request", "connect", "response", "close", "error", "quic-init", "tcp-req-conn", "tcp-req-sess", "tcp-req-cont", "tcp-res-cont", "http-req",
        "http-res", "http-after-res", "any",
    ];

    public static LogStep? Find(string name) => Array.IndexOf(Names, name) is >= 0 and var index ? (LogStep)index : null;

    public static string Of(LogStep step) => Names[(int)step];
}
