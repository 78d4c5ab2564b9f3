using Evenkeel.Model.Proxy;
using Evenkeel.Model.Rules;
using Evenkeel.Proxy.Samples;
using Evenkeel.Proxy.Servers;

namespace Evenkeel.Proxy.Streams;

/// <summary>What a rule set said about a stream.</summary>
public enum RuleVerdict : byte
{
    /// <summary>Nothing final: the next rule set follows.</summary>
    Continue,

    /// <summary>`allow`, `accept`: the rest of this rule set was left out; the next rule set follows.</summary>
    Allow,

    /// <summary>`deny`, `reject`: <see cref="Stream.DenyStatus"/> is the status to answer with; 0 closes without an answer;
    /// <see cref="Stream.DeniedByReply"/> sends <see cref="Stream.Reply"/>.</summary>
    Deny,

    /// <summary>`redirect`, `return`, `auth`: <see cref="Stream.Reply"/> has been filled and is sent.</summary>
    Reply,

    /// <summary>`close`: the connection to the server ends.</summary>
    Close,

    /// <summary>`silent-drop`: the client's connection <see cref="Transport.Connection.Vanish">has gone</see>; nothing is sent to it any more.</summary>
    Vanish,

    /// <summary>`wait-for-body`: the rest has not come in time, 408 or 504 is answered.</summary>
    TimedOut,

    /// <summary>
    /// Not enough data yet: run again from the same rule (see <see cref="Stream.ResumeRule"/>) when more arrives or <see
    /// cref="Stream.RuleDeadlineMs"/> passes.
    /// </summary>
    Yield,
}

/// <summary>What `force-persist` and `ignore-persist` say of a request.</summary>
public enum PersistenceVerdict : byte
{
    Usual,

    /// <summary>Its server is used even when it is down, and no other one in its place.</summary>
    Force,

    /// <summary>Balanced as if it had no cookie, and given none.</summary>
    Ignore,
}

/// <summary>
/// The bound rules of one frontend or backend; the engine calls it at the stages, in their order:
/// tcp-request connection, session, content (frontend), http-request (frontend), use_backend, content and http-request (backend), use-server,
/// tcp-response content, http-response (backend, then frontend), http-after-response (backend, then frontend; answers of our own too).
/// </summary>
public interface IStreamRules
{
    /// <summary>Rule sets that have any rule; the others are not called.</summary>
    RuleSets Present { get; }

    /// <summary>The frontend of the connection is new; there is no stream yet.</summary>
    RuleVerdict RunOnConnection(RuleSets set, ClientSession session);

    RuleVerdict Run(RuleSets set, Stream stream);

    /// <summary>`use_backend`, else `default_backend`; null when no rule applies and there is no default, or it takes no traffic.</summary>
    Backend? ChooseBackend(Stream stream);

    /// <summary>`capture response header` of a frontend: what the server sent, whatever rules make of it.</summary>
    void CaptureResponse(Stream stream);

    /// <summary>`unique-id-format` of a frontend, and its header: made of the request as all rules have left it, unless one of them has asked before.</summary>
    void MakeUniqueId(Stream stream);

    /// <summary>`option forwarded`: adds the header it makes.</summary>
    void AddForwarded(Stream stream);

    /// <summary>`force-persist`, `ignore-persist`.</summary>
    PersistenceVerdict JudgePersistence(Stream stream);

    /// <summary>`use-server`; null when no rule applies. A rule that names a server which is down counts when <see cref="Stream.TakesDownServers"/>.</summary>
    Server? ChooseServer(Stream stream);

    /// <summary>`balance hash EXPRESSION`: writes the key; -1 when it has no value.</summary>
    int EvaluateBalanceKey(Stream stream, Span<byte> key);

    /// <summary>`http-error`: fills <see cref="Stream.Reply"/> with what is sent for a status; false when nothing was said of it.</summary>
    bool MakeErrorReply(int status, Stream stream);

    /// <summary>`monitor fail` says the site is to be reported as dead.</summary>
    bool MonitorFails(Stream stream);
}

/// <summary>Where finished streams are reported: the access log of a frontend.</summary>
public interface IStreamLog
{
    /// <summary>The line shows nothing that comes after the head of the response, and is written then (configuration.txt 8.2.6).</summary>
    bool IsEarly { get; }

    /// <summary>There is no format: lines tell of connections, and `monitor-uri` keeps none of them back.</summary>
    bool OnlyTellsWhoConnected { get; }

    /// <summary>The line shows addresses of the connection to the server, which is given back before.</summary>
    bool ShowsServerAddresses { get; }

    /// <summary>The stream has ended (or, with `option logasap`, its response has begun).</summary>
    void Write(Stream stream);

    /// <summary>The stream has come to a step that `log-steps` asks to be logged.</summary>
    void WriteStep(Stream stream, LogStep step);

    /// <summary>`do-log`: a line at once, whatever is written later.</summary>
    /// <param name="context">Stands where the rule is.</param>
    /// <param name="profile">The name of the profile to use; null uses that of each target.</param>
    void WriteNow(SampleContext context, LogStep step, string? profile);

    /// <summary>The connection was refused before it became a session: it did not begin as it has to.</summary>
    void WriteRefusal(ClientSession session, ReadOnlySpan<byte> reason);
}
