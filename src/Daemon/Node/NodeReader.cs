using System.Net;
using Evenkeel.Config.Keepalived;
using Evenkeel.Daemon.Haproxy;
using Evenkeel.Daemon.Keepalived;
using Evenkeel.Daemon.Processes;
using Evenkeel.Daemon.Serving;
using Evenkeel.Linux.Files;
using Evenkeel.Linux.Processes;
using Evenkeel.Model.Vrrp;

namespace Evenkeel.Daemon.Node;

/// <summary>The reader of a node: nothing is reloaded unless both files are right.</summary>
internal static class NodeReader
{
    public static int Run(WorkerSeat seat, NodeCommandLine line)
    {
        var console = new HaproxyConsole(Environment.ProcessId, Invocation.OwnExecutable, quiet: false, StandardStream.Write);
        var addresses = line.AddressFile is null ? null : ReadAddresses(line.AddressFile, console);
        if (line.AddressFile is not null && addresses is null)
        {
            _ = seat.Channel.Send(new ProcessRecord(RecordType.StartupLog, 0, console.Said));
            return 1;
        }
        return new ReaderRun(new HaproxyCommandLine { Files = line.ProxyFiles }, console, seat).Run(AddressesOf(addresses));
    }

    /// <summary>What keepalived.conf will bring to this node: it may be bound before it is here.</summary>
    public static HashSet<IPAddress> AddressesOf(KeepalivedModel? model) =>
        model is null ? [] : [.. model.Instances.SelectMany(static i => i.Addresses.Concat(i.ExcludedAddresses)).Select(static a => a.Address)];

    private static KeepalivedModel? ReadAddresses(string file, HaproxyConsole console)
    {
        var said = new List<string>();
        var result = new KeepalivedConfiguration(file, null).Test(said.Add);
        var isAccepted = result is { Model: not null, StartRefusals.IsEmpty: true }
            && (result.ExitCode == KeepalivedResult.ExitOk || !result.Model.Global.ReloadCheckConfiguration);
        if (isAccepted) return result.Model;
        foreach (var text in said.Concat(result.StartRefusals)) console.Alert($"{file}: {text}");
        if (said.Count == 0 && result.StartRefusals.IsEmpty) console.Alert($"{file}: it cannot be run");
        return null;
    }
}
