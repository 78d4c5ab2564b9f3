using Evenkeel.Proxy.Servers.Queues;

namespace Evenkeel.Proxy.Servers.Balance;

/// <summary>What balancing and queues may ask of a stream that needs a server. Stream implements it; tests have small ones of their own.</summary>
public interface IBalanceInput
{
    /// <summary>Index of the worker that owns the stream.</summary>
    int WorkerIndex { get; }

    /// <summary>Loop time.</summary>
    long NowMs { get; }

    /// <summary>Client address in network order: 4 bytes, 16 bytes, or none (unix socket).</summary>
    ReadOnlySpan<byte> SourceAddress { get; }

    /// <summary>Request target as received after rewrites, empty in TCP mode.</summary>
    ReadOnlySpan<byte> RequestTarget { get; }

    bool IsPost { get; }

    /// <summary>The part of the request body that has arrived, for `url_param ... check_post`.</summary>
    ReadOnlySpan<byte> RequestBody { get; }

    /// <summary>First value of a request header (name in lower case), or false.</summary>
    bool TryGetHeader(ReadOnlySpan<byte> lowerName, out ReadOnlySpan<byte> value);

    /// <summary>
    /// Evaluates the backend's `balance hash` expression into <paramref name="key"/>: strings, methods and binaries as they are, addresses as
    /// their 4 or 16 bytes, integers and booleans as 8 bytes in network order; all as text for `hash-type ... none`. Returns the length, or -1 when it
    /// has no value.
    /// </summary>
    int EvaluateBalanceKey(Backend backend, Span<byte> key);

    /// <summary>A random number from the worker that owns the stream.</summary>
    uint NextRandom();

    /// <summary>The server an earlier attempt of this stream failed on, to be avoided when it is redispatched; else null.</summary>
    Server? ServerToAvoid { get; }

    /// <summary>The place this stream takes in a queue.</summary>
    QueueTicket Ticket { get; }
}
