using Evenkeel.Linux.Pcre;
using Evenkeel.Linux;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Message;
using Evenkeel.Proxy.Servers;
using Evenkeel.Proxy.Servers.Health;
using Evenkeel.Proxy.Streams;

namespace Evenkeel.Proxy.Samples;

/// <summary>
/// What an expression may look at while it is evaluated. One for each worker, pointed at a stream for as long as its rules run.
/// </summary>
public sealed partial class SampleContext
{
    private long _realtimeNs;
    private HttpMessage? _request;

    /// <param name="scratchBytes">Room for intermediate values; the original has three buffers of `tune.bufsize`.</param>
    public SampleContext(int scratchBytes = 65_536) => Scratch = new ScratchArena(scratchBytes);

    public ScratchArena Scratch { get; }

    public PcreMatch Match { get; } = new();

    /// <summary>What lists of regular expressions said of texts seen lately.</summary>
    internal Patterns.MatchCache Matches { get; } = new();

    internal Formats.DateText Dates { get; } = new();

    /// <summary>The loop's clock, milliseconds.</summary>
    public long NowMs { get; set; }

    /// <summary>Wall clock, nanoseconds since 1970-01-01 UTC; read when first wanted in a run. Tests set it.</summary>
    public long RealtimeNs
    {
        get => _realtimeNs == 0 ? _realtimeNs = Clocks.RealtimeNs() : _realtimeNs;
        set => _realtimeNs = value;
    }

    public Stream? Stream { get; private set; }

    /// <summary>What the client sent never became a request: the line about it finds no stream in its expressions.</summary>
    internal bool LacksRequest { get; set; }

    /// <summary>A line of the log is made: also where the request's head is still there it counts as gone.</summary>
    internal bool IsOfLine { get; set; }

    /// <summary>The status of the reply that is being made, for `%ST` in it; 0 when none is.</summary>
    internal int ReplyStatus { get; set; }

    /// <summary>The health check that is running; then there is neither stream nor session.</summary>
    public CheckExchange? Check { get; private set; }

    public Backend? Backend => Stream?.Backend ?? Check?.Server.Backend;

    /// <summary>The backend as it was configured when the stream came to it.</summary>
    public BackendSetup? Back => Stream?.Back ?? Check?.Server.Backend.Setup;

    public Server? Server => Stream?.Server ?? Check?.Server;

    public ClientSession? Session { get; private set; }

    /// <summary>The request's head while it is there; rules on a relay see the request that its bytes may be.</summary>
    public HttpMessage? Request
    {
        get => _request ?? (IsResponse || Stream is not { IsHttp: false } relay ? null : Peek(relay));
        set => _request = value;
    }

    public HttpMessage? Response { get; set; }

    /// <summary>Rules on the response run: what `hdr` and the other fetches of both directions mean.</summary>
    public bool IsResponse { get; set; }

    /// <summary>No more data will come, so that a fetch without a value has none for good.</summary>
    public bool IsFinal { get; set; } = true;

    /// <summary>Set by a fetch whose value may still come with more data; the rule set then waits unless <see cref="IsFinal"/>.</summary>
    public bool MayChange { get; set; }

    /// <summary>The line being made, for `%OG`.</summary>
    internal LogStep LogStep { get; set; } = LogStep.Close;

    /// <summary>The living proxies of this configuration; null where there are none.</summary>
    public ProxySet? Proxies { get; init; }

    public Frontend? Frontend => Stream?.Frontend ?? Session?.Frontend;

    /// <summary>Points at a stream.</summary>
    public void Begin(Stream stream, bool isResponse)
    {
        Stream = stream;
        Check = null;
        Session = stream.Session;
        // While a response is judged the request's head counts as gone, also where it is still kept for a retry.
        Request = !isResponse && stream is { IsHttp: true, Request.IsPresent: true } ? stream.Request : null;
        Response = stream.Response.IsPresent ? stream.Response : null;
        Variables = stream.RuleState.Variables;
        SessionVariables = Session?.Variables;
        IsResponse = isResponse;
        NowMs = stream.Worker.Loop.NowMs;
        Restart();
    }

    /// <summary>Points at a connection that has no stream.</summary>
    public void Begin(ClientSession session)
    {
        Stream = null;
        Check = null;
        Session = session;
        Request = Response = null;
        Variables = null;
        SessionVariables = session.Variables;
        IsResponse = false;
        NowMs = session.Worker.Loop.NowMs;
        Restart();
    }

    /// <summary>Points at a health check.</summary>
    public void Begin(CheckExchange check, long nowMs)
    {
        Stream = null;
        Session = null;
        Check = check;
        Request = null;
        Response = check.Head;
        Variables = null;
        SessionVariables = check.SessionVariables;
        IsResponse = true;
        NowMs = nowMs;
        Restart();
    }

    /// <summary>Points at nothing but the process: for what is evaluated at the start and by commands.</summary>
    public void Begin(long nowMs)
    {
        Stream = null;
        Session = null;
        Check = null;
        Request = Response = null;
        Variables = null;
        SessionVariables = null;
        IsResponse = false;
        NowMs = nowMs;
        Restart();
    }

    private HttpMessage? Peek(Stream relay)
    {
        var request = relay.PeekRequest(out var mayChange);
        if (mayChange && !IsFinal) MayChange = true;
        return request;
    }

    /// <summary>Takes the stream away while expressions are evaluated about what <see cref="LacksRequest"/>.</summary>
    /// <returns>The stream, to be given to <see cref="ShowStream"/>.</returns>
    internal Stream? HideStream()
    {
        var hidden = Stream;
        Stream = null;
        return hidden;
    }

    internal void ShowStream(Stream? hidden) => Stream = hidden;

    private void Restart()
    {
        _realtimeNs = 0;
        IsFinal = true;
        MayChange = false;
        LacksRequest = IsOfLine = false;
        ReplyStatus = 0;
        IteratesValues = false;
        Scratch.Release(0);
    }

    /// <summary>An ACL goes through all values of a header, cookie or parameter, instead of taking one.</summary>
    internal bool IteratesValues { get; set; }

    /// <summary>Where the next value is looked for: header index, then offset in its value; both 0 before the first.</summary>
    internal int NextHeader;
    internal int NextOffset;

    /// <summary>Set by a fetch that may have a further value behind the one it gave.</summary>
    internal bool HasMoreValues { get; set; }
}
