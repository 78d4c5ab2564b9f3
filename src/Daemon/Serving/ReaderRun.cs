using System.Net;
using Evenkeel.Daemon.Haproxy;
using Evenkeel.Daemon.Machine;
using Evenkeel.Daemon.Processes;
using Evenkeel.Linux.Processes;
using Evenkeel.Linux.Sockets;
using Evenkeel.Model.Process;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Daemon.Serving;

/// <summary>
/// The work of the role `reader`. First it proposes what the files of the last configuration say now, which is enough for most changes; when the worker
/// wants more it reads and judges the configuration as a start does, opens its sockets, and hands over both.
/// </summary>
internal sealed class ReaderRun(HaproxyCommandLine line, HaproxyConsole console, WorkerSeat seat)
{
    /// <param name="virtualAddresses">Addresses that may be bound before this node carries them.</param>
    /// <returns>The exit status.</returns>
    public int Run(IReadOnlySet<IPAddress> virtualAddresses)
    {
        ProcessRights.SetName("evenkeel-reader");
        var given = ListenerHandover.Receive(seat.Channel);
        if (IsProposalEnough()) return 0;
        var inherited = new InheritedListeners(given);
        var world = new RecordingWorld(new ThisMachine());
        var model = HaproxyConfiguration.Load(line, console, world);
        var sockets = model is null ? null : OpenSockets(model, virtualAddresses, inherited);
        _ = seat.Channel.Send(new ProcessRecord(RecordType.StartupLog, 0, console.Said));
        if (sockets is null) return 1;
        var kept = world.Record.ToFile(out var file);
        if (kept.IsError)
        {
            console.Alert($"Cannot hold the configuration in memory ({kept}); raise the limits (ulimit -a).");
            _ = seat.Channel.Send(new ProcessRecord(RecordType.StartupLog, 0, console.Said));
            return 1;
        }
        using (file)
        {
            var sent = ListenerHandover.Send(seat.Channel, sockets.Opened)
                && seat.Channel.Send(new ProcessRecord(RecordType.Configuration), [file!.Descriptor])
                && seat.Channel.Send(new ProcessRecord(RecordType.Started, CarriedState.Form));
            return sent ? 0 : 1;
        }
    }

    /// <summary>Most a worker takes to say whether it is content; later means that it is stuck.</summary>
    private const int AnswerMs = 30_000;

    /// <returns>False when the configuration has to be read as a whole.</returns>
    private bool IsProposalEnough()
    {
        if (seat.Channel.Await(AnswerMs, out var request, out var descriptors) != ChannelStatus.Record) return true;
        if (request.Type != RecordType.Reload || descriptors.Length != 1) return false;
        using var earlier = WorldRecord.FromFile(descriptors[0]);
        _ = Descriptors.Close(descriptors[0]);
        if (earlier is null) return false;
        var world = new RecordingWorld(new ThisMachine());
        world.AskAgain(earlier);
        if (world.Record.ToFile(out var file).IsError) return false;
        using (file)
            if (!seat.Channel.Send(new ProcessRecord(RecordType.Proposal), [file!.Descriptor])) return true;
        return seat.Channel.Await(AnswerMs, out request, out _) != ChannelStatus.Record || request.Type != RecordType.Reload;
    }

    private ListeningSockets? OpenSockets(ConfigurationModel model, IReadOnlySet<IPAddress> virtualAddresses, InheritedListeners inherited)
    {
        var sockets = new ListeningSockets(virtualAddresses, inherited) { SharesPorts = !line.NoReusePort && !model.Global.NoReusePort };
        var layout = ThreadLayout.Of(model.Global.Threads, Processors.For(model.Global.Threads).Count);
        var all = true;
        foreach (var bind in model.Global.StatsSockets)
            all &= Open(sockets, bind, model.Global.StatsMaxConnections, "GLOBAL");
        foreach (var frontend in model.Frontends.Where(static frontend => !frontend.Disabled))
        foreach (var bind in frontend.Binds)
        for (var left = layout.ShardsOf(bind).Length; left > 0; left--)
            all &= Open(sockets, bind, Math.Max(1, bind.Backlog ?? frontend.Backlog ?? frontend.MaxConnections ?? DefaultBacklog), frontend.Name);
        inherited.CloseRest();
        if (all) return sockets;
        console.Alert("[haproxy.main()] Some protocols failed to start their listeners! The running configuration stays.");
        return null;
    }

    /// <summary>The kernel's own limit of a queue (somaxconn) is below it on most machines.</summary>
    private const int DefaultBacklog = 4_096;

    private bool Open(ListeningSockets sockets, BindModel bind, int backlog, string frontend)
    {
        if (sockets.Open(bind, backlog, out _, out var problem).IsOk) return true;
        console.Alert(ProxyHost.UnboundText(bind, frontend, problem));
        return false;
    }
}
