using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Proxy.Servers.Health;

/// <summary>The steps of a backend's probes, made ready once: model -> <b>CheckProgram</b> -> <see cref="HealthProbe"/> runs it for each server.</summary>
internal sealed class CheckProgram
{
    private CheckProgram(CheckKind kind, ImmutableArray<CheckStep> steps, bool disableOn404)
    {
        Kind = kind;
        Steps = steps;
        DisableOn404 = disableOn404;
        SpeaksToApplication = steps.Any(step => step is not ConnectStep);
    }

    public CheckKind Kind { get; }

    public ImmutableArray<CheckStep> Steps { get; }

    public bool DisableOn404 { get; }

    /// <summary>Something is sent or expected: success is that of layer 7, not of the connection alone.</summary>
    public bool SpeaksToApplication { get; }

    public static CheckProgram Of(HealthCheckModel? model)
    {
        if (model is null) return new(CheckKind.TcpConnect, [new ConnectStep(0, null, null, null, false)], false);
        var steps = ImmutableArray.CreateBuilder<CheckStep>();
        foreach (var step in model.Steps) steps.Add(Compile(step, steps.Count + 1, model));
        if (model.Kind == CheckKind.Http && !steps.Any(static step => step is ExpectStatusStep or ExpectBodyStep)) steps.Add(AnyGoodStatus());
        if (steps.Count == 0 || steps[0] is not ConnectStep) steps.Insert(0, new ConnectStep(0, null, null, null, false));
        return new(model.Kind, steps.ToImmutable(), model.DisableOn404);
    }

    private static ExpectStatusStep AnyGoodStatus() =>
        new(0, null, StatusPattern.Ranges("200-399"), new(false, 0, CheckStatus.L7Ok, CheckStatus.L7BadStatus, CheckStatus.L7TimedOut, null, null));

    private static CheckStep Compile(CheckStepModel step, int number, HealthCheckModel model) => step switch
    {
        CheckConnectModel connect => new ConnectStep(number, connect.Comment, connect.Port, connect.Address, connect.SendProxy),
        CheckSendBytesModel send => new SendStep(number, send.Comment, [.. send.Bytes]),
        CheckSendHttpModel send => CheckRequest.Compile(send, number, model.SendState),
        CheckExpectModel expect => Compile(expect, number, model.Kind == CheckKind.Http),
        _ => throw new NotSupportedException(step.GetType().Name),
    };

    private static CheckStep Compile(CheckExpectModel expect, int number, bool isHttp)
    {
        var isStatus = expect.Kind is CheckExpectKind.Status or CheckExpectKind.StatusRegex;
        var failure = isStatus ? CheckStatus.L7BadStatus : CheckStatus.L7BadResponse;
        var options = new ExpectOptions(expect.Negated, expect.MinimumBytes ?? 0, StatusOf(expect.OkStatus, CheckStatus.L7Ok),
            StatusOf(expect.ErrorStatus, failure), StatusOf(expect.TimeoutStatus, CheckStatus.L7TimedOut), expect.OnSuccess, expect.OnError);
        if (isStatus)
        {
            var statuses = expect.Kind == CheckExpectKind.Status ? StatusPattern.Ranges(expect.Pattern) : StatusPattern.Regex(expect.Pattern);
            return new ExpectStatusStep(number, expect.Comment, statuses, options);
        }

        var pattern = expect.Kind switch
        {
            CheckExpectKind.Bytes => BytePattern.Literal(Convert.FromHexString(expect.Pattern)),
            CheckExpectKind.BytesRegex => new HexadecimalPattern(BytePattern.Regex(expect.Pattern)),
            CheckExpectKind.StringRegex => BytePattern.Regex(expect.Pattern),
            _ => BytePattern.Literal(expect.Pattern),
        };
        if (isHttp) return new ExpectBodyStep(number, expect.Comment, pattern, options);
        var (shown, waiting) = expect.Kind switch
        {
            CheckExpectKind.Bytes => ("(binary)", "binary '" + expect.Pattern.ToUpperInvariant() + "'"),
            CheckExpectKind.BytesRegex => ("(binary regex)", "binary regex"),
            CheckExpectKind.StringRegex => ("(regex)", "regex"),
            _ => ("'" + expect.Pattern + "'", "string '" + expect.Pattern + "'"),
        };
        return new ExpectBytesStep(number, expect.Comment, pattern, shown, waiting, options);
    }

    private static CheckStatus StatusOf(string? code, CheckStatus otherwise)
    {
        if (code is null) return otherwise;
        foreach (var status in Enum.GetValues<CheckStatus>())
            if (CheckStatusText.Code(status) == code) return status;
        return otherwise;
    }
}

/// <summary>The request of `option httpchk` and `http-check send` as bytes.</summary>
internal static class CheckRequest
{
    public static SendStep Compile(CheckSendHttpModel send, int number, bool sendState)
    {
        var version = send.Version.Length > 0 ? send.Version : "HTTP/1.0";
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Or(send.Method, "OPTIONS")} {Or(send.Uri, "/")} {version}\r\n");
        foreach (var (name, value) in send.Headers) text.Append(CultureInfo.InvariantCulture, $"{name.ToLowerInvariant()}: {value}\r\n");
        if (send.Body is { } body) text.Append(CultureInfo.InvariantCulture, $"content-length: {Encoding.UTF8.GetByteCount(body)}\r\n");
        var stateAt = sendState ? Encoding.UTF8.GetByteCount(text.ToString()) : -1;
        if (version != "HTTP/1.0") text.Append("connection: close\r\n");
        text.Append("\r\n").Append(send.Body);
        return new SendStep(number, send.Comment, Encoding.UTF8.GetBytes(text.ToString()), stateAt);
    }

    private static string Or(string text, string otherwise) => text.Length > 0 ? text : otherwise;
}
