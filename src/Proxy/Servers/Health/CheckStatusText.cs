namespace Evenkeel.Proxy.Servers.Health;

/// <summary>The words for <see cref="CheckStatus"/>: codes of `show stat`, sentences of log lines and of the statistics page.</summary>
public static class CheckStatusText
{
    /// <summary>For example "L4OK".</summary>
    public static string Code(CheckStatus status) => status switch
    {
        CheckStatus.Unknown => "UNK",
        CheckStatus.Initializing => "INI",
        CheckStatus.Started => "",
        CheckStatus.HandedOver => "HANA",
        CheckStatus.SocketError => "SOCKERR",
        CheckStatus.L4Ok => "L4OK",
        CheckStatus.L4TimedOut => "L4TOUT",
        CheckStatus.L4Failed => "L4CON",
        CheckStatus.L6Ok => "L6OK",
        CheckStatus.L6TimedOut => "L6TOUT",
        CheckStatus.L6BadResponse => "L6RSP",
        CheckStatus.L7TimedOut => "L7TOUT",
        CheckStatus.L7BadResponse => "L7RSP",
        CheckStatus.L7Ok => "L7OK",
        CheckStatus.L7ConditionallyOk => "L7OKC",
        CheckStatus.L7BadStatus => "L7STS",
        CheckStatus.ProcessError => "PROCERR",
        CheckStatus.ProcessTimedOut => "PROCTOUT",
        _ => "PROCOK",
    };

    /// <summary>For example "Layer4 check passed" [check_desc].</summary>
    public static string Description(CheckStatus status) => status switch
    {
        CheckStatus.Unknown => "Unknown",
        CheckStatus.Initializing => "Initializing",
        CheckStatus.Started => "",
        CheckStatus.HandedOver => "Health analyze",
        CheckStatus.SocketError => "Socket error",
        CheckStatus.L4Ok => "Layer4 check passed",
        CheckStatus.L4TimedOut => "Layer4 timeout",
        CheckStatus.L4Failed => "Layer4 connection problem",
        CheckStatus.L6Ok => "Layer6 check passed",
        CheckStatus.L6TimedOut => "Layer6 timeout",
        CheckStatus.L6BadResponse => "Layer6 invalid response",
        CheckStatus.L7TimedOut => "Layer7 timeout",
        CheckStatus.L7BadResponse => "Layer7 invalid response",
        CheckStatus.L7Ok => "Layer7 check passed",
        CheckStatus.L7ConditionallyOk => "Layer7 check conditionally passed",
        CheckStatus.L7BadStatus => "Layer7 wrong status",
        CheckStatus.ProcessError => "External check error",
        CheckStatus.ProcessTimedOut => "External check timeout",
        _ => "External check passed",
    };

    /// <summary>The application answered something that carries a code [check_code].</summary>
    public static bool HasCode(CheckStatus status) => status is CheckStatus.L7Ok or CheckStatus.L7ConditionallyOk or CheckStatus.L7BadStatus
        or CheckStatus.ProcessError or CheckStatus.ProcessTimedOut or CheckStatus.ProcessOk;
}
