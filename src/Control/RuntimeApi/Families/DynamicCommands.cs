using Evenkeel.Model.Proxy;
using Evenkeel.Proxy;
using Evenkeel.Proxy.Servers;

namespace Evenkeel.Control.RuntimeApi.Families;

/// <summary>Commands that add and remove servers and backends, and say whether content switching sees a backend.</summary>
public static class DynamicCommands
{
    /// <summary>A server in maintenance has its idle connections closed by their workers; `del server` waits that long for it.</summary>
    private const int IdleCloseMs = 500;

    private const int AskAgainMs = 5;

    internal const string BackendIsReferenced = "This proxy cannot be removed at runtime due to other configuration elements pointing to it.";

    public static IEnumerable<RuntimeCommand> All =>
    [
        RuntimeCommand.ForAdmins("add server", "<bk>/<srv>", "add a server", AddServer),
        RuntimeCommand.ForAdmins("del server", "<bk>/<srv>", "remove a server", DeleteServer),
        RuntimeCommand.ForAdmins("add backend", "<backend>", "add a backend", AddBackend),
        RuntimeCommand.ForAdmins("del backend", "<backend>", "remove a backend", DeleteBackend),
        RuntimeCommand.ForAdmins("publish backend", "<backend>", "let content switching choose a backend", context => Publish(context, true)),
        RuntimeCommand.ForAdmins("unpublish backend", "<backend>", "have content switching pass a backend by", context => Publish(context, false)),
        RuntimeCommand.ForAll("show default-server", "[<bk>]", "list the backends with a default-server", ShowDefaultServers),
        RuntimeCommand.ForAll("show defaults", "", "list the defaults sections", ShowDefaults),
    ];

