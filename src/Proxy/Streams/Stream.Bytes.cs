using Evenkeel.Proxy.Message;

namespace Evenkeel.Proxy.Streams;

/// <summary>
/// What logs and statistics count of a stream: bodies as they are, without the form of chunks, and heads by <see cref="HttpMessage.CountedLength"/>.
/// What never became a request counts for nothing.
/// </summary>
public sealed partial class Stream
{
    private int _requestHeadIn;
    private int _requestHeadOut;
    private int _responseHeadsIn;
    private int _responseHeadsOut;
    private bool _answersItself;

    /// <summary>Received from the client so far [req.bytes_in, %U].</summary>
    public long RequestBytesIn => _requestHeadIn + (IsHttp && _requestHeadIn == 0 ? 0 : _toServer.Received);

    /// <summary>Sent to the server so far [req.bytes_out].</summary>
    public long RequestBytesOut => ServesItself ? RequestBytesIn : _requestHeadOut + (IsHttp && _requestHeadOut == 0 ? 0 : _toServer.Forwarded);

    /// <summary>
    /// Received so far from the server, or from the service that is one, interim responses included [res.bytes_in, %B]. Replies of ours are none.
    /// </summary>
    public long ResponseBytesIn => ServesItself ? ResponseBytesOut : _responseHeadsIn + _toClient.Received;

    /// <summary>Sent to the client so far, replies of ours included [res.bytes_out].</summary>
    public long ResponseBytesOut => _responseHeadsOut
        + (!_answersItself ? _toClient.Forwarded : _responseHeadsOut == 0 || Method == HttpMethod.Head ? 0 : _replySent);

    /// <summary>`option logasap`: what has been received, the head as rules have left it [%B].</summary>
    public long ResponseBytesToSend => _responseHeadsOut + _toClient.Received;

    private bool ServesItself => _answersItself && Service is not null;

    private void ForgetBytes()
    {
        _requestHeadIn = _requestHeadOut = _responseHeadsIn = _responseHeadsOut = 0;
        _answersItself = false;
    }
}
