using Evenkeel.Proxy.Samples;
using Evenkeel.Proxy.Streams;

namespace Evenkeel.Proxy.Rules;

/// <summary>`unique-id-format`: made at its first use and kept for the rest of the stream.</summary>
public static class UniqueIds
{
    private const int MaxLength = 1_024;

    /// <summary>The id of the stream or the health check a context stands at; false when its proxy has no format.</summary>
    public static bool TryGet(SampleContext context, out ReadOnlySpan<byte> id)
    {
        id = default;
        if (context.Stream is { } stream) return TryGet(context, stream, out id);
        if (context.Check is not { Server.Backend.Setup.Rules: ProxyRules { UniqueIdFormat: { } format } } check) return false;
        id = check.UniqueId(context, format);
        return true;
    }

    /// <summary>False when the frontend has no format.</summary>
    public static bool TryGet(SampleContext context, Stream stream, out ReadOnlySpan<byte> id)
    {
        var kept = stream.RuleState.UniqueId;
        if (kept.TryGet(0, out id)) return true;
        if (stream.Front.Rules is not ProxyRules { UniqueIdFormat: { } format }) return false;
        // Cut before the evaluation: the format may ask for the id itself.
        kept.Set(0, default, MaxLength);
        var mark = context.Scratch.Mark;
        // Where a rule has rejected the request it is only made for the line, and still finds the request.
        var isLate = context is { IsOfLine: true, IsPastRequest: false } && stream is { IsHttp: true, Request.IsPresent: true };
        if (isLate) context.Request = stream.Request;
        kept.Set(0, format.Evaluate(context), MaxLength);
        if (isLate) context.Request = null;
        context.Scratch.Release(mark);
        return kept.TryGet(0, out id);
    }
}
