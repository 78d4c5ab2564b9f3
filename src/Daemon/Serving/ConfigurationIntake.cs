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
    private bool _isIncomplete;

    /// <summary>Takes a record if it belongs to a reload.</summary>
    /// <param name="descriptors">Of the record; taken over when the answer is true.</param>
    public bool Takes(in ProcessRecord record, int[] descriptors)
    {
        if (record.Type == RecordType.ReloadRefused) host.LogRefusedReload(record.Text);
        if (record.Type is not (RecordType.Listeners or RecordType.Configuration or RecordType.Proposal)) return false;
        _isIncomplete |= channel.HasLostDescriptors;
        if (record.Type == RecordType.Listeners)
        {
            _sockets.AddRange(descriptors.Select(static descriptor => new SocketHandle(descriptor)));
            return true;
        }
        if (!_isIncomplete && descriptors.Length != 1) return false;
        var outcome = _isIncomplete ? Refuse(descriptors) : Adopt(record, descriptors[0]);
        _sockets.Clear();
        _isIncomplete = false;
        _ = channel.Send(new ProcessRecord(RecordType.Reloaded, (byte)outcome.Result, outcome.Text));
        return true;
    }

    /// <summary>This process has no descriptors left for it; another one will have.</summary>
    private ReloadOutcome Refuse(int[] descriptors)
    {
        foreach (var socket in _sockets) _ = socket.Close();
        foreach (var descriptor in descriptors) _ = Descriptors.Close(descriptor);
        return new ReloadOutcome(ReloadResult.NeedsProcess, "A table of descriptors that is full (see 'maxconn', 'ulimit-n' and ulimit -n)");
    }

    private ReloadOutcome Adopt(in ProcessRecord record, int descriptor)
    {
        using var read = WorldRecord.FromFile(descriptor);
        _ = Descriptors.Close(descriptor);
        // A reader of another version writes what this one cannot read: then the process has to change.
        return read is null ? new ReloadOutcome(ReloadResult.NeedsProcess, "the program")
            : record.Type == RecordType.Proposal ? host.ReloadChanges(read) : host.Reload(read, _sockets);
    }
}
