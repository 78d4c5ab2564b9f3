using System.Net;
using Evenkeel.Daemon.Haproxy;
using Evenkeel.Daemon.Machine;
using Evenkeel.Linux.Names;
using Evenkeel.Linux.Processes;
using Evenkeel.Linux.Sockets;
using Evenkeel.Proxy.Logging;
using Evenkeel.Model;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy;
using Evenkeel.Proxy.Logging.Backends;
using Evenkeel.Proxy.Loop;

namespace Evenkeel.Daemon.Serving;

/// <summary>What came of a reload: refused, in force, only possible with a process of its own, or not to be judged here. Numbers stand in records.</summary>
public enum ReloadResult : byte { Refused = 0, Done = 1, NeedsProcess = 2, NeedsReader = 3 }

/// <param name="Text">What changed, what is wrong, or the keyword that stands against it.</param>
public readonly record struct ReloadOutcome(ReloadResult Result, string Text);

/// <content>A new configuration for the running process. Owner: the thread that owns the host.</content>
public sealed partial class ProxyHost
{
    /// <summary>How long a request may take from its first rule to its backend and still find the configuration it began under.</summary>
    private const int PredecessorMs = 10_000;

    /// <summary>More than this many bytes are settled before the start.</summary>
    private const long LargeHeap = 16 * 1_048_576;

    /// <summary>A heap up to this many bytes is collected in a few milliseconds; a larger one beside the traffic, which gives back less memory.</summary>
    private const long MostCollectedAtOnce = 48 * 1_048_576;

    /// <summary>Whoever waited for a start is served first.</summary>
    private const int StartedMs = 1_000;

    private long _forgetAtMs = long.MaxValue;
    private long _collectAtMs = long.MaxValue;

    /// <summary>Puts another configuration in force, or leaves everything as it is. Opens no path.</summary>
    /// <param name="record">What a process with rights read of it.</param>
    /// <param name="sockets">What it listens on; taken over.</param>
    internal ReloadOutcome Reload(WorldRecord record, IReadOnlyList<SocketHandle> sockets)
    {
        var inherited = new InheritedListeners(sockets) { LooksAtFiles = false };
        // The reader has said what there is to say.
        var silent = new HaproxyConsole(Environment.ProcessId, "", quiet: true, static (_, _) => { });
        var world = new RecordedWorld(record);
        try
        {
            return HaproxyConfiguration.Read(_line, silent, world, _model) is { } model
                ? Reload(model, world, new ListeningSockets(new HashSet<IPAddress>(), inherited) { IsPrepared = true })
                : new ReloadOutcome(ReloadResult.Refused, "it reads otherwise than a moment ago");
        }
        catch (Exception missing) when ((missing as TypeInitializationException)?.InnerException is DllNotFoundException || missing is DllNotFoundException)
        {
            // The first certificate or expression of a worker behind a chroot: it cannot load the library for it any more.
            return new ReloadOutcome(ReloadResult.NeedsProcess, "a library that was not needed before");
        }
        finally
        {
            inherited.CloseRest();
        }
    }

    /// <summary>Puts in force what changed in the files, if nothing about it takes rights or deserves a word: then a whole reading need not judge it first. Its
    /// price is that of the change, not of the configuration.</summary>
    /// <param name="record">What the files say now, as far as the configuration in force knows them.</param>
    internal ReloadOutcome ReloadChanges(WorldRecord record)
    {
        var undecided = new ReloadOutcome(ReloadResult.NeedsReader, "");
        var world = new RecordedWorld(record);
        try
        {
            if (HaproxyConfiguration.ReadChanges(_line, _model, world) is not { } model || world.LacksAnswers || !ListensAlike(_model, model)) return undecided;
            var outcome = Reload(model, world, new ListeningSockets(new HashSet<IPAddress>(), InheritedListeners.None) { MayOpen = false });
            return outcome.Result == ReloadResult.Done ? outcome : undecided;
        }
        catch (Exception missing) when ((missing as TypeInitializationException)?.InnerException is DllNotFoundException || missing is DllNotFoundException)
        {
            return undecided;
        }
    }

