using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Http1;
using Evenkeel.Proxy.Memory;
using Evenkeel.Proxy.Message;

namespace Evenkeel.Proxy.Streams;

/// <summary>
/// HTTP in a TCP frontend (configuration.txt 4 "Proxies"): rules may look into a request that is relayed as bytes, and `switch-mode` or an HTTP backend makes
/// the stream one of HTTP. The connection speaks HTTP from then on.
/// </summary>
public sealed partial class Stream
{
    private int _peekedLength;
    private NativeBuffer? _peekBuffer;
    private ParseStatus _peeked = ParseStatus.NeedMore;
    private bool _switchesMode;

    /// <summary>It began as a relay of bytes.</summary>
    private bool _isUpgraded;

    /// <summary>`switch-mode http`: the rules of HTTP that the frontend has run before a backend is chosen.</summary>
    internal void SwitchMode() => _switchesMode = true;

    /// <summary>The frontend's rules of HTTP run before it chooses its backend; in one of TCP that was not told to switch, they run after.</summary>
    private bool IsHttpFrontend => _switchesMode || Front.Model.Mode == ProxyMode.Http;

    /// <summary>What a relay has received so far, read as a request without taking it.</summary>
    /// <param name="mayChange">More bytes may make a request of it.</param>
    /// <returns>Null when it is none, or not a whole one yet.</returns>
    internal HttpMessage? PeekRequest(out bool mayChange)
    {
        mayChange = false;
        if (IsHttp || Phase is not (StreamPhase.FrontendRules or StreamPhase.BackendRules)) return null;
        var length = RequestBody.Length;
        if (_peeked == ParseStatus.NeedMore && length != _peekedLength)
        {
            _peekedLength = length;
            // Names are put in lower case where they stand, and a relay changes nothing: a copy is read.
            _peekBuffer ??= Worker.Memory.Regular.Take();
            _peekBuffer.Clear();
            _peekBuffer.Append(RequestBody[..Math.Min(length, _peekBuffer.Free.Length)]);
            ParseAnew(_peekBuffer);
            _peeked = _parser.Parse(_peekBuffer, Request, isRequest: true, Session.Acceptor.MaxHeaders, Worker.Memory.MaxHeadLength);
            if (_peeked == ParseStatus.Done && RequestChecks.Check(Request, out _, Front.Lenience) != 0) _peeked = ParseStatus.Invalid;
            if (_peeked == ParseStatus.Done) Method = Request.KnownMethod;
        }

        mayChange = _peeked == ParseStatus.NeedMore;
        return _peeked == ParseStatus.Done ? Request : null;
    }

    /// <summary>What was received is read as a request from its first byte; the rules on content are over.</summary>
    private bool UpgradeToHttp()
    {
        DropPeeked();
        _toServer.ForgetReceived();
        IsHttp = _isUpgraded = Session.SpeaksHttp = true;
        if (_toServer.Buffer is { } buffer) ParseAnew(buffer);
        else Times.FirstByteMs = 0;
        Phase = StreamPhase.Request;
        return true;
    }

    /// <summary>A backend of the other kind than the stream: bytes become HTTP; what is HTTP cannot go back.</summary>
    private bool FitBackend()
    {
        if (Backend is null || IsHttp == (Back!.Model.Mode == ProxyMode.Http)) return false;
        if (!IsHttp) return UpgradeToHttp();
        Termination.Decide(EndCause.Internal, EndStage.Request);
        Abort(reset: false);
        return true;
    }

    private void DropPeeked()
    {
        if (_peekBuffer is null) return;
        Request.Reset();
        Worker.Memory.Return(ref _peekBuffer);
    }

    private void ForgetUpgrade()
    {
        DropPeeked();
        _peekedLength = 0;
        _peeked = ParseStatus.NeedMore;
        _switchesMode = _isUpgraded = false;
    }
}
