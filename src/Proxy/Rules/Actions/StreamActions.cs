using Evenkeel.Model.Proxy;
using Evenkeel.Model.Rules;
using Evenkeel.Model.Samples;
using Evenkeel.Proxy.Samples;
using Evenkeel.Proxy.Streams;

namespace Evenkeel.Proxy.Rules.Actions;

/// <summary>Actions that tell the rest of the stream something: log level, captures, timeouts, retries, priorities (configuration.txt 4.4).</summary>
internal static class StreamActions
{
    private const RuleSets Content = RuleSets.TcpRequestContent | RuleSets.TcpResponseContent;

    private static readonly string[] Levels = ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"];

    public static readonly ActionRow[] Rows =
    [
        new(new ActionSignature("set-log-level", Content | ActionTable.Http, [new ActionParameter("level", ParameterKind.Word)], [])
        {
            Usage = "expects exactly 1 argument (log level name or 'silent')",
            Check = model => LevelOf(model.Positional[0].Text) < 0 ? "expects exactly 1 argument (log level name or 'silent')" : null,
        }, (model, _) => new Do(LevelOf(model.Positional[0].Text), (rules, level) => rules.LogLevel = level)),
        new(new ActionSignature("capture", RuleSets.TcpRequestContent | RuleSets.HttpRequest | RuleSets.HttpResponse | RuleSets.HttpAfterResponse, [], [])
        {
            Grammar = ActionGrammar.Capture,
        }, (model, binder) => new Capture(model, binder)),
        new(new ActionSignature("strict-mode", ActionTable.Http, [new ActionParameter("mode", ParameterKind.Word)], [])
        {
            Usage = "expects exactly 1 arguments",
            Check = model => model.Positional[0].Text is "on" or "off" ? null
                : $"Unexpected value '{model.Positional[0].Text}'. Only 'on' and 'off' are supported",
        }, (model, _) => new Do(model.Positional[0].Text == "off" ? 1 : 0, (rules, off) => rules.ToleratesFailedRewrites = off != 0)),
        new(new ActionSignature("set-timeout", RuleSets.HttpRequest | RuleSets.HttpResponse,
            [new ActionParameter("timeout", ParameterKind.Word), new ActionParameter("delay", ParameterKind.TimeOrExpression)], [])
        {
            Usage = "expects exactly 2 arguments",
            FirstWord = static name => new FirstWordNote(TimeoutOf(name) is null
                ? $"'set-timeout' rule supports 'client'/'connect'/'queue'/'server'/'tarpit'/'tunnel' (got '{name}')" : null,
                NeedsFrontend: name == "client", NeedsBackend: name is not ("client" or "tarpit")),
        }, (model, binder) => new SetNumber(model.Positional[1], binder, TimeoutOf(model.Positional[0].Text)!)),
        new(new ActionSignature("set-retries", RuleSets.HttpRequest | RuleSets.TcpRequestContent,
            [new ActionParameter("expr", ParameterKind.IntegerOrExpression)], [])
        {
            IsBackendOnly = true,
            Usage = "expects exactly 1 argument (an expression or an integer between 1 and 100)",
            Check = model => model.Positional[0] is { Expression: null, Number: < 0 or > 100 } ? "expects an expression or an integer between 1 and 100" : null,
        },
            (model, binder) => new SetNumber(model.Positional[0], binder, (rules, value) => rules.Retries = Math.Clamp(value, 0, 100))),
        new(new ActionSignature("disable-l7-retry", RuleSets.HttpRequest, [], []), (_, _) => new Do(1, (rules, _) => rules.DisablesRetries = true)),
        // As in the original, a number is kept to 32 bits before it is kept to the range.
        Number("set-priority-class", RuleSets.HttpRequest | RuleSets.TcpRequestContent, (rules, value) => rules.PriorityClass =
            Math.Clamp(unchecked((int)value), -2047, 2047)),
        Number("set-priority-offset", RuleSets.HttpRequest | RuleSets.TcpRequestContent, (rules, value) => rules.PriorityOffset =
            Math.Clamp(unchecked((int)value), -524287, 524287)),
        new(new ActionSignature("set-nice", Content | RuleSets.HttpRequest | RuleSets.HttpResponse, [new ActionParameter("nice", ParameterKind.Word)], [])
        {
            // One loop serves its streams in the order of their events; there is nothing a nice value could change.
            Usage = "expects exactly 1 argument (integer value)",
        }, (_, _) => new Do(0, (_, _) => { })),
    ];

