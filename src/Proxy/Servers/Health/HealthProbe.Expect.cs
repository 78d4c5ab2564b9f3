using System.Globalization;
using System.Text;
using Evenkeel.Linux;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Proxy.Servers.Health;

/// <remarks>What is expected of the server's answer, and the words for what went wrong.</remarks>
internal sealed partial class HealthProbe
{
    private static ExpectOptions? OptionsOf(CheckStep step) => step switch
    {
        ExpectBytesStep expect => expect.Options,
        ExpectStatusStep expect => expect.Options,
        ExpectBodyStep expect => expect.Options,
        _ => null,
    };

    private StepResult Expect(ExpectBytesStep step)
    {
        if (Fill() is { } error) return Fail(CheckStatus.SocketError, OsError(error) + StepText(step));
        var data = _buffer.AsSpan(0, _received);
        var options = step.Options;
        var isFinal = _peerClosed || _received == BufferSize;
        if (!isFinal && (_received == 0 || _received < options.MinimumBytes)) return StepResult.Wait;
        var matches = step.Pattern.IsIn(data);
        // What must not come may still come, unless `min-recv` says how much is enough to tell.
        if (!matches && !isFinal && (!options.Negated || options.MinimumBytes == 0)) return StepResult.Wait;
        if (matches != options.Negated) return Met(options);
        var trouble = matches ? "TCPCHK matched unwanted content " + step.Shown
            : _received == 0 ? "TCPCHK got an empty response" : "TCPCHK did not match content " + step.Shown;
        return Fail(options.Error, (options.OnError ?? string.Create(CultureInfo.InvariantCulture, $"{trouble} at step {step.Number}")) + Comment(step));
    }

    private StepResult Expect(ExpectStatusStep step)
    {
        var scratch = new byte[BufferSize];
        if (ReadAnswer(scratch, out var answer) is { } outcome) return outcome;
        var options = step.Options;
        _status = answer.Status;
        if (step.Pattern.Matches(answer.Status) != options.Negated) return Met(options);
        if (answer.Status == 404 && _program.DisableOn404 && _server.Operating != OperatingState.Stopped)
        {
            Finish(new(CheckStatus.L7ConditionallyOk, CheckResult.ConditionallyPassed, 404, Elapsed, ""));
            return StepResult.Ended;
        }

        return Fail(options.Error, (options.OnError ?? Encoding.Latin1.GetString(answer.Reason)) + Comment(step));
    }

    private StepResult Expect(ExpectBodyStep step)
    {
        var scratch = new byte[BufferSize];
        if (ReadAnswer(scratch, out var answer) is { } outcome) return outcome;
        var options = step.Options;
        _status = answer.Status;
        var isFinal = answer.IsComplete || _received == BufferSize;
        if (!isFinal && answer.Body.Length < options.MinimumBytes) return StepResult.Wait;
        var matches = step.Pattern.IsIn(answer.Body);
        if (matches && !options.Negated) return Met(options);
        if (!matches && !isFinal) return StepResult.Wait;
        if (!matches && options.Negated) return Met(options);
        var trouble = matches ? "HTTP check matched unwanted content" : "HTTP content check did not match";
        return Fail(options.Error, (options.OnError ?? trouble) + Comment(step));
    }

    /// <summary>Reads as much of the response as there is; not null when it cannot be looked at (yet).</summary>
    private StepResult? ReadAnswer(byte[] scratch, out HttpCheckAnswer answer)
    {
        answer = default;
        if (Fill() is { } error) return Fail(CheckStatus.SocketError, OsError(error));
        var reading = HttpCheckAnswer.TryRead(_buffer.AsSpan(0, _received), _peerClosed, scratch, out answer);
        if (reading == HttpCheckAnswer.Reading.Done) return null;
        if (reading == HttpCheckAnswer.Reading.NeedMore && !_peerClosed && _received < BufferSize) return StepResult.Wait;
        return Fail(CheckStatus.SocketError, "");
    }

    private StepResult Met(ExpectOptions options)
    {
        _successStatus = options.Ok;
        _successInfo = options.OnSuccess;
        return StepResult.Next;
    }

    /// <summary>Takes what has arrived, up to the buffer's size; tells the error that ended the connection, if one did.</summary>
    private Errno? Fill()
    {
        while (!_peerClosed && _received < BufferSize)
        {
            var read = Receive(_buffer.AsSpan(_received, BufferSize - _received));
            if (read.WouldBlock) return null;
            if (read.IsError) return read.Errno;
            _peerClosed = read.Value == 0;
            _received += read.Value;
        }

        return null;
    }

    private static string Comment(CheckStep step) => step.Comment is { } comment ? " comment: " + comment : "";

    /// <summary>Where a tcp-check stood, for messages; nothing for the other kinds.</summary>
    private string StepText(CheckStep step)
    {
        if (_program.Kind != CheckKind.TcpScript) return "";
        if (step.Number == 0) return " at initial connection step of tcp-check";
        var what = step switch
        {
            ConnectStep { Port: { } port } => string.Create(CultureInfo.InvariantCulture, $"connect port {port}"),
            ConnectStep => "connect",
            SendStep => "send",
            ExpectBytesStep expect => "expect " + expect.Waiting,
            _ => "expect",
        };
        var comment = step.Comment is { } words ? $" comment: '{words}'" : "";
        return string.Create(CultureInfo.InvariantCulture, $" at step {step.Number} of tcp-check ({what}){comment}");
    }
}
