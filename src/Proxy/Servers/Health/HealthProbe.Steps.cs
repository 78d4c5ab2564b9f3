using System.Text;
using Evenkeel.Linux;
using Evenkeel.Linux.Sockets;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Loop;
using Evenkeel.Proxy.Transport.ProxyProtocol;

namespace Evenkeel.Proxy.Servers.Health;

/// <remarks>Each step either finishes at once, waits for the socket (the loop calls again), or ends the probe.</remarks>
internal sealed partial class HealthProbe
{
    /// <summary>What is looked at of an answer, bytes: one buffer as large as the data plane's own.</summary>
    private const int BufferSize = 16_384;

    private enum StepResult { Next, Wait, Ended }

    private SocketHandle _socket = SocketHandle.None;
    private byte[] _buffer = [];
    private int _received;
    private int _sent;
    private byte[]? _sending;
    private bool _isConnecting;
    private bool _peerClosed;
    private int _step;
    private int _status;
    private string? _successInfo;
    private CheckStatus _successStatus;

    private void Advance()
    {
        while (_isRunning && _step < _program.Steps.Length)
        {
            var result = _program.Steps[_step] switch
            {
                ConnectStep connect => Connect(connect),
                SendStep send => Send(send),
                ExpectBytesStep expect => Expect(expect),
                ExpectStatusStep expect => Expect(expect),
                ExpectBodyStep expect => Expect(expect),
                var other => throw new NotSupportedException(other.GetType().Name),
            };
            if (result == StepResult.Wait) return;
            if (result == StepResult.Next) _step++;
        }

        if (_isRunning) Succeed();
    }

    private void Succeed()
    {
        var status = _program.SpeaksToApplication ? _successStatus : _tls is null ? CheckStatus.L4Ok : CheckStatus.L6Ok;
        var result = status == CheckStatus.L7ConditionallyOk ? CheckResult.ConditionallyPassed : CheckResult.Passed;
        var isScript = _program.Kind == CheckKind.TcpScript && (_program.SpeaksToApplication || _program.Steps[0].Number > 0);
        Finish(new(status, result, CheckStatusText.HasCode(status) ? _status : 0, Elapsed, _successInfo ?? (isScript ? "(tcp-check)" : "")));
    }

    private StepResult Fail(CheckStatus status, string info)
    {
        Finish(new(status, CheckResult.Failed, CheckStatusText.HasCode(status) ? _status : 0, Elapsed, info));
        return StepResult.Ended;
    }

    private StepResult Connect(ConnectStep step)
    {
        CloseSocket();
        _received = 0;
        _peerClosed = false;
        if (!TryAddress(step, out var address)) return Fail(CheckStatus.SocketError, "no address to connect to");
        var opened = SocketHandle.OpenStream(address.Family, _server.Address?.IsMultipath == true);
        if (opened.IsError) return Fail(CheckStatus.SocketError, OsError(opened.Errno));
        _socket = new SocketHandle(opened.Value);
        if (address.Family != KernelSocketAddress.AF_UNIX) _ = _socket.SetNoDelay();
        if (_server.Source?.BindOwn(_socket) is { IsError: true } bound)
            return Fail(CheckStatus.SocketError, OsError(bound.Errno));
        var registered = Loop.Register(_socket.Descriptor, this);
        if (registered.IsError) return Fail(CheckStatus.SocketError, OsError(registered.Errno));
        var connected = _socket.Connect(address);
        if (connected.Is(Errno.EINPROGRESS))
        {
            _isConnecting = true;
            return StepResult.Wait;
        }

        if (connected.IsError) return Fail(CheckStatus.L4Failed, $"General socket error ({ErrnoText.Of(connected.Errno)}){StepText(step)}");
        if (!OnConnected(step)) return StepResult.Ended;
        if (!SpeaksTls(step)) return StepResult.Next;
        return BeginHandshake(step) ? StepResult.Next : _isShakingHands ? StepResult.Wait : StepResult.Ended;
    }

