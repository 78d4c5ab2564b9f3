namespace Evenkeel.Model.Samples;

/// <summary>
/// The places of a configuration where an expression may be evaluated, one bit each, in the order a request meets them.
/// The original prints the same columns with `-dKsmp`.
/// </summary>
[Flags]
public enum SamplePlaces
{
    None = 0,
    FrontendTcpConnection = 1 << 0,
    FrontendTcpSession = 1 << 1,
    FrontendTcpContent = 1 << 2,
    FrontendHttpRequest = 1 << 3,
    FrontendHttpRequestBody = 1 << 4,
    UseBackend = 1 << 5,
    BackendTcpContent = 1 << 6,
    BackendHttpRequest = 1 << 7,
    BackendHttpRequestBody = 1 << 8,
    UseServer = 1 << 9,
    ServerSource = 1 << 10,
    BackendTcpResponse = 1 << 11,
    BackendHttpResponse = 1 << 12,
    BackendHttpResponseBody = 1 << 13,
    StickStore = 1 << 14,
    FrontendTcpResponse = 1 << 15,
    FrontendHttpResponse = 1 << 16,
    FrontendHttpResponseBody = 1 << 17,
    Log = 1 << 18,
    TcpCheck = 1 << 19,
    Parser = 1 << 20,
    RuntimeApi = 1 << 21,
}

/// <summary>What an expression takes its value from; each source exists in some <see cref="SamplePlaces"/> only.</summary>
public enum SampleSource
{
    /// <summary>Written in the configuration itself: the same everywhere.</summary>
    Constant,
    /// <summary>Dates, process and proxy state.</summary>
    Internal,
    Listener,
    Frontend,
    ClientAddress,
    ClientConnection,
    Backend,
    Server,
    ServerAddress,
    ServerConnection,
    RequestBuffer,
    RequestHeaders,
    RequestBody,
    /// <summary>The request's start line and captures: kept until the end of the stream.</summary>
    HttpRequest,
    ResponseBuffer,
    ResponseHeaders,
    ResponseBody,
    /// <summary>The response's start line: kept until the end of the stream.</summary>
    HttpResponse,
    /// <summary>Headers of the request in request rules, of the response in response rules.</summary>
    EitherHeaders,
    EitherBuffer,
    RequestStatistics,
    ResponseStatistics,
    StreamEnd,
}

/// <summary>Which source is there in which place, and the original's name of it for messages.</summary>
public static class SampleSources
{
    // One letter per place, in the order of SamplePlaces.
    private static readonly (SampleSource Source, string Places, string Name)[] Table =
    [
        (SampleSource.Constant, "YYYYYYYYYYYYYYYYYYYYYY", "configuration parameters"),
        (SampleSource.Internal, "YYYYYYYYYYYYYYYYYYYY.Y", "internal state"),
        (SampleSource.Listener, "YYYYYYYYYYYYYYYYYYY...", "listener"),
        (SampleSource.Frontend, "YYYYYYYYYYYYYYYYYYY...", "frontend"),
        (SampleSource.ClientAddress, "YYYYYYYYYYYYYYYYYYYY..", "client address"),
        (SampleSource.ClientConnection, ".YYYYYYYYYYYYYYYYYY...", "client-side connection"),
        (SampleSource.Backend, "......YYYYYYYYYYYYYY..", "backend"),
        (SampleSource.Server, "..........YYYYYYYYYY..", "server"),
        (SampleSource.ServerAddress, "...........YYYYYYYYY..", "server address"),
        (SampleSource.ServerConnection, "...........YYYYYYYYY..", "server-side connection"),
        (SampleSource.RequestBuffer, "..YYYYYYYYY...........", "request buffer"),
        (SampleSource.RequestHeaders, "..YYYYYYYYY...........", "HTTP request headers"),
        (SampleSource.RequestBody, "..YYYYYYYYY...........", "HTTP request headers"),
        (SampleSource.HttpRequest, "..YYYYYYYYYYYYYYYYY...", "HTTP request"),
        (SampleSource.ResponseBuffer, "...........YYYYYYY.Y..", "response buffer"),
        (SampleSource.ResponseHeaders, "...........YYYYYYY.Y..", "HTTP response headers"),
        (SampleSource.ResponseBody, "...........YYYYYYY.Y..", "HTTP response headers"),
        (SampleSource.HttpResponse, "...........YYYYYYYYY..", "HTTP response"),
        (SampleSource.EitherHeaders, "..YYYYYYYYYYYYYYYY.Y..", "HTTP request headers, HTTP response headers"),
        (SampleSource.EitherBuffer, "..YYYYYYYYYYYYYYYY.Y..", "request buffer, response buffer"),
        (SampleSource.RequestStatistics, "..YYYYYYYYYYYYYYYYY...", "request buffer statistics"),
        (SampleSource.ResponseStatistics, ".........YYYYYYYYYY...", "response buffer statistics"),
        (SampleSource.StreamEnd, ".........YYYYYYYYYY...", "stream statistics"),
    ];

