using System.Collections.Immutable;
using System.Text;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Samples;

namespace Evenkeel.Proxy.Servers.Health;

/// <summary>The steps of probes, made ready once: model -> <b>CheckProgram</b> -> <see cref="HealthProbe"/> runs it for each server.</summary>
internal sealed class CheckProgram
{
    private static readonly ConnectStep Unwritten = new(new CheckConnectModel(default) { AsServer = true }, null);

    private CheckProgram(HealthCheckModel model, ImmutableArray<CheckStep> steps)
    {
        Model = model;
        Steps = steps;
        SpeaksToApplication = steps.Any(step => step is not (ConnectStep or VariableStep));
    }

    public HealthCheckModel Model { get; }

    public CheckKind Kind => Model.Kind;

    public ImmutableArray<CheckStep> Steps { get; }

    /// <summary>Something is sent or expected: success is that of layer 7, not of the connection alone.</summary>
    public bool SpeaksToApplication { get; }

    public static CheckProgram Of(HealthCheckModel? model, Binder binder)
    {
        if (model is null) return new(new HealthCheckModel(), [Unwritten]);
        var compiler = new CheckCompiler(model, binder);
        var steps = model.Steps.Select(compiler.Compile).ToList();
        if (model.Kind == CheckKind.Http) AddImpliedExpect(steps);
        var first = steps.FindIndex(step => step is not VariableStep);
        if (first < 0 || steps[first] is not ConnectStep) steps.Insert(Math.Max(first, 0), Unwritten);
        return new(model, [.. steps]);
    }

    /// <summary>What an agent is asked, and that it answers with a line.</summary>
    public static CheckProgram OfAgent(string question, AnswerReader reader)
    {
        var options = new ExpectOptions(false, -1, CheckStatus.L7Ok, CheckStatus.L7BadResponse, CheckStatus.L7TimedOut, null, null, null);
        // The line is step 2 whether something is sent before it or not.
        var expect = new ExpectAnswerStep(2, null, options, reader);
        var connect = new ConnectStep(new CheckConnectModel(default) { Lingers = false }, null);
        ImmutableArray<CheckStep> steps = question.Length == 0 ? [connect, expect]
            : [connect, new SendBytesStep(1, null, Encoding.Latin1.GetBytes(question)), expect];
        return new(new HealthCheckModel { Kind = CheckKind.Protocol }, steps);
    }

    /// <summary>A request that nothing is expected of behind it wants a status of 2xx or 3xx.</summary>
    private static void AddImpliedExpect(List<CheckStep> steps)
    {
        if (steps.FindLastIndex(step => step is ExpectStep) > steps.FindLastIndex(step => step is SendHttpStep)) return;
        var options = new ExpectOptions(false, -1, CheckStatus.L7Ok, CheckStatus.L7BadStatus, CheckStatus.L7TimedOut, null, null, null);
        steps.Add(new ExpectStatusStep(0, null, options, StatusPattern.Ranges("200-399")));
    }
}

/// <summary>Makes the steps of one check.</summary>
internal sealed class CheckCompiler(HealthCheckModel check, Binder binder)
{
    public CheckStep Compile(CheckStepModel step) => step switch
    {
        CheckConnectModel connect => new ConnectStep(connect, connect.PortExpression is { } port ? binder.Bind(port) : null),
        CheckSendBytesModel send => new SendBytesStep(send.Number, send.Comment, [.. send.Bytes]),
        CheckSendFormatModel send => new SendFormatStep(send.Number, send.Comment, binder.Bind(send.Format), send.IsHexadecimal),
        CheckSendHttpModel send => new SendHttpStep(send.Number, send.Comment, new CheckRequest(send, check.SendState, binder)),
        CheckVariableModel set => new VariableStep(set.Number, binder.Variables.Find(set.Name), VariableConditionRules.Parse([.. set.Conditions]),
            set.Expression is { } expression ? binder.Bind(expression) : null, set.Format is { } format ? binder.Bind(format) : null),
        CheckExpectModel expect => Compile(expect),
        _ => throw new NotSupportedException(step.GetType().Name),
    };

    private ExpectStep Compile(CheckExpectModel expect)
    {
        var (number, comment, options) = (expect.Number, expect.Comment, Options(expect));
        return expect.Kind switch
        {
            CheckExpectKind.Status => new ExpectStatusStep(number, comment, options, StatusPattern.Ranges(expect.Pattern)),
            CheckExpectKind.StatusRegex => new ExpectStatusStep(number, comment, options, StatusPattern.Regex(expect.Pattern)),
            CheckExpectKind.Header or CheckExpectKind.FullHeader => new ExpectHeaderStep(number, comment, options,
                new TextPattern(expect.HeaderName!, binder), expect.HeaderValue is { } value ? new TextPattern(value, binder) : null,
                expect.Kind == CheckExpectKind.FullHeader),
            CheckExpectKind.Answer => new ExpectAnswerStep(number, comment, options, ProtocolAnswers.Of(expect.Answer)),
            _ => Bytes(expect, options),
        };
    }

    private ExpectBytesStep Bytes(CheckExpectModel expect, ExpectOptions options)
    {
        var text = expect.Pattern;
        var (pattern, shown, waiting) = expect.Kind switch
        {
            CheckExpectKind.Bytes => (BytePattern.Literal(Convert.FromHexString(text)), "(binary)", "binary '" + text.ToUpperInvariant() + "'"),
            CheckExpectKind.BytesRegex => (new HexadecimalPattern(BytePattern.Regex(text)), "(binary regex)", "binary regex"),
            CheckExpectKind.BytesFormat => (null, "(log-format binary)", "log-format binary"),
            CheckExpectKind.StringRegex => (BytePattern.Regex(text), "(regex)", "regex"),
            CheckExpectKind.StringFormat => (null, "(log-format string)", "log-format string"),
            _ => ((BytePattern?)BytePattern.Literal(text), "'" + text + "'", "string '" + text + "'"),
        };
        return new(expect.Number, expect.Comment, options, pattern, expect.Format is { } format ? binder.Bind(format) : null,
            expect.Kind == CheckExpectKind.BytesFormat, shown, waiting);
    }

    private ExpectOptions Options(CheckExpectModel expect)
    {
        var isAboutHead = expect.Kind is CheckExpectKind.Status or CheckExpectKind.StatusRegex or CheckExpectKind.Header or CheckExpectKind.FullHeader;
        return new(expect.Negated, expect.MinimumBytes, StatusOf(expect.OkStatus, CheckStatus.L7Ok),
            StatusOf(expect.ErrorStatus, isAboutHead ? CheckStatus.L7BadStatus : CheckStatus.L7BadResponse),
            StatusOf(expect.TimeoutStatus, CheckStatus.L7TimedOut), expect.OnSuccess is { } success ? binder.Bind(success) : null,
            expect.OnError is { } error ? binder.Bind(error) : null, expect.StatusCode is { } code ? binder.Bind(code) : null);
    }

    private static CheckStatus StatusOf(string? code, CheckStatus otherwise)
    {
        if (code is null) return otherwise;
        foreach (var status in Enum.GetValues<CheckStatus>())
            if (CheckStatusText.Code(status) == code) return status;
        return otherwise;
    }
}
