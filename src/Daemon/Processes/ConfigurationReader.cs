using Evenkeel.Daemon.Haproxy;
using Evenkeel.Linux;
using Evenkeel.Linux.Processes;
using Evenkeel.Linux.Sockets;

namespace Evenkeel.Daemon.Processes;

/// <summary>
/// A process that reads and judges a new configuration with all rights, opens what it names, hands both over and ends: this program in the role `reader`.
/// What goes wrong in it touches neither the process above the workers nor a worker.
/// </summary>
/// <remarks>Owner: the thread of the process above the workers.</remarks>
public sealed class ConfigurationReader : IDisposable
{
    private readonly ChildProcess _child;
    private readonly Channel _channel;
    private bool _isSilent;
    private bool _isIncomplete;

    private ConfigurationReader(ChildProcess child, Channel channel) => (_child, _channel) = (child, channel);

    public int Pid => _child.Pid;

    /// <summary>Readable when the process has ended.</summary>
    public int EndDescriptor => _child.Descriptor;

    /// <summary>Readable when a record waits; -1 once the other side is closed.</summary>
    public int ChannelDescriptor => _isSilent ? -1 : _channel.Descriptor;

    /// <summary>The configuration is good and everything it names is open.</summary>
    public bool Succeeded { get; private set; }

    /// <summary>Its program can be executed in the place of the one that asked (<see cref="CarriedState"/>).</summary>
    public bool CanTakeOver { get; private set; }

    /// <summary>What it said while it read.</summary>
    public string Said { get; private set; } = "";

    /// <summary>This process could not take what the reader handed over: it has said nothing about that. Null when it could.</summary>
    public string? Shortage => _isIncomplete ? $"No room for the sockets of the configuration: {WorkerSeat.RemedyFor(Errno.EMFILE)}." : null;

    /// <summary>What was wrong first; the others are on the terminal. Empty when nothing was.</summary>
    public string FirstAlert => Shortage ?? HaproxyConsole.FirstAlertIn(Said);

    /// <summary>Every socket of the configuration: those given to it and those it opened.</summary>
    public List<SocketHandle> Sockets { get; } = [];

    /// <summary>A memory file with what was read; -1 until it has come.</summary>
    public int Record { get; private set; } = -1;

    /// <summary>A memory file with what the files of the last configuration say now; -1 when there is none (any more).</summary>
    public int Proposal { get; private set; } = -1;

    /// <param name="executable">The program: this one, or the one that has taken its place on disk.</param>
    /// <param name="sockets">What is listened to already.</param>
    /// <param name="last">The record of the configuration in force; -1 when there is none.</param>
    public static SysResult Start(string executable, Invocation invocation, IReadOnlyList<string> environment, IReadOnlyList<SocketHandle> sockets,
        int last, out ConfigurationReader? reader)
    {
        var started = WorkerSeat.Start(executable, WorkerSeat.ReaderRole, invocation, environment, newSession: false, out var child, out var channel);
        reader = started.IsOk ? new ConfigurationReader(child!, channel!) : null;
        if (reader is null) return started;
        _ = ListenerHandover.Send(channel!, sockets);
        _ = channel!.Send(new ProcessRecord(RecordType.Reload), last >= 0 ? [last] : []);
        return started;
    }

    /// <summary>Has a new program judge the configuration before it takes the place of this one.</summary>
    /// <param name="check">Its words: with the option that makes any such program check only, whatever it is.</param>
    public static SysResult StartExamination(ProgramFile program, Invocation check, IReadOnlyList<string> environment, IReadOnlyList<SocketHandle> sockets,
        out ConfigurationReader? reader) => Start(program.Path, check, environment, sockets, last: -1, out reader);

    /// <summary>Why a program that was examined cannot take over; null when it can.</summary>
    public string? ObstacleOf(ProgramFile program, ExitStatus status)
    {
        if (Succeeded && CanTakeOver) return null;
        if (FirstAlert.Length > 0) return FirstAlert;
        return status.IsSuccess
            ? $"{program.Path} is another program than this one, or too old to take over from it: put the right file there, or restart the service to run it"
            : $"{program.Path} cannot be run ({status}): put the right file there";
    }

    /// <summary>Takes everything it has sent.</summary>
    public void ReadChannel()
    {
        while (!_isSilent)
        {
            var status = _channel.Receive(out var record, out var descriptors);
            _isSilent = status == ChannelStatus.Closed;
            if (status != ChannelStatus.Record) return;
            _isIncomplete |= _channel.HasLostDescriptors;
            if (record.Type == RecordType.StartupLog) Said = record.Text;
            else if (record.Type == RecordType.Started) (Succeeded, CanTakeOver) = (true, record.Value >= CarriedState.Form);
            else if (record.Type == RecordType.Listeners) Sockets.AddRange(descriptors.Select(static descriptor => new SocketHandle(descriptor)));
            else if (record.Type == RecordType.Configuration && descriptors.Length == 1) Record = descriptors[0];
            else if (record.Type == RecordType.Proposal && descriptors.Length == 1) Proposal = descriptors[0];
        }
    }

    /// <summary>Takes the end of the process, if it has ended.</summary>
    public bool TryReap(out ExitStatus status)
    {
        if (!_child.TryReap(out status)) return false;
        ReadChannel();
        Succeeded &= status.IsSuccess && Record >= 0 && !_isIncomplete;
        return true;
    }

    /// <summary>Ends the process and waits for it, so that nobody has to reap it later.</summary>
    public void End()
    {
        Kill();
        _ = _child.WaitForExit();
        Dispose();
    }

    /// <summary>Hands the proposal to a worker, which answers with <see cref="RecordType.Reloaded"/>.</summary>
    public bool Propose(Channel worker) => worker.Send(new ProcessRecord(RecordType.Proposal), [Proposal]);

    /// <summary>The proposal was not enough: it reads and judges the whole.</summary>
    public void GoOn()
    {
        CloseProposal();
        _ = _channel.Send(new ProcessRecord(RecordType.Reload));
    }

    /// <summary>Nothing more is wanted of it: it ends by itself, and has yet to be reaped.</summary>
    public void Dismiss()
    {
        CloseProposal();
        _channel.Dispose();
        _isSilent = true;
    }

    /// <summary>The memory file of what is in force now; the caller's own.</summary>
    public int TakeRecord()
    {
        var record = Proposal >= 0 ? Proposal : Record;
        if (record == Proposal) Proposal = -1;
        else Record = -1;
        return record;
    }

    /// <summary>Hands what was read to a worker, which answers with <see cref="RecordType.Reloaded"/>.</summary>
    public bool PassTo(Channel worker) =>
        ListenerHandover.Send(worker, Sockets) && worker.Send(new ProcessRecord(RecordType.Configuration), [Record]);

    /// <summary>Ends the process if it still runs.</summary>
    public void Kill() => _ = _child.Signal(Signal.SIGKILL);

    /// <summary>Closes what the worker has copies of; the sockets are the caller's.</summary>
    public void Dispose()
    {
        if (Record >= 0) _ = Descriptors.Close(Record);
        Record = -1;
        CloseProposal();
        _child.Dispose();
        _channel.Dispose();
        _isSilent = true;
    }

    private void CloseProposal()
    {
        if (Proposal >= 0) _ = Descriptors.Close(Proposal);
        Proposal = -1;
    }
}
