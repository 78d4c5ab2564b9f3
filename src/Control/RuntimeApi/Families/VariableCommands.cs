using Evenkeel.Model.Process;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Control.RuntimeApi.Families;

/// <summary>`get var`, `set var`: variables of the process (management.txt 9.3).</summary>
public static class VariableCommands
{
    private const string NameIsMissing = "Missing process-wide variable identifier.";

    public static IEnumerable<RuntimeCommand> All =>
    [
        RuntimeCommand.ForOperators("get var", "<name>", "show a variable of the process", Get),
        new RuntimeCommand(["set", "var"], "set var <name> {<expression>|expr <expression>|fmt <format>}", "set a variable of the process",
            CommandLevel.Operator, Set) { Mode = CommandMode.Experimental },
    ];

    private static CommandAnswer Get(CommandContext context)
    {
        var name = context.Word(2);
        if (name.Length == 0) return CommandAnswer.Error(NameIsMissing);
        return context.Plane.Engine?.Rules.ProcessVariables.Describe(name, context.NowMs) is { } text
            ? CommandAnswer.Info(text)
            : CommandAnswer.Error("Variable not found.");
    }

    private static CommandAnswer Set(CommandContext context)
    {
        var (name, how) = (context.Word(2), context.Word(3));
        if (name.Length == 0) return CommandAnswer.Error(NameIsMissing);
        if (context.Plane.Engine is not { } engine || context.Plane.Proxies.Model.LateReader is not { } reader)
            return CommandAnswer.Error("This process cannot read expressions.");
        if (!name.StartsWith("proc.", StringComparison.Ordinal))
            return CommandAnswer.Error($"'set var': cannot set variable '{name}', only scope 'proc' is permitted here.");
        if (reader.VariableNameProblem(name) is { } problem) return CommandAnswer.Error(problem);
        if (how.Length == 0) return CommandAnswer.Error("Missing either 'expr', 'fmt' or expression.");
        var model = new ProcessVariableModel(name, null, null);
        string message;
        if (how == "fmt") model = model with { Format = reader.ReadFormat(context.Word(4), out message) };
        else model = model with { Expression = reader.ReadExpression([.. context.Words.Skip(how == "expr" ? 4 : 3)], out message) };
        if (model.Format is null && model.Expression is null) return CommandAnswer.Error(message);
        return engine.Rules.ProcessVariables.Set(model, context.NowMs) ? CommandAnswer.Done : CommandAnswer.Error("There is no room for the value.");
    }
}
