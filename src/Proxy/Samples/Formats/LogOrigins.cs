using Evenkeel.Model.Proxy;

namespace Evenkeel.Proxy.Samples.Formats;

/// <summary>`%OG`: when or where a line was made (configuration.txt 8.2.6).</summary>
internal static class LogOrigins
{
    public static ReadOnlySpan<byte> Of(LogStep step) => step switch
    {
        LogStep.Accept => "txn_accept"u8,
        LogStep.Request => "txn_request"u8,
        LogStep.Connect => "txn_connect"u8,
        LogStep.Response => "txn_response"u8,
        LogStep.Close => "txn_close"u8,
        LogStep.Error => "sess_error"u8,
        LogStep.TcpReqConn => "tcp-req-conn"u8,
        LogStep.TcpReqSess => "tcp-req-sess"u8,
        LogStep.TcpReqCont => "tcp-req-cont"u8,
        LogStep.TcpResCont => "tcp-res-cont"u8,
        LogStep.HttpReq => "http-req"u8,
        LogStep.HttpRes => "http-res"u8,
        LogStep.HttpAfterRes => "http-after-res"u8,
        _ => "unspec"u8,
    };
}
