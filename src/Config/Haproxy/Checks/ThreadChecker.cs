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
        var processors = model.Select(places).Count();
        var layout = ThreadLayout.Of(model, processors);
        if (model.Count > layout.Count)
            context.Diagnostics.Say(Severity.Warning, default, $"nbthread forced to a higher value ({model.Count}) than the configured thread-hard-limit "
                + $"({layout.Count}), enforcing the limit. Please fix either value to remove this warning.");
        if (layout.Problem.Length > 0) context.Diagnostics.Say(Severity.Alert, default, layout.Problem);
        WarnOfCrowding(context.Diagnostics, layout, processors);
        foreach (var proxy in context.Draft.Proxies)
        foreach (var bind in proxy.Disabled ? [] : proxy.Binds)
        {
            _ = layout.Resolve(bind.Threads, out var problem);
            if (problem.Length == 0) continue;
            context.Diagnostics.Say(Severity.Alert, bind.Position, $"{proxy.TypeName} '{proxy.Name}': {problem} in 'bind {bind.Text}' at [{bind.Position}].");
        }
    }

    /// <summary>Threads that share a processor, and threads of which only some are mapped (configuration.txt 3.1, `cpu-map`).</summary>
    private static void WarnOfCrowding(DiagnosticList diagnostics, ThreadLayout layout, int processors)
    {
        var maps = Enumerable.Range(0, layout.Count).Select(layout.MappedProcessorsOf).ToList();
        var (bound, free) = (maps.FindIndex(static map => !map.IsEmpty), maps.FindIndex(static map => map.IsEmpty));
        var boundCount = maps.Count(static map => !map.IsEmpty);
        if (bound >= 0 && free >= 0)
        {
            diagnostics.Say(Severity.Warning, default, $"Found {boundCount} thread(s) mapped to a CPU and {layout.Count - boundCount} thread(s) "
                + "not mapped to any CPU. This will result in some threads being randomly assigned to the same CPU, which will occasionally cause severe "
                + "performance degradation. "
                + $"First thread bound is {bound} and first thread not bound is {free}. Please either bind all threads or none (maybe some "
                + "cpu-map directives are missing?).");
        }

        const string Because = "This means that some threads will compete for the same CPU, which will cause severe performance degradation. Please ";
        var named = maps.SelectMany(static map => map).Distinct().Count();
        // Where no line names any thread, all have all processors.
        if (bound < 0) (boundCount, named) = (layout.Count, processors);
        if (boundCount > named)
        {
            diagnostics.Say(Severity.Warning, default, $"This configuration binds {boundCount} threads to a total of {named} CPUs via cpu-map directives. "
                + $"{Because}fix either the 'cpu-map' directives or set the global 'nbthread' value accordingly.");
        }
        else if (bound >= 0 && free >= 0 && layout.Count > processors)
        {
            diagnostics.Say(Severity.Warning, default, $"This configuration enables {layout.Count} threads running on a total of {processors} CPUs. {Because}"
                + "either the 'cpu-map' directives to adjust the CPUs to use, or fix the global 'nbthread' value.");
        }
    }
}
