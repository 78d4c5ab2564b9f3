using System.Collections.Immutable;
using Evenkeel.Model.Rules;
using Evenkeel.Model.Samples;

namespace Evenkeel.Model.Proxy;

/// <summary>What probes are made of.</summary>
public enum CheckKind
{
    /// <summary>A connection, with TLS where the server has it.</summary>
    TcpConnect,

    /// <summary>Requests and answers (`option httpchk`).</summary>
    Http,

    /// <summary>Bytes as the operator wrote them (`option tcp-check`).</summary>
    TcpScript,

    /// <summary>A conversation that is known here (`option smtpchk` and its like).</summary>
    Protocol,

    /// <summary>A program (`option external-check`).</summary>
    External,
}

/// <summary>What a backend's probes do, or those of a `healthcheck` section.</summary>
public sealed record HealthCheckModel
{
    public CheckKind Kind { get; init; } = CheckKind.TcpConnect;
    public ImmutableArray<CheckStepModel> Steps { get; init; } = [];
    public bool DisableOn404 { get; init; }
    public bool SendState { get; init; }

    /// <summary>`external-check command` and `external-check path`.</summary>
    public string Command { get; init; } = "";
    public string CommandPath { get; init; } = "";
}

/// <summary>One step of a probe, in order. <see cref="Number"/> counts from 1 as in messages, comments included; 0 is a step nobody wrote.</summary>
public abstract record CheckStepModel(SourcePosition Position)
{
    public int Number { get; init; }
    public string? Comment { get; init; }
}

/// <summary>`comment`: says it for the step behind it that has none of its own.</summary>
public sealed record CheckCommentModel(SourcePosition Position) : CheckStepModel(Position);

/// <summary>`connect`: everything not said here is as the server line has it only with `default` or for the connection nobody wrote.</summary>
public sealed record CheckConnectModel(SourcePosition Position) : CheckStepModel(Position)
{
    /// <summary>`default`: PROXY header, TLS and SOCKS4 as the server line asks for probes.</summary>
    public bool AsServer { get; init; }
    public int? Port { get; init; }
    public SampleExpressionModel? PortExpression { get; init; }
    public SocketAddressModel? Address { get; init; }
    public bool SendsProxy { get; init; }
    public bool UsesTls { get; init; }
    public string? Sni { get; init; }

    /// <summary>Empty: those of the server.</summary>
    public ImmutableArray<string> Alpn { get; init; } = [];
    public bool ViaSocks4 { get; init; }

    /// <summary>Ends with a FIN instead of a reset.</summary>
    public bool Lingers { get; init; }
}

public sealed record CheckSendBytesModel(SourcePosition Position, ImmutableArray<byte> Bytes) : CheckStepModel(Position);

/// <summary>`send-lf`, `send-binary-lf`.</summary>
public sealed record CheckSendFormatModel(SourcePosition Position, LogFormatModel Format, bool IsHexadecimal) : CheckStepModel(Position);

/// <summary>`http-check send`: a request of its own. What is empty here comes from `option httpchk`, else it has the documented default.</summary>
public sealed record CheckSendHttpModel(SourcePosition Position) : CheckStepModel(Position)
{
    public string Method { get; init; } = "";
    public string Uri { get; init; } = "";
    public LogFormatModel? UriFormat { get; init; }
    public string Version { get; init; } = "";

    /// <summary>Names in lower case.</summary>
    public ImmutableArray<(string Name, LogFormatModel Value)> Headers { get; init; } = [];
    public string? Body { get; init; }
    public LogFormatModel? BodyFormat { get; init; }
}

/// <summary>`set-var`, `set-var-fmt`; with neither value it is `unset-var`.</summary>
public sealed record CheckVariableModel(SourcePosition Position, string Name, ImmutableArray<string> Conditions, SampleExpressionModel? Expression,
    LogFormatModel? Format) : CheckStepModel(Position);

public enum CheckExpectKind { Status, StatusRegex, String, StringRegex, StringFormat, Bytes, BytesRegex, BytesFormat, Header, FullHeader, Answer }

/// <summary>Answers whose form is known here instead of being a pattern (<see cref="CheckExpectKind.Answer"/>).</summary>
public enum CheckAnswer { MySqlGreeting, MySqlOk, LdapBind, SpopHello, Agent }

/// <summary>`expect [!] KIND PATTERN`.</summary>
public sealed record CheckExpectModel(SourcePosition Position, CheckExpectKind Kind, string Pattern, bool Negated) : CheckStepModel(Position)
{
    /// <summary>`string-lf`, `binary-lf`.</summary>
    public LogFormatModel? Format { get; init; }

    /// <summary>`hdr`, `fhdr`; the value's pattern is null when the header only has to be there.</summary>
    public CheckTextModel? HeaderName { get; init; }
    public CheckTextModel? HeaderValue { get; init; }
    public CheckAnswer Answer { get; init; }

    /// <summary>`min-recv`: bytes from which on the answer is judged whether it matches or not; -1 waits for as long as it does not match.</summary>
    public int MinimumBytes { get; init; } = -1;
    public string? OkStatus { get; init; }
    public string? ErrorStatus { get; init; }
    public string? TimeoutStatus { get; init; }
    public LogFormatModel? OnSuccess { get; init; }
    public LogFormatModel? OnError { get; init; }
    public SampleExpressionModel? StatusCode { get; init; }
}

public enum TextMatch { Equal, Prefix, Suffix, Contains, Regex }

/// <summary>A header's name or value: how it is compared, and with what.</summary>
public sealed record CheckTextModel(TextMatch Match, string Text, LogFormatModel? Format);
