using Evenkeel.Linux;
using Evenkeel.Linux.Sockets;
using Evenkeel.Linux.Tls;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Loop;
using Evenkeel.Proxy.Samples;
using Evenkeel.Proxy.Transport;
using Evenkeel.Proxy.Transport.ProxyProtocol;
using Evenkeel.Proxy.Transport.Tls;

namespace Evenkeel.Proxy.Servers.Health;

/// <remarks>
/// Opens a probe's connection: connect, a SOCKS4 tunnel, a PROXY header, TLS, each where it is asked for. Probes speak TLS and PROXY as the traffic does
/// as long as they go where the traffic goes (configuration.txt 5.2 "check").
/// </remarks>
internal sealed partial class HealthProbe
{
    private enum Opening { Done, Connecting, Tunnel, Handshake }

    private readonly TlsChannel _spareTls = new();
    private TlsChannel? _tls;
    private SocketHandle _socket = SocketHandle.None;
    private Opening _opening;
    private Socks4Answer _tunnel;
    private KernelSocketAddress _target;

    private StepResult Connect(ConnectStep step)
    {
        CloseSocket();
        ForgetAnswer();
        _peerClosed = false;
        _lingers = step.Model.Lingers;
        if (!TryAddress(step, out _target)) return Fail(CheckStatus.SocketError, "no address to connect to");
        var address = _target;
        if (ViaSocks4(step) is { } proxy && !proxy.TryToKernel(out address)) return Fail(CheckStatus.SocketError, "no address to connect to");
        if (ViaSocks4(step) is not null && _target.Family != KernelSocketAddress.AF_INET) return FailConnect(step, Errno.EINVAL);
        var isMultipath = _server.Address?.IsMultipath == true;
        var opened = _server.Setup.Namespace?.Open(address.Family, SocketKind.Stream, isMultipath)
            ?? SocketHandle.Open(address.Family, SocketKind.Stream, isMultipath);
        if (opened.IsError) return Fail(CheckStatus.SocketError, OsError(opened.Errno));
        _socket = new SocketHandle(opened.Value);
        if (address.Family != KernelSocketAddress.AF_UNIX) _ = _socket.SetNoDelay();
        if (_server.Source?.BindOwn(_socket) is { IsError: true } bound) return Fail(CheckStatus.SocketError, OsError(bound.Errno));
        if (_server.Model.SignaturePassword is { } password && address.Family != KernelSocketAddress.AF_UNIX
            && _socket.SetSignature(address, password, everybody: false) is { IsError: true } unsigned)
            return Fail(CheckStatus.SocketError, OsError(unsigned.Errno));
        var registered = Loop.Register(_socket.Descriptor, this);
        if (registered.IsError) return Fail(CheckStatus.SocketError, OsError(registered.Errno));
        var connected = _socket.Connect(address);
        _opening = Opening.Connecting;
        if (connected.Is(Errno.EINPROGRESS)) return StepResult.Wait;
        if (connected.IsError) return FailConnect(step, connected.Errno);
        if (Open(step)) return StepResult.Next;
        return _isRunning ? StepResult.Wait : StepResult.Ended;
    }

    private StepResult FailConnect(ConnectStep step, Errno error) =>
        Fail(CheckStatus.L4Failed, $"General socket error ({ErrnoText.Of(error)}){StepText(step)}");

    /// <returns>True when the connection is ready and the next step may begin.</returns>
    private bool ContinueOpening(Readiness events)
    {
        var step = (ConnectStep)_program.Steps[_step];
        if (_opening == Opening.Connecting)
        {
            if ((events & (Readiness.Writable | Readiness.Error | Readiness.HangUp)) == 0) return false;
            var error = _socket.TakeError();
            if (error != Errno.None)
            {
                Fail(CheckStatus.L4Failed, OsError(error) + StepText(step));
                return false;
            }
        }
        if (!Open(step)) return false;
        _step++;
        return true;
    }

    /// <summary>Goes on with the opening from where it stands; false while it waits, and when it has failed.</summary>
    private bool Open(ConnectStep step)
    {
        if (_opening == Opening.Connecting && !BeginTunnel(step)) return false;
        if (_opening == Opening.Tunnel && !FinishTunnel(step)) return false;
        if (_opening == Opening.Connecting && !BeginSpeaking(step)) return false;
        return _opening == Opening.Done || ShakeHands(step);
    }

    private bool BeginTunnel(ConnectStep step)
    {
        if (_server.Backend.Model.Timeouts.CheckMs is { } readMs) Loop.Timers.Set(this, Loop.NowMs + readMs);
        if (ViaSocks4(step) is null) return true;
        Span<byte> request = stackalloc byte[Socks4.RequestLength];
        Socks4.WriteRequest(request, IpEndpoint.From(in _target));
        var sent = _socket.Send(request);
        if (sent.IsError)
        {
            Fail(CheckStatus.SocketError, OsError(sent.Errno) + StepText(step));
            return false;
        }
        _tunnel = default;
        _opening = Opening.Tunnel;
        return true;
    }

    private bool FinishTunnel(ConnectStep step)
    {
        switch (_tunnel.Receive(_socket))
        {
            case Socks4Status.Wait:
                return false;
            case Socks4Status.Granted:
                _opening = Opening.Connecting;
                return true;
            case var failed:
                Fail(CheckStatus.SocketError, Socks4.TextOf(failed) + StepText(step));
                return false;
        }
    }

