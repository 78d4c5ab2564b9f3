namespace Evenkeel.Model.Proxy;

/// <summary>`retry-on`: after what a request is tried once more (configuration.txt 4.2).</summary>
[Flags]
public enum RetryOn
{
    None = 0,

    /// <summary>It could not be sent: no connection, no handshake.</summary>
    ConnectionFailure = 0x01,

    /// <summary>The connection ended before any answer.</summary>
    EmptyResponse = 0x02,

    /// <summary>What came is not a whole head of a response.</summary>
    JunkResponse = 0x04,

    /// <summary>`timeout server` has struck while the answer was awaited.</summary>
    ResponseTimeout = 0x08,

    /// <summary>Early data was rejected; none is sent, so that it never happens.</summary>
    EarlyDataRejected = 0x10,
    Status401 = 0x20,
    Status403 = 0x40,
    Status404 = 0x80,
    Status408 = 0x100,
    Status421 = 0x200,
    Status425 = 0x400,
    Status429 = 0x800,
    Status500 = 0x1000,
    Status501 = 0x2000,
    Status502 = 0x4000,
    Status503 = 0x8000,
    Status504 = 0x10000,

    /// <summary>`all-retryable-errors`.</summary>
    AllRetryable = ConnectionFailure | EmptyResponse | JunkResponse | ResponseTimeout | EarlyDataRejected | Status500 | Status502 | Status503 | Status504,

    /// <summary>All that need the request to be kept until it has been answered.</summary>
    Answers = ~(ConnectionFailure | EarlyDataRejected),
}

/// <summary>Statuses and words of <see cref="RetryOn"/>.</summary>
public static class RetryEvents
{
    /// <summary>None for a status that never has a request tried again.</summary>
    public static RetryOn Of(int status) => status switch
    {
        401 => RetryOn.Status401,
        403 => RetryOn.Status403,
        404 => RetryOn.Status404,
        408 => RetryOn.Status408,
        421 => RetryOn.Status421,
        425 => RetryOn.Status425,
        429 => RetryOn.Status429,
        500 => RetryOn.Status500,
        501 => RetryOn.Status501,
        502 => RetryOn.Status502,
        503 => RetryOn.Status503,
        504 => RetryOn.Status504,
        _ => RetryOn.None,
    };

    /// <summary>None for a word that is not known.</summary>
    public static RetryOn Of(string word) => word switch
    {
        "conn-failure" => RetryOn.ConnectionFailure,
        "empty-response" => RetryOn.EmptyResponse,
        "junk-response" => RetryOn.JunkResponse,
        "response-timeout" => RetryOn.ResponseTimeout,
        "0rtt-rejected" => RetryOn.EarlyDataRejected,
        "all-retryable-errors" => RetryOn.AllRetryable,
        [_, _, _] when int.TryParse(word, System.Globalization.NumberStyles.None, null, out var status) => Of(status),
        _ => RetryOn.None,
    };
}
