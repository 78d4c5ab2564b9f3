using Evenkeel.Config.Haproxy.Expressions;
using Evenkeel.Config.Haproxy.Keywords;
using Evenkeel.Config.Haproxy.Values;
using Evenkeel.Model.Process;
using Evenkeel.Model.Rules;
using Evenkeel.Model.Samples;

namespace Evenkeel.Config.Haproxy.Sections;

/// <summary>`set-var` and `set-var-fmt` of the `global` section (configuration.txt 3.1): evaluated once, when the process starts.</summary>
internal static class GlobalVariables
{
    public static void SetVariable(GlobalSection section, Statement statement)
    {
        if (!HasName(section, statement, "a sample expression")) return;
        var scope = Scope(section);
        var next = 0;
        var expression = SampleExpressionParser.TryParse(statement.From(2), ref next, scope, "sample fetch keyword", out var error);
        if (expression is not null && (SampleSources.PlacesOf(expression.Fetch.Source) & SamplePlaces.Parser) == 0)
        {
            error = $"fetch method '{statement.Keyword}({statement[1]})' extracts information from '{SampleSources.NameOf(expression.Fetch.Source)}', "
                + "none of which is available here";
            expression = null;
        }
        if (expression is null) section.Context.Alert(error);
        else Add(section, new ProcessVariableModel(statement[1], expression, null));
    }

    public static void SetVariableFormat(GlobalSection section, Statement statement)
    {
        if (!HasName(section, statement, "a format string")) return;
        if (LogFormatParser.TryParse(statement[2], Scope(section), LogFormatUse.Plain, SamplePlaces.Parser, out var error) is { } format)
            Add(section, new ProcessVariableModel(statement[1], null, format));
        else section.Context.Alert(error);
    }

    private static bool HasName(GlobalSection section, Statement statement, string what)
    {
        if (!statement.Has(2))
        {
            section.Context.Alert($"'{statement.Keyword}' requires a process-wide variable name ('proc.<name>') and {what}.");
            return false;
        }
        if (VariableName.Check(statement[1]) is { } wrong)
        {
            section.Context.Alert(wrong);
            return false;
        }
        if (statement[1].StartsWith("proc.", StringComparison.Ordinal)) return true;
        section.Context.Alert($"'{statement.Keyword}': cannot set variable '{statement[1]}', only scope 'proc' is permitted in the global section.");
        return false;
    }

    private static void Add(GlobalSection section, ProcessVariableModel variable) =>
        section.Model = section.Model with { Variables = section.Model.Variables.Add(variable) };

    private static ParseScope Scope(GlobalSection section) => new()
    {
        Registry = section.Context.Registry,
        Diagnostics = section.Context.Diagnostics,
        World = section.Context.World,
        References = section.Context.References,
        Known = OriginalKeywords.Names,
        Position = section.Context.Position,
    };
}
