using System.Collections.Immutable;
using Evenkeel.Config.Diagnostics;
using Evenkeel.Config.Haproxy.Sections;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Config.Haproxy.Checks;

/// <summary>`resolvers` sections when all files are read: the one nobody wrote, and names that point nowhere.</summary>
internal static class ResolverChecks
{
    public static ImmutableArray<ResolversModel> Complete(ParseContext context)
    {
        var written = context.Draft.Resolvers;
        if (written.Exists(section => section.Name == ResolversModel.DefaultName) || ResolversSection.Default(context.World) is not { } unwritten)
            return [.. written];
        return [.. written, unwritten];
    }

    public static void Check(ParseContext context, IEnumerable<BackendModel> backends)
    {
        foreach (var section in context.Draft.Resolvers)
        {
            if (section.Nameservers.IsEmpty)
                context.Diagnostics.Say(Severity.Warning, section.Position, $"resolvers '{section.Name}' [{section.Position}] has no nameservers configured!");
        }

        var known = context.Draft.Resolvers.Select(section => section.Name).Append(ResolversModel.DefaultName).ToHashSet(StringComparer.Ordinal);
        context.References.CheckResolvers(known, context.Diagnostics);
        foreach (var backend in backends)
        foreach (var server in backend.Servers)
        {
            if (server.Naming.Resolvers is { } name && !known.Contains(name))
                context.Diagnostics.Say(Severity.Alert, server.Position,
                    $"backend '{backend.Name}', server '{server.Name}': unable to find required resolvers '{name}'");
        }
    }
}