    private static readonly (SamplePlaces Place, string Name)[] PlaceNames =
    [
        (SamplePlaces.FrontendTcpConnection, "frontend tcp-request connection rule"),
        (SamplePlaces.FrontendTcpSession, "frontend tcp-request session rule"),
        (SamplePlaces.FrontendTcpContent, "frontend tcp-request content rule"),
        (SamplePlaces.FrontendHttpRequest, "frontend http-request header rule"),
        (SamplePlaces.FrontendHttpRequestBody, "frontend http-request body rule"),
        (SamplePlaces.UseBackend, "frontend use-backend rule"),
        (SamplePlaces.BackendTcpContent, "backend tcp-request content rule"),
        (SamplePlaces.BackendHttpRequest, "backend http-request header rule"),
        (SamplePlaces.BackendHttpRequestBody, "backend http-request body rule"),
        (SamplePlaces.UseServer, "backend use-server, balance or stick-match rule"),
        (SamplePlaces.ServerSource, "server source selection"),
        (SamplePlaces.BackendTcpResponse, "backend tcp-response content rule"),
        (SamplePlaces.BackendHttpResponse, "backend http-response header rule"),
        (SamplePlaces.BackendHttpResponseBody, "backend http-response body rule"),
        (SamplePlaces.StickStore, "backend stick-store rule"),
        (SamplePlaces.FrontendTcpResponse, "frontend tcp-response content rule"),
        (SamplePlaces.FrontendHttpResponse, "frontend http-response header rule"),
        (SamplePlaces.FrontendHttpResponseBody, "frontend http-response body rule"),
        (SamplePlaces.Log, "logs"),
        (SamplePlaces.TcpCheck, "backend tcp-check rule"),
        (SamplePlaces.Parser, "configuration parser"),
        (SamplePlaces.RuntimeApi, "CLI parser"),
    ];

    public static SamplePlaces PlacesOf(SampleSource source)
    {
        var columns = Table[(int)source].Places;
        var places = SamplePlaces.None;
        for (var i = 0; i < columns.Length; i++)
            if (columns[i] == 'Y') places |= (SamplePlaces)(1 << i);
        return places;
    }

    public static string NameOf(SampleSource source) => Table[(int)source].Name;

    /// <summary>The original's name of the first place in <paramref name="places"/>.</summary>
    public static string NameOf(SamplePlaces places)
    {
        foreach (var (place, name) in PlaceNames)
            if ((places & place) != 0) return name;
        return "";
    }

    /// <summary>Whether the value is one of the messages' content, so that a rule in TCP mode has to wait for it.</summary>
    public static bool IsContent(SampleSource source) => source is >= SampleSource.RequestBuffer and <= SampleSource.EitherBuffer;
}