    /// <returns>False while the connection is not there, and when the probe has ended for it.</returns>
    private bool FinishConnect(Readiness events)
    {
        if ((events & (Readiness.Writable | Readiness.Error | Readiness.HangUp)) == 0) return false;
        var step = (ConnectStep)_program.Steps[_step];
        var error = _socket.TakeError();
        _isConnecting = false;
        if (error != Errno.None)
        {
            Fail(CheckStatus.L4Failed, OsError(error) + StepText(step));
            return false;
        }

        if (!OnConnected(step) || (SpeaksTls(step) && !BeginHandshake(step))) return false;
        _step++;
        return true;
    }

    private bool OnConnected(ConnectStep step)
    {
        if (_server.Backend.Model.Timeouts.CheckMs is { } readMs) Loop.Timers.Set(this, Loop.NowMs + readMs);
        if (!SendsProxy(step)) return true;
        var sent = _socket.Send(ProxyHeaderBytes());
        if (sent.IsOk) return true;
        Fail(CheckStatus.SocketError, OsError(sent.Errno) + StepText(step));
        return false;
    }

    /// <summary>The first connection of a check speaks as the traffic does, unless it goes elsewhere (configuration.txt 5.2 "check-send-proxy").</summary>
    private bool SendsProxy(ConnectStep step)
    {
        var model = _server.Model;
        if (step.SendProxy || step.Number > 0) return step.SendProxy;
        var goesElsewhere = model.CheckPort is not null || model.CheckAddress is not null;
        return model.CheckSendProxy || (model.ProxyHeader is { Version: > 0 } && !goesElsewhere);
    }

    /// <summary>The PROXY header for a connection of our own: its two ends in version 1, LOCAL in version 2 (proxy-protocol.txt 2.1, 2.2).</summary>
    private byte[] ProxyHeaderBytes()
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
            header.WriteLine(known ? IpEndpoint.From(in local) : default, known ? IpEndpoint.From(in peer) : default);
        }

        return header.Written.ToArray();
    }

    private bool TryAddress(ConnectStep step, out KernelSocketAddress address)
    {
        address = default;
        var model = _server.Model;
        var target = step.Address ?? _server.CheckAddress ?? _server.Address;
        if (target is null) return false;
        if (target.Family == SocketFamily.Unix) return KernelSocketAddress.TryFromUnix(target.Path, out address);
        if (target.Family == SocketFamily.AbstractUnix) return KernelSocketAddress.TryFromAbstract(target.Path, out address);
        if (target.Address is null) return false;
        var port = step.Port ?? _server.CheckPort ?? (target.Port > 0 ? target.Port : _server.Address?.Port ?? 0);
        if (port is <= 0 or > 65535) return false;
        address = KernelSocketAddress.FromIp(target.Address, port);
        return true;
    }

    private StepResult Send(SendStep step)
    {
        if (_sending is null)
        {
            _sending = step.StateAt < 0 ? step.Bytes : WithState(step);
            _sent = 0;
            _received = 0;
        }

        var sent = Send(_sending.AsSpan(_sent));
        if (sent.WouldBlock) return StepResult.Wait;
        if (sent.IsError) return Fail(CheckStatus.SocketError, OsError(sent.Errno) + StepText(step));
        _sent += sent.Value;
        if (_sent < _sending.Length) return StepResult.Wait;
        _sending = null;
        return StepResult.Next;
    }

    private byte[] WithState(SendStep step) =>
        [.. step.Bytes.AsSpan(0, step.StateAt), .. Encoding.UTF8.GetBytes(ServerStateHeader.Of(_server, _owner.Node)), .. step.Bytes.AsSpan(step.StateAt)];

    private void CloseSocket()
    {
        if (!_socket.IsOpen) return;
        CloseTls();
        Loop.Forget(_socket.Descriptor);
        // Thousands of probes must not leave their ports in TIME_WAIT.
        _ = _socket.SetLingerZero();
        _ = _socket.Close();
        _socket = SocketHandle.None;
        _isConnecting = false;
        _sending = null;
    }
}
