using System.Globalization;
using System.Text;
using Evenkeel.Proxy.Servers.Resolvers;

namespace Evenkeel.Control.RuntimeApi.Families;

/// <summary>`show resolvers [SECTION]`: what nameservers were asked and how they answered (management.txt 9.3).</summary>
public static class ResolverCommands
{
    public static IEnumerable<RuntimeCommand> All =>
    [
        RuntimeCommand.ForAll("show resolvers", "[id]", "dumps counters from all resolvers section and associated name servers", Show),
    ];

    private static CommandAnswer Show(CommandContext context)
    {
        var resolvers = context.Plane.Names?.Resolvers ?? [];
        var name = context.Word(2);
        if (name.Length == 0) return resolvers.Count == 0 ? CommandAnswer.Error("No resolvers found") : CommandAnswer.Dump(resolvers.Select(Text));
        var one = resolvers.FirstOrDefault(resolver => resolver.Model.Name == name);
        return one is null ? CommandAnswer.Error("Can't find that resolvers section") : CommandAnswer.Dump([Text(one)]);
    }

    private static string Text(Resolver resolver)
    {
        var text = new StringBuilder($"Resolvers section {resolver.Model.Name}\n");
        foreach (var (name, counters) in resolver.Nameservers)
        {
            text.Append(" nameserver ").Append(name).Append(":\n");
            foreach (var (label, value) in Lines(counters)) text.Append(CultureInfo.InvariantCulture, $"  {label + ":",-12} {value}\n");
        }

        return text.ToString();
    }

    private static IEnumerable<(string Label, long Value)> Lines(NameserverCounters counters) =>
    [
        ("sent", counters.Sent), ("snd_error", counters.SendErrors), ("valid", counters.Valid), ("update", counters.Updates),
        ("cname", counters.AliasOnly), ("cname_error", counters.AliasErrors), ("any_err", counters.WithoutRecord), ("nx", counters.NoSuchName),
        ("timeout", counters.Timeouts), ("refused", counters.Refused), ("other", counters.Other), ("invalid", counters.Invalid),
        ("too_big", counters.TooBig), ("truncated", counters.Truncated), ("outdated", counters.Outdated),
    ];
}