    private static CommandAnswer AddServer(CommandContext context)
    {
        if (Parts(context, out var plane, out var reader) is { } unable) return unable;
        var path = context.Word(2);
        if (path == "help")
            return CommandAnswer.Info("List of keywords supported for dynamic server:\n" + string.Join('\n', reader.ServerOptions) + "\n");
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 || slash == path.Length - 1) return CommandAnswer.Error("Require 'backend/server'.");
        if (ServerPath.FindBackend(context.Plane, path[..slash]) is not { } backend) return CommandAnswer.Error("No such backend.");
        var name = path[(slash + 1)..];
        if (backend.Model.Mode == ProxyMode.Log)
            return CommandAnswer.Error($"Backend does not support dynamic servers : backend '{backend.Name}' uses mode log.");
        if (WeightText.IsStatic(backend.Model))
            return CommandAnswer.Error($"Backend does not support dynamic servers : backend '{backend.Name}' uses a non dynamic load balancing method.");
        if (backend.FindServer(name) is not null) return CommandAnswer.Error("Already exists a server with the same name in backend.");
        if (reader.ReadServer(Present(backend), name, [.. context.Words.Skip(3)], out var messages) is not { } model) return CommandAnswer.Error(messages);
        if (model.Track is { } tracked && TrackingObstacle(plane, backend, tracked) is { } obstacle) return CommandAnswer.Error(obstacle);
        if (model.Id == 0) model = model with { Id = backend.FreeServerId() };
        if (plane.AddServer(backend, model, context.NowMs, out var problem) is null) return CommandAnswer.Error(problem);
        return CommandAnswer.Info(messages.Length > 0 ? messages + "\nNew server registered." : "New server registered.");
    }

    private static CommandAnswer? Parts(CommandContext context, out ProxyPlane plane, out ILateReader reader)
    {
        plane = context.Plane.Engine!;
        reader = context.Plane.Proxies.Model.LateReader!;
        return plane is null || reader is null ? CommandAnswer.Error("This process cannot add or remove anything.") : null;
    }

    /// <summary>The backend's model with the servers it has now, whatever they are called now.</summary>
    private static BackendModel Present(Backend backend) =>
        backend.Model with { Servers = [.. backend.Servers.Select(static server => server.Model with { Name = server.Name })] };

    private static string? TrackingObstacle(ProxyPlane plane, Backend backend, string path)
    {
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        if (slash >= 0 && plane.Proxies.FindBackend(path[..slash]) is null) return $"unable to find required proxy '{path[..slash]}' for tracking.";
        if (plane.Proxies.FindTracked(backend, path) is not { } tracked) return $"unable to find required server '{path[(slash + 1)..]}' for tracking.";
        var shown = $"{tracked.Backend.Name}/{tracked.Name}";
        if (tracked.IsDynamic) return $"unable to use {shown} for tracking as it is a dynamic server.";
        return tracked.Health.IsConfigured || tracked.Agent.IsConfigured || tracked.Tracked is not null
            ? null
            : $"unable to use {shown} for tracking as it does not have any check nor agent enabled.";
    }

    private static CommandAnswer DeleteServer(CommandContext context)
    {
        if (ServerPath.Find(context.Plane, context.Word(2), out var found) is { } failure) return CommandAnswer.Error(failure);
        if (context.Plane.Engine is not { } plane) return CommandAnswer.Error("This process cannot add or remove anything.");
        var server = found!;
        var deadlineMs = context.NowMs + IdleCloseMs;
        return Remove(context.NowMs) ?? CommandAnswer.Later(new Postponement(deadlineMs, AskAgainMs, Remove));

        CommandAnswer? Remove(long nowMs)
        {
            if (server.RemovalObstacle() is { } obstacle)
            {
                foreach (var pool in server.HoldsOnlyIdle ? server.WorkerPools : []) pool.CloseIdleSoon();
                return server.HoldsOnlyIdle && nowMs < deadlineMs ? null : CommandAnswer.Error(obstacle);
            }
            plane.RemoveServer(server);
            if (server.Model.Guid is { } guid) context.Plane.Proxies.Model.LateReader?.ReleaseGuid(guid);
            return CommandAnswer.Info("Server deleted.");
        }
    }

    private static CommandAnswer AddBackend(CommandContext context)
    {
        const string usage = "Usage: add backend <name> from <defproxy>";
        if (Parts(context, out var plane, out var reader) is { } unable) return unable;
        var (name, defaults) = (context.Word(2), context.Word(4));
        if (name.Length == 0) return CommandAnswer.Error("Require backend name.");
        foreach (var c in name)
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.' or ':')) return CommandAnswer.Error($"Invalid character '{c}' in backend name.");
        if (context.Word(3) != "from" || defaults.Length == 0) return CommandAnswer.Error(usage + ".");
        var mode = reader.ModeOf(defaults, out var exists);
        if (!exists) return CommandAnswer.Error($"Cannot find default proxy '{defaults}'.");
        for (var at = 5; context.Word(at).Length > 0; at += 2)
        {
            var value = context.Word(at + 1);
            if (value.Length == 0 || context.Word(at) is not ("mode" or "guid")) return CommandAnswer.Error(usage + " [mode <px_mode>] [guid <val>].");
            if (context.Word(at) == "guid") continue;
            if (value is "log" or "spop" or "haterm") return CommandAnswer.Error("Dynamic backends are compatible with only TCP or HTTP mode.");
            if (value is not ("tcp" or "http")) return CommandAnswer.Error("Unknown proxy mode.");
            mode = value == "http" ? ProxyMode.Http : ProxyMode.Tcp;
        }
        if (mode is null) return CommandAnswer.Error($"Mode is required as '{defaults}' default proxy does not explicitly defines it.");
        if (Holder(plane.Proxies, name) is { } holder)
            return CommandAnswer.Error($"Error during backend creation : name is already used by other proxy '{holder} {name}'.");
        if (reader.ReadBackend(name, defaults, mode.Value, plane.Proxies.FreeId(), out var messages) is not { } model) return CommandAnswer.Error(messages);
        plane.AddBackend(model, context.NowMs);
        return CommandAnswer.Info("New backend registered.");
    }

    private static string? Holder(ProxySet proxies, string name)
    {
        if (proxies.FindFrontend(name) is { } frontend) return frontend.Model.IsListen ? "proxy" : "frontend";
        return proxies.FindBackend(name) is null ? null : "backend";
    }

    private static CommandAnswer DeleteBackend(CommandContext context)
    {
        if (context.Plane.Proxies.FindBackend(context.Word(2)) is not { } backend) return CommandAnswer.Error("No such backend.");
        if (context.Plane.Engine is not { } plane) return CommandAnswer.Error("This process cannot add or remove anything.");
        if (RemovalObstacle(backend) is { } obstacle) return CommandAnswer.Error(obstacle);
        plane.RemoveBackend(backend);
        return CommandAnswer.Info("Backend deleted.");
    }

    /// <summary>Why a backend cannot be removed now, in the original's words; null when it can.</summary>
    internal static string? RemovalObstacle(Backend backend)
    {
        if (backend.Model.IsListen) return "Cannot delete a listen section.";
        if (backend.Model.Mode == ProxyMode.Log) return "Only TCP and HTTP proxies can be deleted.";
        if (backend.Model.IsReferenced) return BackendIsReferenced;
        if (backend.IsPublished) return "Backend must be unpublished prior to its deletion.";
        if (!backend.Servers.IsEmpty) return "Only a backend without server can be deleted.";
        return backend.Connections.Current > 0 ? "Backend still has attached streams on it." : null;
    }

    private static CommandAnswer Publish(CommandContext context, bool isPublished)
    {
        if (ServerPath.FindBackend(context.Plane, context.Word(2)) is not { } backend) return CommandAnswer.Error("No such backend.");
        backend.IsPublished = isPublished;
        return CommandAnswer.Info(isPublished ? "Backend published." : "Backend unpublished.");
    }

    private static CommandAnswer ShowDefaultServers(CommandContext context)
    {
        var name = context.Word(2);
        var only = name.Length > 0 ? ServerPath.FindBackend(context.Plane, name) : null;
        if (name.Length > 0 && only is null) return CommandAnswer.Error("Can't find backend.");
        return CommandAnswer.Dump(context.Plane.Proxies.Backends.Where(backend => only is null || backend == only)
            .SelectMany(static backend => DefaultServersOf(backend).Select(static (line, index) => (index == 0 ? "* " : "  ") + line + "\n")));
    }

    private static IEnumerable<string> DefaultServersOf(Backend backend)
    {
        if (backend.Model.HasDefaultServer) yield return backend.Name;
        foreach (var name in backend.Model.NamedDefaultServers) yield return $"{backend.Name}/{name}";
    }

    private static CommandAnswer ShowDefaults(CommandContext context) =>
        CommandAnswer.Dump((context.Plane.Proxies.Model.LateReader?.DefaultsNames ?? []).Select(static name => name + "\n"));
}
