using Evenkeel.Daemon.Machine;
using Evenkeel.Daemon.Processes;
using Evenkeel.Linux.Processes;
using Evenkeel.Linux.Sockets;

namespace Evenkeel.Daemon.Serving;

/// <summary>
/// A worker's side of a reload by swap: sockets, then what the reader wrote down, come over the channel -> <b>ConfigurationIntake</b> ->
/// <see cref="ProxyHost.Reload(WorldRecord, IReadOnlyList{SocketHandle})"/> -> the answer goes back. Before that, what the files say now may have been
/// enough (<see cref="ProxyHost.ReloadChanges"/>).
/// </summary>
internal sealed class ConfigurationIntake(ProxyHost host, Channel channel)
{
    private readonly List<SocketHandle> _sockets = [];

    /// <summary>Takes a record if it belongs to a reload.</summary>
    /// <param name="descriptors">Of the record; taken over when the answer is true.</param>
    public bool Takes(in ProcessRecord record, int[] descriptors)
    {
        if (record.Type == RecordType.Listeners)
        {
            _sockets.AddRange(descriptors.Select(static descriptor => new SocketHandle(descriptor)));
            return true;
        }
        if (record.Type is not (RecordType.Configuration or RecordType.Proposal) || descriptors.Length != 1) return false;
        var read = WorldRecord.FromFile(descriptors[0]);
        _ = Descriptors.Close(descriptors[0]);
        // A reader of another version writes what this one cannot read: then the process has to change.
        var outcome = read is null ? new ReloadOutcome(ReloadResult.NeedsProcess, "the program")
            : record.Type == RecordType.Proposal ? host.ReloadChanges(read) : host.Reload(read, _sockets);
        if (record.Type == RecordType.Configuration) _sockets.Clear();
        _ = channel.Send(new ProcessRecord(RecordType.Reloaded, (byte)outcome.Result, outcome.Text));
        return true;
    }
}
