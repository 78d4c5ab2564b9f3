using System.Text;
using Evenkeel.Model.Rules;
using Evenkeel.Proxy.Samples;
using Evenkeel.Proxy.Samples.Patterns;
using Evenkeel.Proxy.Streams;

namespace Evenkeel.Proxy.Rules.Actions;

/// <summary>`set-map`, `del-map`, `add-acl`, `del-acl`: rules that change lists of patterns (configuration.txt 4.4).</summary>
internal static class PatternActions
{
    private static readonly ActionParameter[] Parameters = [new("key", ParameterKind.LogFormat), new("value", ParameterKind.LogFormat)];

    public static readonly ActionRow[] Rows =
    [
        Row("add-acl", RuleSets.HttpRequest | RuleSets.HttpResponse, 1, isMap: false, (list, key, _) => list.AddOnce(key)),
        Row("del-acl", ActionTable.Http, 1, isMap: false, (list, key, _) => list.Remove(key)),
        Row("del-map", ActionTable.Http, 1, isMap: true, (list, key, _) => list.Remove(key)),
        Row("set-map", ActionTable.Http, 2, isMap: true, (list, key, value) => list.SetOrAdd(key, value)),
    ];

    private static ActionRow Row(string name, RuleSets sets, int arguments, bool isMap, Action<PatternList, string, string> change) => new(
        new ActionSignature(name, sets, [.. Parameters[..arguments]], []) { HasParenthesis = true, Usage = $"expects exactly {arguments} arguments" },
        (model, binder) => new Change(model, binder, isMap, change));

    /// <remarks>Its key is a string because lists outlive the request; a rule that changes a list with every request pays for that.</remarks>
    private sealed class Change : RuleAction
    {
        private readonly PatternList _list;
        private readonly Action<PatternList, string, string> _change;
        private readonly BoundLogFormat _key;
        private readonly BoundLogFormat? _value;

        public Change(ActionModel model, RuleBinder binder, bool isMap, Action<PatternList, string, string> change)
        {
            _list = binder.Samples.Patterns.OfFile(model.Parenthesis.FirstOrDefault() ?? "", binder.Samples.Position);
            if (isMap) _list.MarkAsMap();
            else _list.MarkAsAcl();
            _change = change;
            _key = binder.Samples.Bind(model.Positional[0].Format!);
            _value = model.Positional.Length > 1 ? binder.Samples.Bind(model.Positional[1].Format!) : null;
        }

        public override RuleVerdict Run(SampleContext context, Stream stream)
        {
            var mark = context.Scratch.Mark;
            var key = Encoding.Latin1.GetString(_key.Evaluate(context));
            var value = _value is null ? "" : Encoding.Latin1.GetString(_value.Evaluate(context));
            context.Scratch.Release(mark);
            _change(_list, key, value);
            return RuleVerdict.Continue;
        }
    }
}
