using Evenkeel.Control.Status;
using Evenkeel.Daemon.Processes;
using Evenkeel.Linux;
using Evenkeel.Linux.Processes;
using Evenkeel.Model.Vrrp;
using Evenkeel.Vrrp.Router;
using Evenkeel.Vrrp.Status;
using Evenkeel.Vrrp.Tracking;
using Evenkeel.Vrrp.Worker;

namespace Evenkeel.Daemon.Keepalived;

/// <summary>
/// The address worker's process: reads keepalived.conf, runs the routers on its one thread and obeys the supervisor's records:
/// supervisor -> channel -> <b>AddressPlane</b> -> VrrpWorker.
/// </summary>
/// <remarks>Signals TERM and INT of a terminal or an init system reach the whole group; here they are ignored, since the order of a stop is the
/// supervisor's. Its death shows on the channel, and then the addresses are given up cleanly.</remarks>
public sealed class AddressPlane(WorkerSeat seat, KeepalivedConfiguration configuration, KeepalivedLog log)
{
    private VrrpWorker? _worker;

    /// <summary>Set when a proxy stands beside this worker: nothing is claimed before it is ready.</summary>
    public bool FollowsProxy { get; init; }

    /// <summary>False: addresses stay when the worker stops (`--dont-release-vrrp`).</summary>
    public bool ReleasesOnStop { get; init; } = true;

    /// <summary>True lets go of the terminal once the start is done; until then it shows what goes wrong.</summary>
    public bool IsDaemon { get; init; }

    /// <summary>`--umask`; null when the file may set one.</summary>
    public int? FileModeMask { get; init; }

    public int Run()
    {
        ProcessRights.Ignore(Signal.SIGTERM, Signal.SIGINT, Signal.SIGHUP);
        ProcessRights.Ignore(KeepalivedBanner.IgnoredSignals);
        var result = configuration.Read(log);
        foreach (var warning in result.StartWarnings) log.Notice(warning);
        foreach (var refusal in result.StartRefusals) log.Error(refusal);
        if (result.Model is not { } model || !result.StartRefusals.IsEmpty) return Fail(KeepalivedExit.Configuration, "");

        // Scripts are told the last word while the worker stops; their FIFOs go after it.
        ProcessTuning.Apply(model.Global, FileModeMask, log);
        using var scripts = new ScriptSurroundings(log);
        var options = new VrrpWorkerOptions
        {
            Log = log,
            Trackers = scripts,
            Observers = [scripts],
            InitialReadiness = FollowsProxy ? ProxyReadiness.Starting : ProxyReadiness.NotUsed,
            ReleaseOnStop = ReleasesOnStop,
        };
        using var worker = VrrpWorker.Create(model, options, out var created);
        if (worker is null) return Fail(KeepalivedExit.NoPermission, $"cannot open the sockets of VRRP ({ErrnoText.Of(created.Errno)}): {NeededRights}");
        _worker = worker;
        var started = worker.Start();
        if (started == VrrpStart.NotPermitted) return Fail(KeepalivedExit.NoPermission, $"cannot use the network as VRRP needs it: {NeededRights}");
        if (started == VrrpStart.MissingInterface) return Fail(KeepalivedExit.Configuration, "an interface of the configuration does not exist");

        worker.Loop.Watch(seat.Channel.Descriptor, ReadChannel);
        ProcessTuning.RaiseWhenLate(worker, model.Global, log);
        _ = seat.Channel.Send(new ProcessRecord(RecordType.Started));
        log.Notice("Startup complete");
        if (IsDaemon) _ = Descriptors.SilenceStandard();
        // Texts and drafts of the file are garbage now, and the loop makes too little for it ever to be collected.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        worker.Run();
        log.Notice("Stopped");
        return 0;
    }

    private const string NeededRights = "run it as root, or with CAP_NET_ADMIN and CAP_NET_RAW";

    private int Fail(int exitCode, string text)
    {
        _ = seat.Channel.Send(new ProcessRecord(RecordType.Failed, (byte)exitCode, text));
        return exitCode;
    }

    private void ReadChannel()
    {
        while (true)
        {
            var status = seat.Channel.Receive(out var record);
            if (status == ChannelStatus.Empty) return;
            if (status == ChannelStatus.Closed)
            {
                // The supervisor is gone, and with it whoever could decide: the addresses are given up in order.
                _worker!.Loop.Unwatch(seat.Channel.Descriptor);
                _worker.RequestStop();
                return;
            }
            Obey(record);
        }
    }

