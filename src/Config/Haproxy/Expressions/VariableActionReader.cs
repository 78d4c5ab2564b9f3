using System.Collections.Immutable;
using Evenkeel.Model.Rules;

namespace Evenkeel.Config.Haproxy.Expressions;

/// <summary>Reads `set-var(NAME[,CONDITION...]) EXPRESSION`, `set-var-fmt(NAME[,CONDITION...]) FORMAT` and `unset-var(NAME)`.</summary>
internal sealed class VariableActionReader(ActionSignature signature, ActionReader arguments)
{
    private static readonly string[] Conditions = ["ifexists", "ifnotexists", "ifempty", "ifnotempty", "ifset", "ifnotset", "ifgt", "iflt"];

    public ActionModel? Read(string name, ReadOnlySpan<string> words, ref int next, out string error)
    {
        if (ReadName(name, signature.Name, out error) is not { } parenthesis) return null;
        ActionValue? value;
        switch (signature.Name)
        {
            case "unset-var":
                return new ActionModel(signature) { Parenthesis = parenthesis };
            case "set-var-fmt":
                // A missing format is an empty one for the original.
                var text = ActionReader.IsEnd(words, next) ? "" : words[next++];
                value = arguments.ReadFormat(text, LogFormatUse.Plain, out error) is { } format ? new ActionValue(text) { Format = format } : null;
                break;
            default:
                value = arguments.ReadExpression(words, ref next, out error, name) is { } expression
                    ? new ActionValue(expression.Text) { Expression = expression } : null;
                break;
        }
        return value is null ? null : new ActionModel(signature) { Parenthesis = parenthesis, Positional = [value] };
    }

    /// <summary>What stands in the parentheses: the name, then conditions.</summary>
    /// <param name="action">What must stand before them; the word may go on after it, and is then no action.</param>
    internal static ImmutableArray<string>? ReadName(string name, string action, out string error)
    {
        const string Expects = "Expects 'set-var(<var-name>)', 'set-var-fmt(<var-name>)' or 'unset-var(<var-name>)'";
        var open = name.IndexOf('(', StringComparison.Ordinal);
        error = $"invalid or incomplete action '{name}'. {Expects}";
        if (open != action.Length) return null;
        error = $"incomplete argument after action '{name}'. {Expects}";
        if (!name.EndsWith(')')) return null;
        var words = name[(open + 1)..^1].Split(',');
        for (var i = 0; i < words.Length; i++) words[i] = words[i].Trim();
        if (VariableName.Check(words[0]) is { } wrong)
        {
            error = wrong;
            return null;
        }
        foreach (var condition in words.AsSpan(1))
        {
            if (Conditions.Contains(condition)) continue;
            error = $"unknown condition \"{condition}\"";
            return null;
        }
        error = "";
        return [.. words];
    }
}