    /// <summary>The process above this one holds the sockets too, and lets go of those that a reader has not asked for.</summary>
    private static bool ListensAlike(ConfigurationModel before, ConfigurationModel next) => BoundBy(before).SequenceEqual(BoundBy(next));

    private static IEnumerable<(SocketAddressModel Address, string? Interface, NetworkNamespaceModel? Namespace)> BoundBy(ConfigurationModel model) =>
        from frontend in model.Frontends where !frontend.Disabled from bind in frontend.Binds select (bind.Address, bind.Interface, bind.Namespace);

    /// <param name="sockets">Gives the sockets that are not open yet.</param>
    private ReloadOutcome Reload(ConfigurationModel next, IWorld world, ListeningSockets sockets)
    {
        if (Plane.Obstacle(next, Processors.For(next.Global.Threads).Count) is { } keyword) return new ReloadOutcome(ReloadResult.NeedsProcess, $"'{keyword}'");
        if (!_equipment!.HasSameRings(next)) return new ReloadOutcome(ReloadResult.NeedsProcess, "'ring'");
        if (!LogBackends.AreAlike(_model, next)) return new ReloadOutcome(ReloadResult.NeedsProcess, "'mode log'");
        if (!Equipment.HasSameForwards(_model, next)) return new ReloadOutcome(ReloadResult.NeedsProcess, "'log-forward'");
        if (WhyRightsStay(next) is { } reason) return new ReloadOutcome(ReloadResult.Refused, reason);
        var limit = LimitFor(next);
        if (!HasDescriptorsFor(limit)) return new ReloadOutcome(ReloadResult.NeedsProcess, "'maxconn'");
        if (OpenCommandSockets(next, sockets, out var problem) is not { } commands) return new ReloadOutcome(ReloadResult.Refused, problem);

        var prepared = Plane.Prepare(next, world, limit.MaxConnections, sockets);
        if (prepared.Problems.Count > 0)
        {
            CloseUnless(_commandSockets, commands);
            return new ReloadOutcome(ReloadResult.Refused, string.Join("; ", prepared.Problems));
        }

        _equipment.Attach(prepared.Proxies, prepared.Rules);
        var change = Plane.TakeOver(prepared);
        _equipment.TakeOver(prepared.Proxies, prepared.Rules);
        _checks!.Adopt(prepared.Proxies, prepared.Rules, next.Global.Node ?? HostNames.Own);
        prepared.Rules.Names.Adopt(prepared.Proxies, Plane.Workers[0]);
        next.LateReader?.TakeEffect();
        ExchangeCommandSockets(commands);
        (_model, _limit) = (next, limit);
        _forgetAtMs = Environment.TickCount64 + PredecessorMs;
        return new ReloadOutcome(ReloadResult.Done, Describe(change));
    }

    /// <summary>Another configuration was refused before it came here: whoever reads the logs learns why nothing has changed.</summary>
    /// <param name="why">One sentence or more, without the end of a line.</param>
    public void LogRefusedReload(string why) => 
        _equipment!.Log(LogLevel.Error, $"Reload refused, the running configuration stays in force: {why}");

    /// <summary>When <see cref="Tidy"/> has something to do; -1 when nothing is to be done.</summary>
    public int TidiesWithinMs(long nowMs)
    {
        var next = Math.Min(_forgetAtMs, _collectAtMs);
        return next == long.MaxValue ? -1 : (int)Math.Max(0, next - nowMs);
    }

    /// <summary>What the start has left goes in a moment.</summary>
    public void TidyAfterStart(long nowMs) => _collectAtMs = nowMs + StartedMs;

    /// <summary>Gives up what only the start needed, and requests that began before the last reload, once they have had their time.</summary>
    public void Tidy(long nowMs)
    {
        if (nowMs >= _forgetAtMs)
        {
            Plane.ForgetPredecessor();
            (_forgetAtMs, _collectAtMs) = (long.MaxValue, nowMs);
        }
        if (nowMs < _collectAtMs) return;
        _collectAtMs = long.MaxValue;
        CollectLeftovers();
    }

