using Evenkeel.Config.Diagnostics;
using Evenkeel.Model.Process;

namespace Evenkeel.Config.Haproxy.Checks;

/// <summary>Whether the threads that `bind` lines name will be there.</summary>
internal static class ThreadChecker
{
    public static void Check(ParseContext context)
    {
        var model = context.Draft.Global.Threads;
        // Where each processor sits does not matter to a check: names of nodes and cores leave all of them in.
        var places = Enumerable.Range(0, context.World.ProcessorCount).Select(static number => new ProcessorPlace(number, 0, 0, number, 0));
        var layout = ThreadLayout.Of(model, model.Select(places).Count());
        if (model.Count > layout.Count)
            context.Diagnostics.Say(Severity.Warning, default, $"nbthread forced to a higher value ({model.Count}) than the configured thread-hard-limit "
                + $"({layout.Count}), enforcing the limit. Please fix either value to remove this warning.");
        if (layout.Problem.Length > 0) context.Diagnostics.Say(Severity.Alert, default, layout.Problem);
        foreach (var proxy in context.Draft.Proxies)
        foreach (var bind in proxy.Disabled ? [] : proxy.Binds)
        {
            _ = layout.Resolve(bind.Threads, out var problem);
            if (problem.Length == 0) continue;
            context.Diagnostics.Say(Severity.Alert, bind.Position, $"{proxy.TypeName} '{proxy.Name}': {problem} in 'bind {bind.Text}' at [{bind.Position}].");
        }
    }
}
