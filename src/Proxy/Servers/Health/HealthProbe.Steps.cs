using Evenkeel.Linux;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Samples;

namespace Evenkeel.Proxy.Servers.Health;

/// <remarks>Each step either finishes at once, waits for the socket (the loop calls again), or ends the probe.</remarks>
internal sealed partial class HealthProbe
{
    private enum StepResult { Next, Wait, Ended }

    private byte[]? _sending;
    private int _sent;
    private bool _peerClosed;
    private bool _lingers;
    private int _step;
    private int _code;
    private string? _successInfo;
    private CheckStatus _successStatus;

    private void Advance()
    {
        while (_isRunning && _step < _program.Steps.Length)
        {
            var result = _program.Steps[_step] switch
            {
                ConnectStep connect => Connect(connect),
                SendBytesStep send => SendAll(send, () => send.Bytes),
                SendFormatStep send => SendAll(send, () => Formatted(send)),
                SendHttpStep send => SendAll(send, () => send.Request.Write(_exchange, Context(), _owner.Node)),
                VariableStep set => Set(set),
                ExpectStep expect => Expect(expect),
                var other => throw new NotSupportedException(other.GetType().Name),
            };
            if (result == StepResult.Wait) return;
            if (result == StepResult.Next) _step++;
        }

        if (_isRunning) Succeed();
    }

    private void Succeed()
    {
        var status = _program.SpeaksToApplication ? _successStatus : _tls is not null ? CheckStatus.L6Ok : CheckStatus.L4Ok;
        var result = status == CheckStatus.L7ConditionallyOk ? CheckResult.ConditionallyPassed : CheckResult.Passed;
        var isScript = _program.Kind == CheckKind.TcpScript && (_program.SpeaksToApplication || _program.Steps.Any(step => step.Number > 0));
        Finish(new(status, result, CheckStatusText.HasCode(status) ? _code : 0, Elapsed, _successInfo ?? (isScript ? "(tcp-check)" : "")));
    }

    private StepResult Fail(CheckStatus status, string info)
    {
        var result = status == CheckStatus.L7ConditionallyOk ? CheckResult.ConditionallyPassed : CheckResult.Failed;
        Finish(new(status, result, CheckStatusText.HasCode(status) ? _code : 0, Elapsed, info));
        return StepResult.Ended;
    }

    /// <summary>Null from <paramref name="make"/>: what was to be sent could not be made.</summary>
    private StepResult SendAll(CheckStep step, Func<byte[]?> make)
    {
        if (_sending is null)
        {
            _sending = make();
            if (_sending is null) return Fail(CheckStatus.L7BadResponse, $"tcp-check send : failed to build log-format string at step {step.Number}");
            _sent = 0;
            // Only the last rule says how it went.
            (_successStatus, _successInfo) = (CheckStatus.L7Ok, null);
            ForgetAnswer();
        }

        var sent = Send(_sending.AsSpan(_sent));
        if (sent.WouldBlock) return StepResult.Wait;
        if (sent.IsError) return Fail(CheckStatus.SocketError, OsError(sent.Errno) + StepText(step));
        _sent += sent.Value;
        if (_sent < _sending.Length) return StepResult.Wait;
        _sending = null;
        return StepResult.Next;
    }

    private byte[]? Formatted(SendFormatStep step)
    {
        var text = step.Format.Evaluate(Context());
        if (!step.IsHexadecimal) return text.ToArray();
        return TryHexadecimal(text, out var bytes) ? bytes : null;
    }

    private static bool TryHexadecimal(ReadOnlySpan<byte> text, out byte[] bytes)
    {
        bytes = new byte[text.Length / 2];
        return text.Length % 2 == 0 && Convert.FromHexString(text, bytes, out _, out _) == System.Buffers.OperationStatus.Done;
    }

    private StepResult Set(VariableStep step)
    {
        var context = Context();
        var sample = default(Sample);
        if (step.Format is not null)
        {
            sample.SetString(step.Format.Evaluate(context));
            context.TrySetVariable(step.Id, step.Conditions, sample);
        }
        else if (step.Expression is null) context.UnsetVariable(step.Id);
        else if (step.Expression.TryEvaluate(context, ref sample)) context.TrySetVariable(step.Id, step.Conditions, sample);
        return StepResult.Next;
    }

    private void ForgetAnswer()
    {
        _exchange.Received!.Clear();
        _exchange.Head = null;
        _exchange.HttpBody = default;
        _answer = null;
    }

    /// <summary>Where a tcp-check stood, for messages; nothing for the other kinds.</summary>
    private string StepText(CheckStep step)
    {
        if (_program.Kind != CheckKind.TcpScript) return "";
        if (step.Number == 0) return " at initial connection step of tcp-check";
        var what = step switch
        {
            ConnectStep { Model.Port: { } port } => $"connect port {port}",
            ConnectStep => "connect",
            ExpectBytesStep expect => "expect " + expect.Waiting,
            ExpectStep => "expect",
            _ => "send",
        };
        var comment = step.Comment is { } words ? $" comment: '{words}'" : "";
        return $" at step {step.Number} of tcp-check ({what}){comment}";
    }
}
