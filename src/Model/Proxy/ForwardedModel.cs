using Evenkeel.Model.Samples;

namespace Evenkeel.Model.Proxy;

/// <summary>A parameter of `option forwarded`; without an expression it has the value RFC 7239 gives it.</summary>
public sealed record ForwardedPart(SampleExpressionModel? Expression);

/// <summary>`option forwarded`: which parameters the Forwarded header has; null ones are left out.</summary>
public sealed record ForwardedModel
{
    public bool Proto { get; init; }
    public ForwardedPart? Host { get; init; }
    public ForwardedPart? By { get; init; }
    public ForwardedPart? ByPort { get; init; }
    public ForwardedPart? For { get; init; }
    public ForwardedPart? ForPort { get; init; }
}

/// <summary>What becomes of a request whose header names have characters that not every server understands (`option http-restrict-req-hdr-names`).</summary>
public enum HeaderNamePolicy { Preserve, Delete, Reject }
