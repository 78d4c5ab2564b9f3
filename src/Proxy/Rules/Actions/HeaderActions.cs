using Evenkeel.Linux.Pcre;
using Evenkeel.Model.Rules;
using Evenkeel.Proxy.Samples;
using Evenkeel.Proxy.Streams;

namespace Evenkeel.Proxy.Rules.Actions;

/// <summary>Actions on headers of the message the rule set looks at (configuration.txt 4.4 "set-header" and its kin).</summary>
internal static class HeaderActions
{
    private const string TwoArguments = "expects exactly 2 arguments";

    private static readonly ActionParameter Name = new("name", ParameterKind.Word);
    private static readonly ActionParameter Format = new("fmt", ParameterKind.LogFormat);
    private static readonly ActionParameter Regex = new("match-regex", ParameterKind.Regex);

    public static readonly ActionRow[] Rows =
    [
        new(new ActionSignature("set-header", ActionTable.Http, [Name, Format], []) { Usage = TwoArguments }, (model, binder) => new SetHeader(model,
            binder, replaces: true)),
        new(new ActionSignature("add-header", ActionTable.Http, [Name, Format], []) { Usage = TwoArguments }, (model, binder) => new SetHeader(model,
            binder, replaces: false)),
        new(new ActionSignature("del-header", ActionTable.Http, [Name], [new ActionParameter("-m", ParameterKind.Word)])
        {
            Usage = "expects at least 1 argument",
            Check = model => model.Option("-m") is { } method && method.Text is not ("str" or "beg" or "end" or "sub" or "reg")
                ? $"-m with unsupported matching method '{method.Text}'" : null,
        }, (model, _) => new DeleteHeader(model)),
        new(new ActionSignature("replace-header", ActionTable.Http, [Name, Regex, Format], []) { Usage = "expects exactly 3 arguments" },
            (model, binder) => new ReplaceInHeader(model, binder, wholeField: true)),
        new(new ActionSignature("replace-value", ActionTable.Http, [Name, Regex, Format], []) { Usage = "expects exactly 3 arguments" },
            (model, binder) => new ReplaceInHeader(model, binder, wholeField: false)),
    ];

    private sealed class SetHeader(ActionModel model, RuleBinder binder, bool replaces) : RuleAction
    {
        private readonly byte[] _name = RuleBinder.Bytes(model.Positional[0].Text);
        private readonly BoundLogFormat _value = binder.Samples.Bind(model.Positional[1].Format!);

        public override RuleVerdict Run(SampleContext context, Stream stream)
        {
            var head = Head(context, stream);
            var value = _value.Literal is { } literal ? literal : _value.Evaluate(context);
            if (!(replaces ? head.Set(_name, value) : head.Add(_name, value))) return FailRewrite(context, stream);
            return IsHost(_name, context) ? Rewritten(TargetActions.NameAuthority(head, context.Scratch.Free), context, stream) : RuleVerdict.Continue;
        }
    }

    /// <summary>What a request says of its host stands in its target, too, when that is absolute (RFC 9112 section 3.2.2).</summary>
    private static bool IsHost(ReadOnlySpan<byte> name, SampleContext context) => !context.IsResponse && name.SequenceEqual("host"u8);

    private sealed class DeleteHeader(ActionModel model) : RuleAction
    {
        private readonly byte[] _name = RuleBinder.Bytes(model.Positional[0].Text.ToLowerInvariant());
        private readonly string _method = model.Option("-m")?.Text ?? "str";
        private readonly PcreRegex? _regex = model.Option("-m")?.Text == "reg"
            ? PcreRegex.TryCompile(RuleBinder.Bytes(model.Positional[0].Text), ignoreCase: true, out _) : null;

        public override RuleVerdict Run(SampleContext context, Stream stream)
        {
            var head = Head(context, stream);
            if (_method == "str")
            {
                head.Remove(_name);
                return RuleVerdict.Continue;
            }
            for (var i = head.HeaderCount - 1; i >= 0; i--)
                if (Matches(head.Name(i), context)) head.RemoveAt(i);
            return RuleVerdict.Continue;
        }

        private bool Matches(ReadOnlySpan<byte> name, SampleContext context) => _method switch
        {
            "beg" => name.StartsWith(_name),
            "end" => name.EndsWith(_name),
            "sub" => name.IndexOf(_name) >= 0,
            _ => _regex!.TryMatch(name, context.Match),
        };
    }

    /// <summary>Each field, or each of its comma-separated values, that the expression matches becomes the format with the groups in it.</summary>
    private sealed class ReplaceInHeader(ActionModel model, RuleBinder binder, bool wholeField) : RuleAction
    {
        private readonly byte[] _name = RuleBinder.Bytes(model.Positional[0].Text.ToLowerInvariant());
        private readonly PcreRegex _regex = PcreRegex.TryCompile(RuleBinder.Bytes(model.Positional[1].Text), ignoreCase: false, out _)!;
        private readonly BoundLogFormat _template = binder.Samples.Bind(model.Positional[2].Format!);

        public override RuleVerdict Run(SampleContext context, Stream stream)
        {
            var head = Head(context, stream);
            var index = head.Find(_name);
            if (index < 0) return RuleVerdict.Continue;
            var template = context.Scratch.Free[..(context.Scratch.Free.Length / 3)];
            context.Scratch.Keep(template.Length);
            template = template[.._template.Write(context, template)];
            var isNew = false;
            for (; index >= 0; index = head.Find(_name, index + 1))
            {
                var result = context.Scratch.Free;
                var length = Replace(head.Value(index), template, context, result, out var changed);
                if (length < 0 || (changed && !head.SetValue(index, result[..length]))) return FailRewrite(context, stream);
                isNew |= changed;
            }
            return isNew && IsHost(_name, context) ? Rewritten(TargetActions.NameAuthority(head, context.Scratch.Free), context, stream) : RuleVerdict.Continue;
        }

        /// <returns>Bytes of the new field, -1 when it does not fit.</returns>
        private int Replace(ReadOnlySpan<byte> field, ReadOnlySpan<byte> template, SampleContext context, Span<byte> result, out bool changed)
        {
            changed = false;
            var length = 0;
            while (true)
            {
                var end = wholeField ? -1 : field.IndexOf((byte)',');
                var piece = end < 0 ? field : field[..end];
                var value = wholeField ? piece : piece.Trim(" \t"u8);
                if (_regex.TryMatch(value, context.Match))
                {
                    changed = true;
                    // The blanks around a value go with it.
                    if (!RegexTemplate.TryExpand(template, value, context.Match, result[length..], out var written)) return -1;
                    length += written;
                }
                else
                {
                    if (!piece.TryCopyTo(result[length..])) return -1;
                    length += piece.Length;
                }
                if (end < 0) return length;
                if (length == result.Length) return -1;
                result[length++] = (byte)',';
                field = field[(end + 1)..];
            }
        }
    }
}
