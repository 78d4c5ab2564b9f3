using Evenkeel.Model.Rules;

namespace Evenkeel.Config.Haproxy.Expressions;

/// <summary>Reads `do-resolve(VARIABLE,RESOLVERS[,ipv4|ipv6]) EXPRESSION`.</summary>
internal sealed class ResolveActionReader(ActionSignature signature, ActionReader arguments, ParseScope scope)
{
    private const string Expects = "Expects 'do-resolve(<varname>,<resolvers>[,<options>]) <expr>'. Available options are 'ipv4' and 'ipv6'";

    public ActionModel? Read(string name, ReadOnlySpan<string> words, ref int next, out string error)
    {
        error = $"Can't parse '{name}'. {Expects}";
        var open = name.IndexOf('(', StringComparison.Ordinal);
        if (open < 0 || !name.EndsWith(')')) return null;
        var parts = name[(open + 1)..^1].Split(',');
        for (var i = 0; i < parts.Length; i++) parts[i] = parts[i].Trim();
        if (parts.Length is < 2 or > 3 || parts[0].Length == 0 || parts[1].Length == 0 || (parts.Length > 2 && parts[2] is not ("ipv4" or "ipv6"))) return null;
        var first = next < words.Length && !ActionReader.IsEnd(words, next) ? words[next] : "";
        if (arguments.ReadExpression(words, ref next, out var wrong) is not { } expression)
        {
            error = $"Can't parse '{first}': {wrong}. {Expects}";
            return null;
        }

        error = "";
        scope.References.AddResolvers(parts[1], scope.ProxyName, scope.Position);
        return new ActionModel(signature) { Parenthesis = [.. parts], Positional = [new ActionValue(expression.Text) { Expression = expression }] };
    }
}
