using System.Collections.Immutable;
using Evenkeel.Config.Diagnostics;
using Evenkeel.Model;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Config.Haproxy.Checks;

/// <summary>
/// What can only be said when all files are read: names that point nowhere, modes that do not fit, settings that do nothing. In the original's order and
/// words; afterwards the drafts become the model.
/// </summary>
internal static class CrossChecks
{
    /// <summary>Checks the whole and builds the model; it is of no use when there were errors.</summary>
    public static ConfigurationModel Complete(ParseContext context)
    {
        var draft = context.Draft;
        AssignIds(draft);
        foreach (var proxy in draft.Proxies)
        {
            if (proxy.Disabled) continue;
            ProxyChecker.Check(context, proxy);
        }
        var frontends = ImmutableArray.CreateBuilder<FrontendModel>();
        var backends = ImmutableArray.CreateBuilder<BackendModel>();
        foreach (var proxy in draft.Proxies)
        {
            var builder = new ModelBuilder(context, proxy);
            if (proxy.IsFrontend) frontends.Add(builder.Frontend());
            if (proxy.IsBackend) backends.Add(builder.Backend());
        }
        WarnAboutForwardFor(context);
        context.References.Check(frontends, backends, draft.UserLists, context.Diagnostics);
        LogTargetChecks.Check(context, frontends, backends);
        context.References.CheckLogProfiles(draft.LogProfiles.Select(profile => profile.Name), context.Diagnostics);
        ServerStateFiles.Apply(context, backends);
        ResolverChecks.Check(context, backends);
        ServerResolution.Resolve(context, backends);
        ReferenceMarks.Set(context, frontends, backends);
        return new ConfigurationModel
        {
            Global = draft.Global with { ServersAreNotVerified = draft.ServersAreNotVerified },
            Frontends = frontends.ToImmutable(),
            Backends = backends.ToImmutable(),
            UserLists = [.. draft.UserLists],
            HttpErrors = [.. draft.HttpErrors],
            Rings = [.. draft.Rings],
            Resolvers = ResolverChecks.Complete(context),
            LogProfiles = [.. draft.LogProfiles],
            LogForwards = [.. draft.LogForwards],
            LateReader = new LateReader(context),
        };
    }

    /// <summary>Proxies without an id are numbered from 2 in file order, past the ids that were given.</summary>
    private static void AssignIds(ConfigurationDraft draft)
    {
        var taken = draft.Proxies.Where(proxy => proxy.ExplicitId is not null).Select(proxy => proxy.ExplicitId!.Value).ToHashSet();
        var next = 2;
        foreach (var proxy in draft.Proxies)
        {
            if (proxy.ExplicitId is { } id)
            {
                proxy.Id = id;
                continue;
            }
            while (taken.Contains(next)) next++;
            proxy.Id = next++;
        }
    }

    private static void WarnAboutForwardFor(ParseContext context)
    {
        foreach (var proxy in context.Draft.Proxies)
        {
            if (proxy.Disabled || proxy.Mode == ProxyMode.Http || proxy.Options.ForwardedFor is null) continue;
            context.Diagnostics.Say(Severity.Warning, proxy.Position, $"'option forwardfor' ignored for {proxy.TypeName} '{proxy.Name}' as it "
                + "requires HTTP mode.");
        }
    }
}
