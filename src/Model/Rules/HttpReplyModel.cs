using System.Collections.Immutable;

namespace Evenkeel.Model.Rules;

/// <summary>Where the body (or the whole) of an internal response comes from.</summary>
public enum HttpReplySource
{
    /// <summary>The proxy's error file of that status, or the built-in one.</summary>
    Default,
    /// <summary>`default-errorfiles`: as <see cref="Default"/>, asked for by name.</summary>
    DefaultErrorFiles,
    /// <summary>`errorfile`: a whole raw response in <see cref="HttpReplyModel.Payload"/>.</summary>
    ErrorFile,
    /// <summary>`errorfiles`: the response of that status in a named `http-errors` section.</summary>
    ErrorFiles,
    /// <summary>Headers only.</summary>
    Empty,
    /// <summary>`string` or `file`: bytes sent as they are.</summary>
    Bytes,
    /// <summary>`lf-string` or `lf-file`: evaluated for each request.</summary>
    Format,
}

/// <summary>The response that `http-request return`, `deny` and `tarpit` make (configuration.txt "http-request return").</summary>
public sealed record HttpReplyModel(HttpReplySource Source)
{
    /// <summary>0: not said; the action's own default holds.</summary>
    public int Status { get; init; }
    public string? ContentType { get; init; }
    public ImmutableArray<byte> Payload { get; init; } = [];
    public LogFormatModel? PayloadFormat { get; init; }

    /// <summary>Of <see cref="HttpReplySource.ErrorFiles"/>.</summary>
    public string? SectionName { get; init; }
    public ImmutableArray<(string Name, LogFormatModel Value)> Headers { get; init; } = [];
}

public enum RedirectKind { Location, Prefix, Scheme }

/// <summary>`redirect location|prefix|scheme TARGET [code N] ...`.</summary>
public sealed record RedirectModel(RedirectKind Kind, LogFormatModel Target)
{
    public int Status { get; init; } = 302;
    public bool DropQuery { get; init; }
    public bool KeepQuery { get; init; }
    public bool AppendSlash { get; init; }
    public bool IgnoreEmpty { get; init; }

    /// <summary>A whole `Set-Cookie` value, from `set-cookie`, `set-cookie-fmt` or `clear-cookie`.</summary>
    public LogFormatModel? Cookie { get; init; }
}