    /// <summary>The PROXY header, and the beginning of a TLS handshake.</summary>
    private bool BeginSpeaking(ConnectStep step)
    {
        _opening = Opening.Done;
        if (SendsProxy(step))
        {
            var sent = _socket.Send(ProxyHeaderBytes(step));
            if (sent.IsError)
            {
                Fail(CheckStatus.SocketError, OsError(sent.Errno) + StepText(step));
                return false;
            }
        }
        if (!SpeaksTls(step)) return true;
        var tls = _server.Tls!;
        Span<byte> host = stackalloc byte[ServerTls.MaxName];
        var name = step.Model.Sni is { } sni ? [.. System.Text.Encoding.Latin1.GetBytes(sni), 0]
            : tls.ChecksAskForHost && IsUnwritten(step) ? host[..ServerTls.WriteHost(HostOfRequest(), host)] : tls.CheckName;
        if (!_spareTls.Connect(tls.Context, _socket.Descriptor, name, tls.Expected(name), null))
        {
            Fail(CheckStatus.SocketError, "no memory for TLS" + StepText(step));
            return false;
        }
        _tls = _spareTls;
        _opening = Opening.Handshake;
        return true;
    }

    /// <summary>Nobody wrote an `http-check connect`.</summary>
    private static bool IsUnwritten(ConnectStep step) => step.Number == 0;

    /// <summary>The Host that the first request of this probe will name.</summary>
    private ReadOnlySpan<byte> HostOfRequest()
    {
        foreach (var step in _program.Steps)
            if (step is SendHttpStep http) return http.Request.Host(Context());
        return default;
    }

    private bool ShakeHands(ConnectStep step)
    {
        var outcome = _tls!.Flush() ? _tls.Handshake() : TlsOutcome.Failed;
        if (outcome == TlsOutcome.Done) _opening = Opening.Done;
        if (outcome is TlsOutcome.Done or TlsOutcome.Wait) return outcome == TlsOutcome.Done;
        var hasClosed = _tls.SocketEnded || _tls.SocketError != Errno.None;
        Fail(CheckStatus.L6BadResponse, (hasClosed ? "Connection closed during SSL handshake" : "SSL handshake failure") + StepText(step));
        return false;
    }

    private SocketAddressModel? ViaSocks4(ConnectStep step)
    {
        var model = _server.Model;
        return step.Model.ViaSocks4 || (step.Model.AsServer && model.ChecksViaSocks4) ? model.Socks4 : null;
    }

    private bool GoesElsewhere => _server.Model is { CheckPort: not null } or { CheckAddress: not null };

    private bool SpeaksTls(ConnectStep step)
    {
        if (_server.Tls is not { } tls) return false;
        return step.Model.UsesTls || (step.Model.AsServer && (tls.IsForChecks || (tls.IsForTraffic && !GoesElsewhere)));
    }

    private bool SendsProxy(ConnectStep step)
    {
        var model = _server.Model;
        return step.Model.SendsProxy || (step.Model.AsServer && (model.CheckSendProxy || (model.ProxyHeader is { Version: > 0 } && !GoesElsewhere)));
    }

    /// <summary>The PROXY header for a connection of our own: its two ends in version 1, LOCAL in version 2 (proxy-protocol.txt 2.1, 2.2).</summary>
    private byte[] ProxyHeaderBytes(ConnectStep step)
    {
        var header = new ProxyHeaderWriter(new byte[128]);
        if (_server.Model.ProxyHeader is { Version: 2 } model)
        {
            header.Begin(default, default);
            if (model.Checksum) header.AddChecksum();
            header.Finish();
        }
        else
        {
            var known = _socket.LocalAddress(out var local).IsOk & _socket.PeerAddress(out var peer).IsOk;
            if (ViaSocks4(step) is not null) peer = _target;
            header.WriteLine(known ? IpEndpoint.From(in local) : default, known ? IpEndpoint.From(in peer) : default);
        }

        return header.Written.ToArray();
    }

    private bool TryAddress(ConnectStep step, out KernelSocketAddress address)
    {
        address = default;
        var target = step.Model.Address ?? _purpose.Target;
        if (target is null) return false;
        if (target.Address is null) return target.TryToKernel(out address);
        var port = step.Model.Port ?? (step.Port is null ? 0 : EvaluatePort(step.Port));
        if (port == 0) port = step.Model.Address is { Port: > 0 } own ? own.Port : _purpose.Port;
        if (port is < 0 or > 65_535) return false;
        address = KernelSocketAddress.FromIp(target.Address, port);
        return true;
    }

    /// <summary>0 for what is no port: the server's own is taken then.</summary>
    private int EvaluatePort(BoundExpression expression)
    {
        var sample = default(Sample);
        if (!expression.TryEvaluateAs(Model.Samples.SampleType.Integer, Context(), ref sample)) return 0;
        return sample.Integer is > 0 and <= 65_535 ? (int)sample.Integer : 0;
    }

    private void NoteTlsEvents(Readiness events)
    {
        if (_tls is null) return;
        if ((events & (Readiness.Readable | Readiness.PeerClosed | Readiness.HangUp | Readiness.Error)) != 0)
            _tls.NoteReadable((events & (Readiness.PeerClosed | Readiness.HangUp)) != 0);
        if (_opening != Opening.Handshake) _ = _tls.Flush();
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

    private void CloseSocket()
    {
        if (!_socket.IsOpen) return;
        _tls?.Close();
        _tls = null;
        Loop.Forget(_socket.Descriptor);
        // Thousands of probes must not leave their ports in TIME_WAIT.
        if (!_lingers) _ = _socket.SetLingerZero();
        _ = _socket.Close();
        _socket = SocketHandle.None;
        _opening = Opening.Done;
        _sending = null;
    }
}
