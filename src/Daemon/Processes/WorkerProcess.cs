using Evenkeel.Linux.Processes;
using Evenkeel.Linux.Sockets;

namespace Evenkeel.Daemon.Processes;

/// <summary>A worker the supervisor keeps alive: its process while there is one, and what is known of it. Owner: the supervisor's thread.</summary>
public sealed class WorkerProcess(string role)
{
    private readonly RestartDelay _delay = new();
    private ChildProcess? _child;
    private Channel? _channel;
    private long _startedAtMs;

    public string Role { get; } = role;

    public bool IsRunning => _child is not null;

    public int Pid => _child?.Pid ?? 0;

    /// <summary>Readable when the process has ended; -1 without one.</summary>
    public int EndDescriptor => _child?.Descriptor ?? -1;

    /// <summary>Readable when a record waits; -1 without a process, or when it closed its side.</summary>
    public int ChannelDescriptor => _channel?.Descriptor ?? -1;

    /// <summary>It has said that its start is done, in this life.</summary>
    public bool HasStarted { get; private set; }

    /// <summary>It has said so in any life: from then on an end is an accident, before it a wrong configuration.</summary>
    public bool EverStarted { get; private set; }

    /// <summary>Why it could not start, from its own mouth.</summary>
    public ProcessRecord? Failure { get; private set; }

    /// <summary>The last heartbeat, and when it came; null before the first.</summary>
    public ProcessRecord? LastHeartbeat { get; private set; }

    public long LastHeartbeatMs { get; private set; }

    /// <summary>It has said that it is fit to serve, in this life.</summary>
    public bool HasBeenFit { get; private set; }

    /// <summary>When it is to be started again; 0 when not.</summary>
    public long RestartAtMs { get; private set; }

    public int Restarts { get; private set; }

    /// <summary>Records with sockets that came in this life.</summary>
    public int SocketRecords { get; set; }

    /// <summary>A memory file with what the configuration it serves was read from; -1 when there is none.</summary>
    public int Record { get; private set; } = -1;

    /// <summary>Its program is the one before this supervisor's: it can be stopped, but given no configuration.</summary>
    public bool IsOfEarlierProgram { get; private set; }

    /// <summary>It has been asked to end so that a process of this supervisor's program takes its place.</summary>
    public bool MakesPlace { get; private set; }

    /// <summary>Has it end if nobody notices; else it answers with <see cref="RecordType.Stays"/>.</summary>
    public void AskForPlace() => MakesPlace = Send(RecordType.MakePlace);

    /// <summary>Writes down what the next program of this process has to know of the worker.</summary>
    public void Carry(CarriedLine line) => line.Set("role", Role).Set("pid", Pid).SetDescriptor("channel", ChannelDescriptor).Set("begun", _startedAtMs)
        .Set("started", HasStarted).Set("ever", EverStarted).Set("fit", HasBeenFit).Set("restart", RestartAtMs).Set("restarts", Restarts)
        .Set("beat", LastHeartbeatMs);

    /// <summary>A worker that the program before this one has left.</summary>
    public static WorkerProcess Carried(CarriedLine line)
    {
        var (pid, channel) = ((int)line.Number("pid"), line.Descriptor("channel"));
        return new WorkerProcess(line.Word("role"))
        {
            _child = pid > 0 ? ChildProcess.Inherited(pid) : null,
            _channel = channel >= 0 ? new Channel(new RecordSocket(channel)) : null,
            _startedAtMs = line.Number("begun"),
            HasStarted = line.Flag("started"),
            EverStarted = line.Flag("ever"),
            HasBeenFit = line.Flag("fit"),
            RestartAtMs = line.Number("restart"),
            Restarts = (int)line.Number("restarts"),
            LastHeartbeatMs = line.Number("beat"),
            IsOfEarlierProgram = pid > 0,
        };
    }

    /// <summary>It serves another configuration now.</summary>
    /// <param name="record">What that was read from; taken over.</param>
    public void KeepRecord(int record)
    {
        if (Record >= 0) _ = Descriptors.Close(Record);
        Record = record;
    }

    /// <summary>Gives it what a reader proposes.</summary>
    public bool TakeProposal(ConfigurationReader reader) => IsRunning && _channel is { } channel && reader.Propose(channel);

    /// <summary>Sockets of the process before it, to be taken over; to be sent once, right after the start.</summary>
    public bool Give(IReadOnlyList<SocketHandle> sockets) => _channel is { } channel && ListenerHandover.Send(channel, sockets);

    /// <summary>Gives it what a reader has read, to put it in force.</summary>
    public bool Take(ConfigurationReader reader) => IsRunning && _channel is { } channel && reader.PassTo(channel);

    public Linux.SysResult Start(string executable, Invocation invocation, IReadOnlyList<string> environment, long nowMs)
    {
        (HasStarted, HasBeenFit, Failure, LastHeartbeat, RestartAtMs) = (false, false, null, null, 0);
        (IsOfEarlierProgram, MakesPlace) = (false, false);
        _startedAtMs = nowMs;
        SocketRecords = 0;
        return WorkerSeat.Start(executable, Role, invocation, environment, newSession: false, out _child, out _channel);
    }

    public bool Send(RecordType type, byte value = 0, string text = "") => _channel?.Send(new ProcessRecord(type, value, text)) ?? false;

    /// <summary>Takes the next record and notes what it says of the worker itself.</summary>
    /// <param name="descriptors">That came with it: the caller's own from now on.</param>
    public ChannelStatus Receive(long nowMs, out ProcessRecord record, out int[] descriptors)
    {
        (record, descriptors) = (default, []);
        var status = _channel?.Receive(out record, out descriptors) ?? ChannelStatus.Closed;
        if (status == ChannelStatus.Closed) CloseChannel();
        if (status != ChannelStatus.Record) return status;
        switch (record.Type)
        {
            // Not from a worker that has met traffic: it says what a process with all rights is to open.
            case RecordType.Configuration when !HasStarted && descriptors.Length == 1:
                KeepRecord(descriptors[0]);
                descriptors = [];
                break;
            case RecordType.Started:
                (HasStarted, EverStarted) = (true, true);
                break;
            case RecordType.Stays:
                MakesPlace = false;
                break;
            case RecordType.Failed:
                Failure = record;
                break;
            case RecordType.Heartbeat:
                (LastHeartbeat, LastHeartbeatMs) = (record, nowMs);
                HasBeenFit |= record.Value == 1;
                break;
        }
        return status;
    }

    /// <summary>Takes the end of the process, if it has ended.</summary>
    public bool TryReap(out ExitStatus status)
    {
        status = default;
        if (_child is null || !_child.TryReap(out status)) return false;
        _child.Dispose();
        _child = null;
        KeepRecord(-1);
        CloseChannel();
        (HasStarted, LastHeartbeat) = (false, null);
        return true;
    }

    /// <returns>Milliseconds until the next start.</returns>
    public int PlanRestart(long nowMs)
    {
        var delayMs = _delay.After(nowMs - _startedAtMs);
        RestartAtMs = nowMs + delayMs;
        Restarts++;
        return delayMs;
    }

    public void CancelRestart() => RestartAtMs = 0;

    public void Kill() => _child?.Signal(Signal.SIGKILL);

    public void PassOn(int signal) => _child?.Signal(signal);

    private void CloseChannel()
    {
        _channel?.Dispose();
        _channel = null;
    }
}
