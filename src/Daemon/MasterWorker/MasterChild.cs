using Evenkeel.Daemon.Processes;
using Evenkeel.Linux;
using Evenkeel.Linux.Processes;
using Evenkeel.Linux.Sockets;
using Evenkeel.Model.Process;

namespace Evenkeel.Daemon.MasterWorker;

/// <summary>One worker process of a <see cref="Master"/>, from its start to its end. Owner: the master's main thread.</summary>
public sealed class MasterChild
{
    private readonly ChildProcess _child;
    private readonly Channel _channel;
    private bool _isSilent;
    private ProcessRecord? _reloaded;

    private MasterChild(ChildProcess child, Channel channel, long startedAtMs)
    {
        _child = child;
        _channel = channel;
        StartedAtMs = startedAtMs;
    }

    public int Pid => _child.Pid;

    public long StartedAtMs { get; }

    /// <summary>Reloads it has outlived; a worker of the newest configuration has none.</summary>
    public int Reloads { get; set; }

    /// <summary>What `show proc` says of its program.</summary>
    public string Version { get; private init; } = ProductVersion.Haproxy;

    /// <summary>Its program is the one before this master's: it can be given commands, but no configuration.</summary>
    public bool IsOfEarlierProgram { get; private init; }

    /// <summary>It serves: its start is done.</summary>
    public bool HasStarted { get; private set; }

    /// <summary>Another one has taken over, or the end has been asked for.</summary>
    public bool IsLeaving { get; private set; }

    /// <summary>Its listening sockets, held for the worker after it. Filled until <see cref="HasStarted"/>, then the master's.</summary>
    public List<SocketHandle> Sockets { get; } = [];

    /// <summary>What it said while it started.</summary>
    public string StartupLog { get; private set; } = "";

    /// <summary>What it told of its configuration: how many reloads an old worker may outlive, and the pid file.</summary>
    public string Settings { get; private set; } = "";

    /// <summary>A memory file with what the configuration it serves was read from; -1 when there is none.</summary>
    public int Record { get; private set; } = -1;

    /// <summary>Readable when the process has ended.</summary>
    public int EndDescriptor => _child.Descriptor;

    /// <summary>Readable when a record waits; -1 once the worker has closed its side.</summary>
    public int ChannelDescriptor => _isSilent ? -1 : _channel.Descriptor;

    public static SysResult Start(string executable, string role, Invocation invocation, IReadOnlyList<string> environment, long nowMs, out MasterChild? worker)
    {
        var started = WorkerSeat.Start(executable, role, invocation, environment, newSession: false, out var child, out var channel);
        worker = started.IsOk ? new MasterChild(child!, channel!, nowMs) : null;
        return started;
    }

    /// <summary>Writes down what the next program of this process has to know of the worker.</summary>
    public void Carry(CarriedLine line) => line.Set("pid", Pid).SetDescriptor("channel", _channel.Descriptor).Set("started", StartedAtMs)
        .Set("reloads", Reloads).Set("serves", HasStarted).Set("leaves", IsLeaving).Set("settings", Settings).Set("log", StartupLog).Set("version", Version);

    /// <summary>A worker that the program before this one has left; null when the line names none.</summary>
    public static MasterChild? Carried(CarriedLine line)
    {
        var (pid, channel) = ((int)line.Number("pid"), line.Descriptor("channel"));
        if (pid <= 0 || channel < 0) return null;
        return new MasterChild(ChildProcess.Inherited(pid), new Channel(new RecordSocket(channel)), line.Number("started"))
        {
            Reloads = (int)line.Number("reloads"),
            HasStarted = line.Flag("serves"),
            IsLeaving = line.Flag("leaves"),
            Settings = line.Word("settings"),
            StartupLog = line.Word("log"),
            Version = line.Word("version"),
            IsOfEarlierProgram = true,
        };
    }

    public bool Give(IReadOnlyList<SocketHandle> sockets) => ListenerHandover.Send(_channel, sockets);

    /// <summary>Hands over a stream whose other end talks to an operator.</summary>
    public bool Connect(SocketHandle socket, CommandSeat seat) =>
        _channel.Send(new ProcessRecord(RecordType.CommandConnection, seat.ToByte()), [socket.Descriptor]);

    /// <summary>Gives it what a reader has read, to put it in force.</summary>
    public bool Take(ConfigurationReader reader) => reader.PassTo(_channel);

    /// <summary>Gives it what a reader proposes.</summary>
    public bool TakeProposal(ConfigurationReader reader) => reader.Propose(_channel);

    /// <summary>A configuration was refused before it came to this worker.</summary>
    public void TellRefused(string why) => _ = _channel.Send(new ProcessRecord(RecordType.ReloadRefused, 0, why));

    /// <summary>It serves another configuration now.</summary>
    /// <param name="record">What that was read from; taken over.</param>
    public void KeepRecord(int record)
    {
        if (Record >= 0) _ = Descriptors.Close(Record);
        Record = record;
    }

    /// <summary>What became of a configuration it was given; once, null until it has said so.</summary>
    public ProcessRecord? TakeReloaded()
    {
        var answer = _reloaded;
        _reloaded = null;
        return answer;
    }

    /// <summary>Takes everything the worker has sent.</summary>
    public void ReadChannel()
    {
        while (true)
        {
            var status = _channel.Receive(out var record, out var descriptors);
            _isSilent = status == ChannelStatus.Closed;
            if (status != ChannelStatus.Record) return;
            switch (record.Type)
            {
                case RecordType.Listeners:
                    foreach (var descriptor in descriptors) Sockets.Add(new SocketHandle(descriptor));
                    break;
                // Not from a worker that has met traffic: it says what a process with all rights is to open.
                case RecordType.Configuration when !HasStarted && descriptors.Length == 1:
                    KeepRecord(descriptors[0]);
                    break;
                case RecordType.StartupLog:
                    StartupLog = record.Text;
                    break;
                case RecordType.Reloaded:
                    _reloaded = record;
                    break;
                case RecordType.Started:
                    (HasStarted, Settings) = (true, record.Text);
                    break;
            }
        }
    }

    /// <summary>Another one serves: it finishes what it has begun, and its clients hear with their next answer that the connection ends.</summary>
    public void MakeWay()
    {
        IsLeaving = true;
        if (!_channel.Send(new ProcessRecord(RecordType.Stop, 2))) _ = _child.Signal(Signal.SIGUSR1);
    }

    /// <summary>Why it was ended before its time, to be said with its end; empty when it was not.</summary>
    public string EndReason { get; private set; } = "";

    /// <summary>It has outlived more reloads than it may (`mworker-max-reloads`).</summary>
    public void Outlive(int most)
    {
        EndReason = $", as it exceeds max reloads ({most})";
        Leave(Signal.SIGTERM);
    }

    public void Leave(int signal)
    {
        IsLeaving = true;
        _ = _child.Signal(signal);
    }

    public void PassOn(int signal) => _ = _child.Signal(signal);

    public bool TryReap(out ExitStatus status)
    {
        if (!_child.TryReap(out status)) return false;
        // Its last words may still wait in the channel.
        ReadChannel();
        KeepRecord(-1);
        _child.Dispose();
        _channel.Dispose();
        _isSilent = true;
        return true;
    }
}