    /// <summary>What reading a configuration has left, and old configurations, lie where steady traffic, making no garbage, would never have them
    /// collected.</summary>
    private static void CollectLeftovers()
    {
        if (GC.GetTotalMemory(forceFullCollection: false) < MostCollectedAtOnce) GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true);
        else GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false);
    }

    /// <summary>Before anybody is served: moves what a large configuration or map has made out of the way of the first collections, which would walk over
    /// it in traffic. A small one is not worth the time.</summary>
    internal static void SettleHeap()
    {
        if (GC.GetTotalMemory(forceFullCollection: false) <= LargeHeap) return;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true);
        // The first ones behind it take several milliseconds, whatever they find; those after them a few tenths.
        for (var i = 0; i < 2; i++) GC.Collect(1, GCCollectionMode.Forced, blocking: true);
    }

    private ConnectionLimit LimitFor(ConfigurationModel next)
    {
        var before = _model.Global;
        var after = next.Global;
        var asksAlike = (before.MaxConnections, before.UlimitDescriptors, before.DescriptorHardLimit)
            == (after.MaxConnections, after.UlimitDescriptors, after.DescriptorHardLimit);
        // A limit that was computed at the start stays: a few listeners more or less do not change it.
        return asksAlike && _limit.IsComputed ? _limit : ConnectionLimit.Of(next, _layout, _line.MaxConnections, _line.MemoryLimitMegabytes);
    }

    private static bool HasDescriptorsFor(ConnectionLimit limit)
    {
        var (soft, hard) = ProcessRights.DescriptorLimit();
        return soft >= limit.Descriptors || ProcessRights.SetDescriptorLimit(limit.Descriptors, Math.Max(hard, limit.Descriptors)).IsOk;
    }

    /// <summary>The stats sockets of a configuration: those that are open already, and the new ones opened.</summary>
    private List<(BindModel Bind, SocketHandle Socket)>? OpenCommandSockets(ConfigurationModel next, ListeningSockets sockets, out string problem)
    {
        var commands = new List<(BindModel Bind, SocketHandle Socket)>();
        problem = "";
        foreach (var bind in next.Global.StatsSockets)
        {
            var known = _commandSockets.Find(each => each.Bind.Address == bind.Address && each.Bind.Namespace == bind.Namespace);
            var socket = known.Bind is null ? SocketHandle.None : known.Socket;
            if (known.Bind is not null || sockets.Open(bind, next.Global.StatsMaxConnections, out socket, out problem).IsOk)
            {
                commands.Add((bind, socket));
                continue;
            }

            problem = $"[{bind.Position}] stats socket: {problem}";
            CloseUnless(_commandSockets, commands);
            return null;
        }

        return commands;
    }

    /// <summary>Closes those of <paramref name="sockets"/> that are not in <paramref name="kept"/>.</summary>
    private static void CloseUnless(List<(BindModel Bind, SocketHandle Socket)> kept, List<(BindModel Bind, SocketHandle Socket)> sockets)
    {
        foreach (var (_, socket) in sockets)
            if (!kept.Exists(each => each.Socket.Descriptor == socket.Descriptor)) _ = socket.Close();
    }

    private void ExchangeCommandSockets(List<(BindModel Bind, SocketHandle Socket)> commands)
    {
        var before = _commandSockets.ToList();
        _commandSockets.Clear();
        _commandSockets.AddRange(commands);
        Plane.Workers[0].Loop.Post(new ActionTask(() =>
        {
            foreach (var (bind, socket) in before)
                if (!commands.Contains((bind, socket))) _commands!.StopListening(socket);
            foreach (var (bind, socket) in commands)
                if (!before.Contains((bind, socket))) _ = _commands!.Listen(bind, socket);
            CloseUnless(commands, before);
        }));
    }

    private static string Describe(Evenkeel.Proxy.Servers.ProxyChange change)
    {
        var words = new List<string>();
        if (change.RemovedFrontends.Count > 0) words.Add($"{change.RemovedFrontends.Count} frontends removed");
        if (change.RemovedBackends.Count > 0) words.Add($"{change.RemovedBackends.Count} backends removed");
        if (change.RemovedServers.Count > 0) words.Add($"{change.RemovedServers.Count} servers removed");
        return string.Join(", ", words);
    }
}