    private static ActionRow Number(string name, RuleSets sets, Action<StreamRuleState, int> set) => new(
        new ActionSignature(name, sets, [new ActionParameter("expr", ParameterKind.Expression)], []), (model, binder) =>
            new SetNumber(model.Positional[0], binder, set));

    private static int LevelOf(string word) => word == "silent" ? StreamRuleState.SilentLog : Array.IndexOf(Levels, word);

    private static Action<StreamRuleState, int>? TimeoutOf(string name) => name switch
    {
        "client" => (rules, value) => rules.ClientTimeoutMs = value,
        "server" => (rules, value) => rules.ServerTimeoutMs = value,
        "tunnel" => (rules, value) => rules.TunnelTimeoutMs = value,
        "connect" => (rules, value) => rules.ConnectTimeoutMs = value,
        "queue" => (rules, value) => rules.QueueTimeoutMs = value,
        "tarpit" => (rules, value) => rules.TarpitTimeoutMs = value,
        _ => null,
    };

    private sealed class Do(int value, Action<StreamRuleState, int> set) : RuleAction
    {
        public override RuleVerdict Run(SampleContext context, Stream stream)
        {
            set(stream.RuleState, value);
            return RuleVerdict.Continue;
        }
    }

    private sealed class SetNumber(ActionValue value, RuleBinder binder, Action<StreamRuleState, int> set) : RuleAction
    {
        private readonly BoundExpression? _expression = value.Expression is { } expression ? binder.Samples.Bind(expression) : null;

        public override RuleVerdict Run(SampleContext context, Stream stream)
        {
            var number = value.Number;
            if (_expression is not null)
            {
                var sample = default(Sample);
                if (!_expression.TryEvaluateAs(SampleType.Integer, context, ref sample)) return RuleVerdict.Continue;
                number = sample.Integer;
            }
            set(stream.RuleState, (int)Math.Clamp(number, int.MinValue, int.MaxValue));
            return RuleVerdict.Continue;
        }
    }

    private sealed class Capture : RuleAction
    {
        private readonly BoundExpression _expression;
        private readonly int _index;
        private readonly int _length;
        private readonly int _responseLength;

        public Capture(ActionModel model, RuleBinder binder)
        {
            _expression = binder.Samples.Bind(model.Positional[0].Expression!);
            _index = (int)model.Option("id")!.Number;
            _length = DeclaredLength(binder.Section as FrontendModel, _index);
            _responseLength = binder.Section is FrontendModel { ResponseCaptures: var captures } && _index < captures.Length
                ? captures[_index].MaxLength : int.MaxValue;
        }

        public override RuleVerdict Run(SampleContext context, Stream stream)
        {
            var sample = default(Sample);
            if (!_expression.TryEvaluateAs(SampleType.String, context, ref sample)) return RuleVerdict.Continue;
            if (context.IsResponse) stream.RuleState.ResponseCaptures.Set(_index, sample.Bytes, LengthOf(stream, _responseLength));
            else stream.RuleState.RequestCaptures.Set(_index, sample.Bytes, _length);
            return RuleVerdict.Continue;
        }

        /// <summary>A backend's rule captures in the place that the stream's frontend has declared.</summary>
        private int LengthOf(Stream stream, int known)
        {
            var declared = stream.Frontend.Model.ResponseCaptures;
            return known == int.MaxValue && _index < declared.Length ? declared[_index].MaxLength : known;
        }

        private static int DeclaredLength(FrontendModel? frontend, int index) =>
            frontend is not null && index < frontend.RequestCaptures.Length ? frontend.RequestCaptures[index].MaxLength : int.MaxValue;
    }
}
