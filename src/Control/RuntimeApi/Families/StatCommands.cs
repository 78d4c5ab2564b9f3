using System.Globalization;
using Evenkeel.Control.Stats;
using Evenkeel.Proxy.Servers;

namespace Evenkeel.Control.RuntimeApi.Families;

/// <summary>Commands that show and clear statistics.</summary>
public static class StatCommands
{
    public static IEnumerable<RuntimeCommand> All =>
    [
        RuntimeCommand.ForAll("show info", "[desc|json|typed|float]*", "show the state of the process", ShowInfo),
        RuntimeCommand.ForAll("show stat", "[desc|json|no-maint|typed|up]*", "show counters of proxies and servers", ShowStat),
        RuntimeCommand.ForAll("show schema json", "", "show the schema of the JSON forms", static _ => CommandAnswer.Dump(StatSchema.Json)),
        RuntimeCommand.ForOperators("clear counters", "[all|server <bk>/<srv> [force]]", "reset maxima, all counters, or one server's", ClearCounters),
    ];

    private static CommandAnswer ShowInfo(CommandContext context)
    {
        var options = context.Words.Skip(2).ToHashSet(StringComparer.Ordinal);
        var values = options.Contains("float") ? InfoReading.ReadReal(context.Plane, context.NowMs) : InfoReading.Read(context.Plane, context.NowMs);
        var described = options.Contains("desc");
        if (options.Contains("json")) return CommandAnswer.Dump(InfoForms.Json(values));
        return CommandAnswer.Dump(options.Contains("typed") ? InfoForms.Typed(values, described) : InfoForms.Plain(values, described));
    }

    private static CommandAnswer ShowStat(CommandContext context)
    {
        var next = 2;
        if (context.Word(next) == "domain")
        {
            if (context.Word(next + 1) == "resolvers") return ShowResolverStat(context);
            if (context.Word(next + 1) != "proxy") return CommandAnswer.Error("Invalid statistics domain.");
            next += 2;
        }

        var selection = StatSelection.Everything;
        // Three words or more begin with a choice, as in the original: options alone are at most two.
        if (context.Word(next + 2).Length > 0)
        {
            if (ProxyId(context.Plane, context.Word(next)) is not { } proxy) return CommandAnswer.Error("No such proxy.");
            selection = new StatSelection
            {
                ProxyId = proxy,
                Kinds = (StatKinds)CommandNumbers.Leading(context.Word(next + 1)),
                Id = CommandNumbers.Leading(context.Word(next + 2)),
            };
        }

        var options = context.Words.Skip(next).ToHashSet(StringComparer.Ordinal);
        if (options.Contains("up")) selection = selection with { Servers = ServerFilter.OnlyUp };
        else if (options.Contains("no-maint")) selection = selection with { Servers = ServerFilter.NoMaintenance };
        return CommandAnswer.Dump(StatDump.Write(context.Plane.Proxies, selection, FormOf(options), options.Contains("desc"), context.NowMs));
    }

    private static CommandAnswer ShowResolverStat(CommandContext context)
    {
        var options = context.Words.Skip(4).ToHashSet(StringComparer.Ordinal);
        return CommandAnswer.Dump(ResolverStats.Write(context.Plane.Names?.Resolvers ?? [], FormOf(options), options.Contains("desc")));
    }

    private static StatForm FormOf(HashSet<string> options) =>
        options.Contains("json") ? StatForm.Json : options.Contains("typed") ? StatForm.Typed : StatForm.Csv;

    private static bool IsNumber(string text) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);

    private static int? ProxyId(ControlPlane plane, string text)
    {
        if (IsNumber(text)) return CommandNumbers.Leading(text);
        return ServerPath.FindFrontend(plane, text)?.Id ?? ServerPath.FindBackend(plane, text)?.Id;
    }

    private static CommandAnswer ClearCounters(CommandContext context)
    {
        if (context.Word(2) == "server") return ClearServer(context);
        var all = context.Word(2) == "all";
        if (all && context.Session.Level < Model.Proxy.CommandLevel.Admin) return CommandAnswer.Error("Permission denied");
        foreach (var frontend in context.Plane.Proxies.Frontends)
        {
            CounterReset.Clear(frontend, all);
            foreach (var bind in frontend.Binds) CounterReset.Clear(bind, all);
        }

        foreach (var backend in context.Plane.Proxies.Backends)
        {
            CounterReset.Clear(backend, all);
            foreach (var server in backend.Servers) CounterReset.Clear(server, all);
        }

        CounterReset.Clear(context.Plane.Proxies.Process);
        return CommandAnswer.Done;
    }

    private static CommandAnswer ClearServer(CommandContext context)
    {
        if (context.Session.Level < Model.Proxy.CommandLevel.Admin) return CommandAnswer.Error("Permission denied");
        if (ServerPath.Find(context.Plane, context.Word(3), out var server) is { } failure) return CommandAnswer.Error(failure);
        CounterReset.Clear(server!, all: true);
        return CommandAnswer.Notice("Server counters cleared.");
    }
}
