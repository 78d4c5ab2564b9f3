namespace Evenkeel.Tests.EndToEnd.Parity.Differential;

/// <summary>What a server answers: request header `x-reply` picks one, and most carry the request as it arrived.</summary>
internal static class ScriptedReplies
{
    public const int Count = 15;

    /// <summary>Bytes of the answer, and whether the connection ends after it.</summary>
    public static (string Bytes, bool Closes) For(string server, string request)
    {
        var lower = request.ToLowerInvariant();
        var isHead = request.StartsWith("HEAD ", StringComparison.Ordinal);
        var (bytes, closes) = Reply(Choice(lower) is var choice && isHead && choice is 9 or 14 ? 0 : choice, server, request);
        // A tunnel has no length of its own.
        if (request.StartsWith("CONNECT ", StringComparison.Ordinal)) return ("HTTP/1.1 200 OK\r\n\r\ntunnel", true);
        if (isHead && bytes.Length > 0) bytes = bytes[..(bytes.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)];
        return (bytes, closes || lower.Contains("connection: close", StringComparison.Ordinal));
    }

    private static int Choice(string lower)
    {
        var at = lower.IndexOf("x-reply: ", StringComparison.Ordinal);
        return at >= 0 && int.TryParse(lower.AsSpan(at + 9, lower.IndexOf('\r', at) - at - 9), out var choice) ? choice : 0;
    }

    private static (string Bytes, bool Closes) Reply(int choice, string server, string request)
    {
        var seen = $"{server}\n{request}";
        return choice switch
        {
            1 => ($"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-Multi: a\r\n\r\n" +
                $"{seen.Length:x}\r\n{seen}\r\n4;ext=1\r\ntail\r\n0\r\nX-Trailer: t\r\n\r\n", false),
            2 => ($"HTTP/1.1 404 Not Found\r\nSet-Cookie: SID=abc; path=/\r\nSet-Cookie: lang=en\r\nContent-Length: {seen.Length}\r\n\r\n{seen}", false),
            3 => ("HTTP/1.1 302 Found\r\nLocation: http://app.internal/x?y=1\r\nContent-Length: 0\r\n\r\n", false),
            4 => ("HTTP/1.1 204 No Content\r\nX-Multi: none\r\n\r\n", false),
            5 => ("HTTP/1.1 304 Not Modified\r\nETag: \"v1\"\r\n\r\n", false),
            6 => ($"HTTP/1.1 500 Oops\r\nContent-Type: text/html\r\nContent-Length: {seen.Length}\r\n\r\n{seen}", false),
            7 => ($"HTTP/1.1 200 OK\r\nX-Multi: a, b\r\nX-Multi: c\r\nCache-Control: max-age=10, public\r\n" +
                "Server: demo/1\r\nDate: Tue, 15 Nov 1994 08:12:31 GMT\r\nVary: accept\r\n" +
                $"Content-Length: {seen.Length}\r\n\r\n{seen}", false),
            8 => ($"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n{seen}", true),
            9 => ($"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: {seen.Length}\r\n\r\n{seen}", false),
            10 => ("HTTP/1.1 200 OK\r\nBad Header\r\n\r\n", true),
            11 => ("", true),
            12 => ("HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 2\r\n\r\nno", false),
            13 => ($"HTTP/1.1 200 OK\r\nContent-Length: 40000\r\n\r\n{new string('y', 40000)}", false),
            14 => ($"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: {seen.Length}\r\n\r\n{seen}", false),
            _ => ($"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {seen.Length}\r\n\r\n{seen}", false),
        };
    }
}
