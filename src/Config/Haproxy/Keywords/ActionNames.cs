using Evenkeel.Model.Rules;

namespace Evenkeel.Config.Haproxy.Keywords;

/// <summary>The actions of each rule set as the original lists them when it does not know one: all that it has, in its own order.</summary>
internal static class ActionNames
{
    private const string Counters = "sc-add-gpc(*) sc-inc-gpc(*) sc-inc-gpc0(*) sc-inc-gpc1(*) sc-set-gpt(*) sc-set-gpt0(*)";
    private const string Variables = "set-var-fmt(*) set-var(*) unset-var(*)";
    private const string OnRequests = "set-dst set-dst-port set-fc-mark set-fc-tos set-mark set-src set-src-port set-tos silent-drop";
    private const string OnResponses = "set-fc-mark set-fc-tos set-mark set-tos silent-drop set-bandwidth-limit";
    private const string OnStreams = "set-bc-mark set-bc-tos " + OnRequests + " set-bandwidth-limit set-priority-class set-priority-offset";
    private const string TrackCounters = "track-sc0' ... 'track-sc2";

    private static readonly string[] TcpConnection = Words("accept reject capture expect-proxy expect-netscaler-cip", TrackCounters, Counters, Variables);

    private static readonly string[] HttpRequest = Words("send-spoe-group wait-for-handshake set-retries set-log-level set-nice use-service", Counters,
        "do-resolve(*) cache-use add-acl(*) add-header add-headers-bin allow auth capture del-acl(*) del-header del-headers-bin del-map(*) deny",
        "disable-l7-retry do-log early-hint normalize-uri pause redirect reject replace-header replace-path replace-pathq replace-uri replace-value return",
        "set-header set-headers-bin set-map(*) set-method set-path set-pathq set-query set-uri strict-mode tarpit track-sc(*) set-timeout wait-for-body",
        Variables, OnStreams);

    private static readonly string[] HttpResponse = Words("send-spoe-group set-log-level set-nice", Counters,
        "cache-store add-acl(*) add-header add-headers-bin allow capture del-acl(*) del-header del-headers-bin del-map(*) deny do-log pause redirect",
        "replace-header replace-value return set-header set-headers-bin set-map(*) set-status strict-mode track-sc(*) set-timeout wait-for-body", Variables,
        OnResponses);

    private static readonly string[] HttpAfterResponse = Words("set-log-level", Counters,
        "add-header add-headers-bin allow capture del-acl(*) del-header del-headers-bin del-map(*) do-log replace-header replace-value set-header",
        "set-headers-bin set-map(*) set-status strict-mode", Variables);

    private static readonly string[] TcpRequestConnection = [.. TcpConnection, .. Words("do-log", OnRequests)];

    private static readonly string[] TcpRequestSession = [.. TcpConnection, .. Words("attach-srv do-log", OnRequests)];

    private static readonly string[] TcpRequestContent = Words("accept reject capture expect-proxy expect-netscaler-cip", TrackCounters,
        "send-spoe-group set-retries set-log-level set-nice switch-mode use-service", Counters, "do-resolve(*)", Variables, "do-log", OnStreams);

    private static readonly string[] TcpResponseContent = Words("accept close reject send-spoe-group set-log-level set-nice", Counters, Variables, "do-log",
        OnResponses);

    public static IReadOnlyList<string> Of(RuleSets set) => set switch
    {
        RuleSets.HttpRequest => HttpRequest,
        RuleSets.HttpResponse => HttpResponse,
        RuleSets.HttpAfterResponse => HttpAfterResponse,
        RuleSets.TcpRequestConnection => TcpRequestConnection,
        RuleSets.TcpRequestSession => TcpRequestSession,
        RuleSets.TcpRequestContent => TcpRequestContent,
        _ => TcpResponseContent,
    };

    private static string[] Words(params ReadOnlySpan<string> parts)
    {
        var words = new List<string>();
        foreach (var part in parts)
        {
            if (part == TrackCounters) words.Add(part);
            else words.AddRange(part.Split(' '));
        }
        return [.. words];
    }
}
