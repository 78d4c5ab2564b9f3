using System.Text;
using Evenkeel.Linux;
using Evenkeel.Proxy.Samples;

namespace Evenkeel.Proxy.Servers.Health;

/// <remarks>What is expected of the server's answer, and the words for what went wrong.</remarks>
internal sealed partial class HealthProbe
{
    private HttpCheckAnswer? _answer;

    private bool IsHttp => _program.Kind == Model.Proxy.CheckKind.Http;

    private StepResult Expect(ExpectStep step)
    {
        if (Fill() is { } error) return Fail(CheckStatus.SocketError, OsError(error) + StepText(step));
        if (IsHttp && ReadHead() is { } early) return early;
        return step switch
        {
            ExpectStatusStep status => Judge(status.Pattern.Matches(_answer!.Head.Status), status),
            ExpectHeaderStep header => Judge(HasHeader(header), header),
            ExpectAnswerStep answer => Judge(answer),
            _ => IsHttp ? ExpectBody((ExpectBytesStep)step) : ExpectBytes((ExpectBytesStep)step),
        };
    }

    /// <summary>Reads the head of an HTTP answer; not null when it cannot be looked at (yet).</summary>
    private StepResult? ReadHead()
    {
        _answer ??= new HttpCheckAnswer(_exchange.Received!, _worker.Memory, _owner.MaxHeaders);
        switch (_answer.Read(_peerClosed))
        {
            case HttpCheckAnswer.Reading.Done:
                _exchange.Head = _answer.Head;
                _exchange.HttpBody = _answer.Body;
                _code = _answer.Head.Status;
                return null;
            case HttpCheckAnswer.Reading.NeedMore when !_peerClosed && !IsFull:
                return StepResult.Wait;
            default:
                return Fail(CheckStatus.SocketError, "");
        }
    }

    private StepResult Judge(bool matches, ExpectStep step)
    {
        if (matches != step.Options.Negated) return Met(step.Options);
        if (_code == 404 && _program.Model.DisableOn404 && _server.Operating != OperatingState.Stopped)
        {
            Finish(new(CheckStatus.L7ConditionallyOk, CheckResult.ConditionallyPassed, 404, Elapsed, ""));
            return StepResult.Ended;
        }

        return Miss(step, Encoding.Latin1.GetString(_answer!.Head.Reason));
    }

    private bool HasHeader(ExpectHeaderStep step)
    {
        var head = _answer!.Head;
        var context = Context();
        var name = step.Name.Wanted(context);
        var value = step.Value is null ? default : step.Value.Wanted(context);
        for (var i = 0; i < head.HeaderCount; i++)
        {
            if (!step.Name.Matches(head.Name(i), name, ignoresCase: true)) continue;
            if (step.Value is null || HasValue(step, head.Value(i), value)) return true;
        }
        return false;
    }

    private static bool HasValue(ExpectHeaderStep step, ReadOnlySpan<byte> text, ReadOnlySpan<byte> wanted)
    {
        if (step.IsFull) return step.Value!.Matches(text, wanted, ignoresCase: false);
        foreach (var part in text.Split((byte)','))
            if (step.Value!.Matches(text[part].Trim(" \t"u8), wanted, ignoresCase: false)) return true;
        return false;
    }

    private StepResult ExpectBody(ExpectBytesStep step)
    {
        ReadOnlySpan<byte> body = _answer!.Body.Span;
        var isFinal = _answer.IsComplete || IsFull;
        if (body.IsEmpty && isFinal) return Miss(step, "HTTP content check could not find a response body");
        if (!isFinal && (body.IsEmpty || body.Length < step.Options.MinimumBytes)) return StepResult.Wait;
        if (Matches(step, body) is not { } matches) return StepResult.Ended;
        if (!matches && !isFinal && step.Options.MinimumBytes < 0) return StepResult.Wait;
        if (matches != step.Options.Negated) return Met(step.Options);
        return Miss(step, matches ? "HTTP check matched unwanted content" : "HTTP content check did not match");
    }

