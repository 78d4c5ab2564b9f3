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
        foreach (var defaults in draft.Defaults.Where(static defaults => defaults.Name.Length > 0)) ProxyChecker.CheckErrorPages(context, defaults);
        foreach (var proxy in draft.Proxies)
        {
            // One that was found right as it is and stands alone is still right.
            if (proxy.Disabled || proxy.Known is { StandsAlone: true, Backend: not null }) continue;
            ProxyChecker.Check(context, proxy);
        }
        var frontends = ImmutableArray.CreateBuilder<FrontendModel>(draft.Proxies.Count(static proxy => proxy.IsFrontend));
        var backends = ImmutableArray.CreateBuilder<BackendModel>(draft.Proxies.Count(static proxy => proxy.IsBackend));
        foreach (var proxy in draft.Proxies)
        {
            if (TryKnown(proxy, frontends, backends)) continue;
            var builder = new ModelBuilder(context, proxy);
            var references = context.References.Counts;
            if (proxy.IsFrontend) frontends.Add(builder.Frontend());
            if (proxy.IsBackend) backends.Add(builder.Backend());
            // What a format names is found out only here.
            if (context.References.Since(references) is { } found) proxy.Known?.Add(found);
            else context.Text.IsOfNoUse = true;
        }
        WarnAboutBuffers(context);
        ThreadChecker.Check(context);
        WarnAboutForwarding(context);
        context.References.Check(frontends, backends, draft.UserLists, context.Diagnostics);
        LogTargetChecks.Check(context, frontends, backends);
        context.References.CheckLogProfiles(draft.LogProfiles.Select(profile => profile.Name), context.Diagnostics);
        ServerStateFiles.Apply(context, backends);
        ResolverChecks.Check(context, backends);
        WarnAboutExperiments(context);
        if (ServerChecker.CheckPorts(context)) ServerResolution.Resolve(context, backends);
        ReferenceMarks.Set(context, frontends, backends);
        foreach (var frontend in frontends)
            if (draft.FindProxy(frontend.Name)?.Known is { } known && !ReferenceEquals(known.Frontend, frontend)) known.Frontend = frontend;
        // Where nothing is new nothing is written: the next collection looks at all that was written to, which would be every section there is.
        foreach (var backend in backends)
            if (draft.FindProxy(backend.Name)?.Known is { } known && !ReferenceEquals(known.Backend, backend)) known.Backend = backend;
        return new ConfigurationModel
        {
            Global = draft.Global with { ServersAreNotVerified = draft.ServersAreNotVerified },
            Frontends = frontends.DrainToImmutable(),
            Backends = backends.DrainToImmutable(),
            UserLists = [.. draft.UserLists],
            HttpErrors = [.. draft.HttpErrors],
            Rings = [.. draft.Rings],
            Resolvers = [.. ResolverChecks.Complete(context).Select(section => section with { Families = context.Draft.DnsFamilies })],
            LogProfiles = [.. draft.LogProfiles],
            LogForwards = [.. draft.LogForwards],
            Namespaces = [.. draft.Namespaces],
            LateReader = new LateReader(context),
        };
    }

    /// <summary>Takes what was made of a section before, when it still is what it was.</summary>
    private static bool TryKnown(ProxyDraft proxy, ImmutableArray<FrontendModel>.Builder frontends, ImmutableArray<BackendModel>.Builder backends)
    {
        if (proxy.Known is not { } known || (known.Frontend ?? (ProxyModel?)known.Backend)?.Id != proxy.Id) return false;
        if (known.Frontend is { } frontend) frontends.Add(frontend);
        if (known.Backend is { } backend) backends.Add(backend);
        return true;
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

    /// <summary>The original refuses smaller buffers too, with one message for each error page that does not fit.</summary>
    private const int LeastBuffer = 352;

    private static void WarnAboutBuffers(ParseContext context)
    {
        var (small, large) = context.Draft.OtherBuffers;
        var usual = context.Draft.Global.BufferSize;
        void Warn(string text) => context.Diagnostics.Say(Severity.Warning, SourcePosition.None, text);
        if (large > 0 && large < usual)
            Warn($"tune.bufsize.large ({large}) is lower than tune.bufsize ({usual}). large buffers support is disabled. "
                + "Please fix either value to remove this warning.");
        if (usual < LeastBuffer)
            context.Diagnostics.Say(Severity.Alert, SourcePosition.None, $"tune.bufsize ({usual}) leaves no room for the built-in answers to errors; give at "
                + $"least {LeastBuffer}.");
        if (small > usual) Warn($"invalid small buffer size {small} bytes which is greater than default bufsize {usual} bytes.");
    }

    private static void WarnAboutExperiments(ParseContext context)
    {
        if (context.Draft.Experiments is { AreAllowed: true, AreUsed: false } && !context.Diagnostics.HasErrors)
            context.Diagnostics.Say(Severity.Warning, SourcePosition.None, "Option 'expose-experimental-directives' is set in the global section but is "
                + "no longer used. It is strongly recommended to remove it in order to avoid using an experimental directive by accident in the future.");
    }

    private static void WarnAboutForwarding(ParseContext context)
    {
        foreach (var proxy in context.Draft.Proxies)
        {
            if (proxy.Disabled || proxy.Mode == ProxyMode.Http || ProxyChecker.MayBecomeHttp(context, proxy)) continue;
            void Warn(string option) => context.Diagnostics.Say(Severity.Warning, proxy.Position,
                $"'option {option}' ignored for {proxy.TypeName} '{proxy.Name}' as it requires HTTP mode.");
            if (proxy.Options.Forwarded is not null && proxy.IsBackend) Warn("forwarded");
            if (proxy.Options.ForwardedFor is not null) Warn("forwardfor");
            if (proxy.Options.OriginalTo is not null) Warn("originalto");
        }
    }
}
