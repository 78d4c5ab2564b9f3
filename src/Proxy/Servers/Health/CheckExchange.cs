using Evenkeel.Proxy.Memory;
using Evenkeel.Proxy.Message;
using Evenkeel.Proxy.Samples;

namespace Evenkeel.Proxy.Servers.Health;

/// <summary>What expressions and formats see while a health check runs: the server, its answer, and variables. Owner: the probe's worker.</summary>
public sealed class CheckExchange
{
    private byte[]? _uniqueId;

    internal CheckExchange(Server server) => Server = server;

    public Server Server { get; }

    /// <summary>The `check` scope.</summary>
    public VariableStore Variables { get; } = new();

    /// <summary>The `sess` scope: as there is no client, it lasts as long as the check.</summary>
    public VariableStore SessionVariables { get; } = new();

    /// <summary>What the server has sent since the last thing that was sent to it; null while no check runs.</summary>
    internal NativeBuffer? Received { get; set; }

    /// <summary>The head of an HTTP answer, once it is there.</summary>
    internal HttpMessage? Head { get; set; }

    /// <summary>The body of an HTTP answer without chunk headers, as far as it is there.</summary>
    internal ReadOnlyMemory<byte> HttpBody { get; set; }

    /// <summary>The answer as it came, or the body of an HTTP answer.</summary>
    internal ReadOnlySpan<byte> Payload => Head is not null ? HttpBody.Span : Received is null ? default : Received.Filled;

    /// <summary>`unique-id-format`: made at its first use and kept for the rest of the check.</summary>
    internal ReadOnlySpan<byte> UniqueId(SampleContext context, BoundLogFormat format)
    {
        if (_uniqueId is not null) return _uniqueId;
        // Set before the evaluation: the format may ask for the id itself.
        _uniqueId = [];
        var mark = context.Scratch.Mark;
        _uniqueId = format.Evaluate(context).ToArray();
        context.Scratch.Release(mark);
        return _uniqueId;
    }

    internal void Clear()
    {
        Variables.Clear();
        SessionVariables.Clear();
        Received = null;
        Head = null;
        HttpBody = default;
        _uniqueId = null;
    }
}
