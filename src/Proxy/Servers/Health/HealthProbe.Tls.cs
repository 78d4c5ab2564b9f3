using Evenkeel.Linux;
using Evenkeel.Linux.Sockets;
using Evenkeel.Linux.Tls;
using Evenkeel.Proxy.Loop;

namespace Evenkeel.Proxy.Servers.Health;

/// <remarks>Probes through TLS: `check-ssl`, or `ssl` as long as probes go where the traffic goes (configuration.txt 5.2 "check-ssl").</remarks>
internal sealed partial class HealthProbe
{
    private readonly TlsChannel _spareTls = new();
    private TlsChannel? _tls;
    private bool _isShakingHands;

    private bool SpeaksTls(ConnectStep step)
    {
        var model = _server.Model;
        if (_server.Tls is not { } tls || step.Number > 0) return false;
        return tls.IsForChecks || (tls.IsConfiguredForTraffic && model.CheckPort is null && model.CheckAddress is null);
    }

    /// <returns>True when it is already done; false while it goes on, and when it has failed.</returns>
    private bool BeginHandshake(ConnectStep step)
    {
        var tls = _server.Tls!;
        if (!_spareTls.Connect(tls.Context, _socket.Descriptor, tls.CheckName, tls.Expected(tls.CheckName), null))
        {
            Fail(CheckStatus.SocketError, "no memory for TLS" + StepText(step));
            return false;
        }

        _tls = _spareTls;
        return ShakeHands(step);
    }

    private bool FinishHandshake()
    {
        if (!ShakeHands((ConnectStep)_program.Steps[_step])) return false;
        _step++;
        return true;
    }

    private bool ShakeHands(ConnectStep step)
    {
        var outcome = _tls!.Flush() ? _tls.Handshake() : TlsOutcome.Failed;
        _isShakingHands = outcome == TlsOutcome.Wait;
        if (outcome is TlsOutcome.Done or TlsOutcome.Wait) return outcome == TlsOutcome.Done;
        var hasClosed = _tls.SocketEnded || _tls.SocketError != Errno.None;
        Fail(CheckStatus.L6BadResponse, (hasClosed ? "Connection closed during SSL handshake" : "SSL handshake failure") + StepText(step));
        return false;
    }

    private void NoteTlsEvents(Readiness events)
    {
        if (_tls is null) return;
        if ((events & (Readiness.Readable | Readiness.PeerClosed | Readiness.HangUp | Readiness.Error)) != 0)
            _tls.NoteReadable((events & (Readiness.PeerClosed | Readiness.HangUp)) != 0);
        if (!_isShakingHands) _ = _tls.Flush();
    }

    private SysResult Receive(Span<byte> buffer)
    {
        if (_tls is null) return _socket.Receive(buffer);
        return _tls.Read(buffer, out var count) switch
        {
            TlsOutcome.Done => SysResult.Ok(count),
            TlsOutcome.Wait => SysResult.Fail(Errno.EAGAIN),
            TlsOutcome.End => SysResult.Ok(),
            _ => SysResult.Fail(_tls.SocketError is Errno.None ? Errno.EPROTO : _tls.SocketError),
        };
    }

    private SysResult Send(ReadOnlySpan<byte> bytes)
    {
        if (_tls is null) return _socket.Send(bytes);
        if (_tls.Write(bytes, more: false, out var count) == TlsOutcome.Failed) return SysResult.Fail(Errno.EPROTO);
        return count == 0 && bytes.Length > 0 ? SysResult.Fail(Errno.EAGAIN) : SysResult.Ok(count);
    }

    private void CloseTls()
    {
        _tls?.Close();
        _tls = null;
        _isShakingHands = false;
    }
}
