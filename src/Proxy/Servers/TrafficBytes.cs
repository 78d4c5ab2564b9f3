using System.Runtime.InteropServices;

namespace Evenkeel.Proxy.Servers;

/// <summary>Bytes in both directions on both sides, headers included. In brackets the columns of `show stat`.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct TrafficBytes
{
    /// <summary>Received from clients [bin, reqbin].</summary>
    public long RequestIn;

    /// <summary>Sent to servers [reqbout].</summary>
    public long RequestOut;

    /// <summary>Received from servers [bout, resbin].</summary>
    public long ResponseIn;

    /// <summary>Sent to clients [resbout].</summary>
    public long ResponseOut;

    public readonly TrafficBytes Since(in TrafficBytes earlier) => new()
    {
        RequestIn = RequestIn - earlier.RequestIn,
        RequestOut = RequestOut - earlier.RequestOut,
        ResponseIn = ResponseIn - earlier.ResponseIn,
        ResponseOut = ResponseOut - earlier.ResponseOut,
    };

    public void Add(in TrafficBytes more)
    {
        RequestIn += more.RequestIn;
        RequestOut += more.RequestOut;
        ResponseIn += more.ResponseIn;
        ResponseOut += more.ResponseOut;
    }
}
