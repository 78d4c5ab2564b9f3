namespace Evenkeel.Proxy.Streams;

/// <summary>Where a stream stands; a stream only moves down this list, but for a retry, which goes back from Exchange or Connect to Assign.</summary>
public enum StreamPhase : byte
{
    /// <summary>In its pool.</summary>
    Free,

    /// <summary>The head of the request is being received (HTTP), or `inspect-delay` runs (TCP).</summary>
    Request,

    /// <summary>The frontend's rules run: tcp-request content, http-request.</summary>
    FrontendRules,

    /// <summary>The backend has been chosen and its rules run.</summary>
    BackendRules,

    /// <summary>A server is looked for.</summary>
    Assign,

    /// <summary>Waits for a server slot.</summary>
    Queue,

    /// <summary>A connection to the server is being made.</summary>
    Connect,

    /// <summary>The request is on its way, the head of the response is awaited.</summary>
    Exchange,

    /// <summary>The response's head has arrived and rules run on it: http-response, http-after-response.</summary>
    ResponseRules,

    /// <summary>Bodies flow.</summary>
    Forward,

    /// <summary>Bytes flow both ways without being looked at: TCP mode, 101, CONNECT.</summary>
    Tunnel,

    /// <summary>An answer of our own is being sent: error page, redirect, service.</summary>
    Reply,

    /// <summary>Answered and logged; what is missing of the request's body is read away, so that the next request can follow it.</summary>
    Discard,

    /// <summary>Finished: logged and about to be given back.</summary>
    Done,
}
