using System.Collections.Immutable;
using Evenkeel.Model.Rules;

namespace Evenkeel.Proxy.Streams;

/// <summary>The error pages of one proxy that are the same for everybody (`errorfile`, `errorfiles`, `errorloc`), and the built-in ones behind them.</summary>
public sealed class ErrorPages
{
    private const string CredentialsSentence = "You need a valid user and password to access this content.";

    /// <summary>Reasons and sentences as HAProxy 3.5 puts them on the wire; clients and monitoring match them.</summary>
    private static readonly ErrorPage[] BuiltIn =
    [
        ErrorPage.BuiltIn(200, "OK", "Service ready."),
        ErrorPage.BuiltIn(400, "Bad request", "Your browser sent an invalid request."),
        ErrorPage.BuiltIn(401, "Unauthorized", CredentialsSentence),
        ErrorPage.BuiltIn(403, "Forbidden", "Request forbidden by administrative rules."),
        ErrorPage.BuiltIn(404, "Not Found", "The resource could not be found."),
        ErrorPage.BuiltIn(405, "Method Not Allowed", "A request was made of a resource using a request method not supported by that resource."),
        ErrorPage.BuiltIn(407, "Unauthorized", CredentialsSentence),
        ErrorPage.BuiltIn(408, "Request Time-out", "Your browser didn't send a complete request in time."),
        ErrorPage.BuiltIn(410, "Gone", "The resource is no longer available and will not be available again."),
        ErrorPage.BuiltIn(413, "Payload Too Large", "The request entity exceeds the maximum allowed."),
        ErrorPage.BuiltIn(414, "URI Too Long", "The URI provided was too long for the server to process."),
        ErrorPage.BuiltIn(421, "Misdirected Request", "Request sent to a non-authoritative server."),
        ErrorPage.BuiltIn(422, "Unprocessable Content", "The server cannot process the contained instructions."),
        ErrorPage.BuiltIn(425, "Too Early", "Your browser sent early data."),
        ErrorPage.BuiltIn(429, "Too Many Requests", "You have sent too many requests in a given amount of time."),
        ErrorPage.BuiltIn(431, "Request Header Fields Too Large", "Request Header Fields Too Large."),
        ErrorPage.BuiltIn(500, "Internal Server Error", "An internal server error occurred."),
        ErrorPage.BuiltIn(501, "Not Implemented", "The server does not support the functionality required to fulfill the request."),
        ErrorPage.BuiltIn(502, "Bad Gateway", "The server returned an invalid or incomplete response."),
        ErrorPage.BuiltIn(503, "Service Unavailable", "No server is available to handle this request."),
        ErrorPage.BuiltIn(504, "Gateway Time-out", "The server didn't respond in time."),
    ];

    private readonly (int Status, ErrorPage Page)[] _pages;

    private ErrorPages((int, ErrorPage)[] pages) => _pages = pages;

    /// <returns>Null when there are none.</returns>
    public static ErrorPages? From(ImmutableDictionary<int, HttpReplyModel> replies)
    {
        var pages = new List<(int, ErrorPage)>();
        foreach (var (status, reply) in replies)
            if (reply.Source == HttpReplySource.ErrorFile && ErrorPage.Parse(status, reply.Payload.AsSpan()) is { } page) pages.Add((status, page));
        return pages.Count == 0 ? null : new ErrorPages([.. pages]);
    }

    /// <summary>The backend's own page, else the frontend's, else the built-in one, else that of 500.</summary>
    public static ErrorPage Find(ErrorPages? backend, ErrorPages? frontend, int status)
    {
        if (backend?.Find(status) is { } first) return first;
        if (frontend?.Find(status) is { } second) return second;
        foreach (var page in BuiltIn)
            if (page.Status == status) return page;
        return Find(null, null, 500);
    }

    internal ErrorPage? Find(int status)
    {
        foreach (var (its, page) in _pages)
            if (its == status) return page;
        return null;
    }
}