    private StepResult ExpectBytes(ExpectBytesStep step)
    {
        ReadOnlySpan<byte> data = _exchange.Received!.Filled;
        var (options, isFinal) = (step.Options, _peerClosed || IsFull);
        if (!isFinal && (data.IsEmpty || data.Length < LeastBytes(step))) return StepResult.Wait;
        if (Matches(step, data) is not { } matches) return StepResult.Ended;
        // What did not come may still come, unless `min-recv` says how much is enough to tell.
        if (!matches && !isFinal && options.MinimumBytes < 0) return StepResult.Wait;
        if (matches != options.Negated) return Met(options);
        if (data.IsEmpty) return Miss(step, $"TCPCHK got an empty response at step {step.Number}");
        // The conversations known here say what is wrong themselves, or nothing.
        if (_program.Kind == Model.Proxy.CheckKind.Protocol) return Miss(step, "");
        return Miss(step, (matches ? "TCPCHK matched unwanted content " : "TCPCHK did not match content ") + $"{step.Shown} at step {step.Number}");
    }

    /// <summary>An exact text needs no more bytes than it has.</summary>
    private static int LeastBytes(ExpectBytesStep step) =>
        step.Pattern is { ExactLength: > 0 and var length } ? Math.Min(length, step.Options.MinimumBytes) : step.Options.MinimumBytes;

    /// <summary>Null when the pattern could not be made; the probe has ended then.</summary>
    private bool? Matches(ExpectBytesStep step, ReadOnlySpan<byte> data)
    {
        if (step.Pattern is { } pattern) return pattern.IsIn(data);
        var text = step.Format!.Evaluate(Context());
        if (text.IsEmpty)
        {
            Fail(CheckStatus.L7BadResponse, "log-format string evaluated to an empty string");
            return null;
        }
        if (!step.IsHexadecimal) return data.IndexOf(text) >= 0;
        if (TryHexadecimal(text, out var bytes)) return data.IndexOf(bytes) >= 0;
        Fail(CheckStatus.L7BadResponse, "Failed to parse hexastring resulting of eval of a log-format string");
        return null;
    }

    private StepResult Judge(ExpectAnswerStep step)
    {
        ReadOnlySpan<byte> data = _exchange.Received!.Filled;
        if (data.IsEmpty && _peerClosed) return Miss(step, $"TCPCHK got an empty response at step {step.Number}");
        var verdict = data.IsEmpty ? AnswerVerdict.Wait : step.Reader(data, _peerClosed || IsFull);
        if (verdict.Result == CheckResult.Unknown) return StepResult.Wait;
        _code = verdict.Code;
        if (verdict.Result == CheckResult.Neutral)
        {
            Finish(new(verdict.Status, CheckResult.Neutral, 0, Elapsed, ""));
            return StepResult.Ended;
        }
        if (verdict.Result != CheckResult.Passed) return Fail(verdict.Status, verdict.Info ?? "");
        _successStatus = verdict.Status;
        _successInfo = verdict.Info ?? _successInfo;
        return StepResult.Next;
    }

    private StepResult Met(ExpectOptions options)
    {
        _successStatus = options.Ok;
        _successInfo = options.OnSuccess is { } format ? InfoOf(format) : null;
        TakeCode(options);
        return StepResult.Next;
    }

    private StepResult Miss(ExpectStep step, string trouble)
    {
        TakeCode(step.Options);
        var info = step.Options.OnError is { } format ? InfoOf(format) : trouble;
        return Fail(step.Options.Error, info + (step.Comment is { } comment ? " comment: " + comment : ""));
    }

    private void TakeCode(ExpectOptions options)
    {
        if (options.StatusCode is null) return;
        var sample = default(Sample);
        // By way of a text, so that digits out of the answer's bytes count as the number they write.
        _code = options.StatusCode.TryEvaluateAs(Model.Samples.SampleType.String, Context(), ref sample) ? (int)SampleCast.ParseInteger(sample.Bytes) : 0;
    }

    /// <summary>A text for people ends at the first NUL, which protocols like to put behind theirs.</summary>
    private string InfoOf(BoundLogFormat format)
    {
        var text = format.Evaluate(Context());
        var end = text.IndexOf((byte)0);
        return Encoding.Latin1.GetString(end < 0 ? text : text[..end]);
    }

    private bool IsFull => _exchange.Received!.Free.IsEmpty;

    /// <summary>Takes what has arrived, up to the buffer's size; tells the error that ended the connection, if one did before anything came.</summary>
    private Errno? Fill()
    {
        var buffer = _exchange.Received!;
        while (!_peerClosed && !buffer.Free.IsEmpty)
        {
            var read = Receive(buffer.Free);
            if (read.WouldBlock) return null;
            if (read.IsError && buffer.IsEmpty) return read.Errno;
            _peerClosed = read.IsError || read.Value == 0;
            if (read.IsOk) buffer.Produced(read.Value);
        }

        return null;
    }
}
