using System.Collections.Immutable;
using Evenkeel.Config.Haproxy.Expressions;
using Evenkeel.Model.Proxy;
using Evenkeel.Model.Rules;
using Evenkeel.Model.Samples;

namespace Evenkeel.Config.Haproxy.HealthChecks;

/// <summary>`set-var(NAME[,CONDITION...])`, `set-var-fmt(...)` and `unset-var(NAME)` among the steps of a health check.</summary>
internal static class CheckVariableReader
{
    private static readonly string[] Actions = ["set-var-fmt", "set-var", "unset-var"];

    public static bool Reads(string word) => NameOf(word) is not null;

    public static CheckVariableModel? Read(ICheckOwner owner, Statement statement)
    {
        var (context, word) = (owner.Context, statement[1]);
        var action = NameOf(word)!;
        if (VariableActionReader.ReadName(word, action, out var error) is not { } names)
        {
            context.Alert($"'{statement.Keyword} {word}' : '{action}' : {error}.");
            return null;
        }
        var step = new CheckVariableModel(statement.Position, names[0], names.RemoveAt(0), null, null);
        if (action == "unset-var") return step;
        if (action == "set-var-fmt")
        {
            var format = LogFormatParser.TryParse(statement[2], owner.Scope, LogFormatUse.Plain, SamplePlaces.TcpCheck, out error);
            if (format is not null) return step with { Format = format };
        }
        else
        {
            var next = 2;
            var expression = SampleExpressionParser.TryParse(statement.Words, ref next, owner.Scope, "fetch method", out error);
            // The original names the action where it means the fetch.
            if (expression is not null && CheckExpressions.Unavailable(expression, word) is { } unavailable) (expression, error) = (null, unavailable);
            if (expression is not null) return step with { Expression = expression };
        }
        context.Alert($"'{statement.Keyword} {word}' : '{action}' : {error}.");
        return null;
    }

    /// <summary>The action that <paramref name="word"/> begins with.</summary>
    private static string? NameOf(string word) => Array.Find(Actions, action => word.StartsWith(action, StringComparison.Ordinal));
}

/// <summary>Expressions and formats of health checks: there is a server and its answer, and no client.</summary>
internal static class CheckExpressions
{
    /// <summary>The original's complaint when the fetch has nothing to look at in a health check, else null.</summary>
    public static string? Unavailable(SampleExpressionModel expression, string shown) =>
        (SampleSources.PlacesOf(expression.Fetch.Source) & SamplePlaces.TcpCheck) != 0 ? null
            : $"fetch method '{shown}' extracts information from '{SampleSources.NameOf(expression.Fetch.Source)}', none of which is available here";

    public static SampleExpressionModel? Read(ICheckOwner owner, string opening, string what, string text)
    {
        var next = 0;
        var expression = SampleExpressionParser.TryParse([text], ref next, owner.Scope, "fetch method", out var error);
        if (expression is null) owner.Context.Alert($"{opening}error detected while parsing {what} expression : {error}.");
        else if (Unavailable(expression, text) is { } unavailable)
        {
            owner.Context.Alert($"{opening}error detected while parsing {what} expression :  {unavailable}.\n.");
            return null;
        }
        return expression;
    }

    public static LogFormatModel? ReadFormat(ICheckOwner owner, string opening, string text)
    {
        var format = LogFormatParser.TryParse(text, owner.Scope, LogFormatUse.Plain, SamplePlaces.TcpCheck, out var error);
        if (format is null) owner.Context.Alert($"{opening}'{text}' invalid log-format string ({error}).\n.");
        return format;
    }
}
