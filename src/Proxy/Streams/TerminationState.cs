namespace Evenkeel.Proxy.Streams;

/// <summary>Who or what ended a stream: the first letter of the log's termination state (configuration.txt 8.5).</summary>
public enum EndCause : byte
{
    /// <summary>`-`: a normal end on both sides.</summary>
    Normal = (byte)'-',

    /// <summary>`C`: the client closed or reset.</summary>
    Client = (byte)'C',

    /// <summary>`S`: the server closed, reset or refused.</summary>
    Server = (byte)'S',

    /// <summary>`P`: the proxy itself, by a rule or because of invalid data.</summary>
    Proxy = (byte)'P',

    /// <summary>`L`: handled locally, no server was asked.</summary>
    Local = (byte)'L',

    /// <summary>`R`: a resource of the proxy ran out.</summary>
    Resource = (byte)'R',

    /// <summary>`I`: an internal error.</summary>
    Internal = (byte)'I',

    /// <summary>`D`: killed because the server went down.</summary>
    Down = (byte)'D',

    /// <summary>`U`: killed because an active server came back up.</summary>
    Up = (byte)'U',

    /// <summary>`K`: killed by an operator.</summary>
    Killed = (byte)'K',

    /// <summary>`c`: the client's timeout.</summary>
    ClientTimeout = (byte)'c',

    /// <summary>`s`: the server's timeout.</summary>
    ServerTimeout = (byte)'s',
}

/// <summary>What was going on when it ended: the second letter.</summary>
public enum EndStage : byte
{
    /// <summary>`-`: nothing in particular, the end was normal.</summary>
    None = (byte)'-',

    /// <summary>`R`: the request was awaited.</summary>
    Request = (byte)'R',

    /// <summary>`Q`: waiting in a queue.</summary>
    Queue = (byte)'Q',

    /// <summary>`C`: connecting to the server.</summary>
    Connect = (byte)'C',

    /// <summary>`H`: the response's head was awaited.</summary>
    Headers = (byte)'H',

    /// <summary>`D`: data flowed.</summary>
    Data = (byte)'D',

    /// <summary>`L`: the last data was being sent to the client, the server had finished.</summary>
    Last = (byte)'L',

    /// <summary>`T`: held in the tarpit.</summary>
    Tarpit = (byte)'T',
}

/// <summary>Termination state as logged, four letters; the last two speak of persistence cookies. Decided once, by whatever ended the stream first.</summary>
public struct TerminationState
{
    private const byte None = (byte)'-';
    private EndCause _cause;
    private EndStage _stage;
    private byte _requestCookie;
    private byte _responseCookie;

    public readonly EndCause Cause => _cause == 0 ? EndCause.Normal : _cause;

    public readonly EndStage Stage => _stage == 0 ? EndStage.None : _stage;

    public readonly bool IsDecided => _cause != 0;

    public byte RequestCookie
    {
        readonly get => _requestCookie == 0 ? None : _requestCookie;
        set => _requestCookie = value;
    }

    public byte ResponseCookie
    {
        readonly get => _responseCookie == 0 ? None : _responseCookie;
        set => _responseCookie = value;
    }

    /// <summary>The first decision stays: what follows an end is its consequence.</summary>
    public void Decide(EndCause cause, EndStage stage)
    {
        if (IsDecided) return;
        _cause = cause;
        _stage = stage;
    }

    /// <summary>A retry or redispatch takes a decision back.</summary>
    public void Clear() => _cause = 0;
}