    private void Obey(ProcessRecord record)
    {
        switch (record.Type)
        {
            case RecordType.Stop:
                log.Notice("Stopping");
                _worker!.RequestStop();
                break;
            case RecordType.Readiness:
                // Not ready before it was ever ready is a start; afterwards it is a failure.
                _worker!.SetProxyReadiness(record.Value == 1 ? ProxyReadiness.Ready : _wasReady ? ProxyReadiness.Unready : ProxyReadiness.Starting);
                _wasReady |= record.Value == 1;
                break;
            case RecordType.MakePlace when _worker!.HoldsAddresses:
                _ = seat.Channel.Send(new ProcessRecord(RecordType.Stays, 0, "it holds an address"));
                break;
            case RecordType.MakePlace:
                log.Notice("Making place for another program");
                _worker.RequestStop();
                break;
            case RecordType.Reload:
                ProcessTuning.WithoutLimit(_worker!.Running.Global, Reload);
                break;
            case RecordType.Dump:
                new DumpFiles(_worker!.Running.Global, _worker.Running.InstanceName, log).Answer(record.Value, _worker);
                break;
            case RecordType.StatusRequest:
                AnswerStatus(record);
                break;
        }
    }

    private void AnswerStatus(ProcessRecord record)
    {
        var blank = record.Text.IndexOf(' ', StringComparison.Ordinal);
        var number = blank < 0 ? record.Text : record.Text[..blank];
        var state = record.Value switch
        {
            2 => EventText.Of(_worker!.Snapshot(), Clocks.RealtimeNs() / 1_000),
            3 => Plan(record.Text[(blank + 1)..]),
            1 => AddressStatusText.Json(_worker!.Snapshot()),
            _ => AddressStatusText.Text(_worker!.Snapshot()),
        };
        for (var at = 0; at == 0 || at < state.Length; at += LongestPart)
        {
            var part = state.AsSpan(at, Math.Min(LongestPart, state.Length - at));
            _ = seat.Channel.Send(new ProcessRecord(RecordType.StatusReply, at + LongestPart < state.Length ? (byte)1 : (byte)0, $"{number} {part}"));
        }
    }

    /// <summary>Characters of an answer in one record: three bytes each still fit.</summary>
    private const int LongestPart = 20_000;

    /// <summary>Reads the other file as a reload would, and says what is wrong with it first.</summary>
    private string Plan(string file)
    {
        var other = configuration with { File = file };
        if (other.IsMissing) return $"{file} does not exist\n";
        var problems = new System.Text.StringBuilder();
        var result = other.Test(problem => problems.Append(problem).Append('\n'));
        foreach (var refusal in result.StartRefusals) problems.Append("a reload would refuse it: ").Append(refusal).Append('\n');
        return result is { Model: { } model, StartRefusals.IsEmpty: true } ? problems + _worker!.Plan(model) : problems.ToString();
    }

    private bool _wasReady;
    private int _reloads;

    private void Reload()
    {
        log.Notice("Reloading");
        if (configuration.Obstacle is { } obstacle)
        {
            log.Error(obstacle);
            _ = seat.Channel.Send(new ProcessRecord(RecordType.Reloaded, 0, obstacle));
            return;
        }
        if (ReloadCheck.Refusal(_worker!.Running.Global, configuration, log) is { } refusal)
        {
            _ = seat.Channel.Send(new ProcessRecord(RecordType.Reloaded, 0, refusal));
            return;
        }
        var saved = new ReloadTrace(_worker!.Running.Global, configuration.File, ++_reloads, log);
        saved.Begin(_worker);
        var result = configuration.Read(log);
        saved.FilesRead();
        var outcome = result is { Model: not null, StartRefusals.IsEmpty: true } ? "" : string.Join("; ", ["it cannot be run", .. result.StartRefusals]);
        if (outcome.Length == 0)
        {
            _worker.Reload(result.Model!);
            saved.End(_worker);
        }
        _ = seat.Channel.Send(new ProcessRecord(RecordType.Reloaded, outcome.Length == 0 ? (byte)1 : (byte)0, outcome));
    }
}
