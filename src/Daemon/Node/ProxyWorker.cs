using System.Net;
using Evenkeel.Control.Status;
using Evenkeel.Daemon.Haproxy;
using Evenkeel.Daemon.Keepalived;
using Evenkeel.Daemon.Machine;
using Evenkeel.Daemon.Processes;
using Evenkeel.Daemon.Serving;
using Evenkeel.Linux.Files;
using Evenkeel.Linux.Processes;
using Evenkeel.Model;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Daemon.Node;

/// <summary>
/// The proxy of `evenkeel run`: supervisor -> channel -> <b>ProxyWorker</b> -> ProxyHost. It says ten times a second whether it serves, which takes that every
/// event loop answered, and every server has been probed once.
/// </summary>
/// <remarks>Signals TERM and INT reach the whole group; here they are ignored, since the order of a stop is the supervisor's.</remarks>
public sealed class ProxyWorker(WorkerSeat seat, NodeCommandLine line)
{
    private const int HeartbeatMs = 100;

    /// <summary>How often a soft stop looks whether the last stream has ended.</summary>
    private const int DrainLookMs = 20;

    private readonly HaproxyConsole _console = new(Environment.ProcessId, Invocation.OwnExecutable, quiet: false, StandardStream.Write);
    private ProxyHost _host = null!;
    private LoopPulse[] _pulses = [];
    private ConfigurationIntake _intake = null!;
    private bool _stopping;
    private long _hardStopAtMs = long.MaxValue;

    public static int Run(WorkerSeat seat, NodeCommandLine line)
    {
        ProcessRights.SetName("evenkeel-proxy");
        ProcessRights.Ignore(Signal.SIGTERM, Signal.SIGINT, Signal.SIGHUP);
        return new ProxyWorker(seat, line).Run();
    }

    private int Run()
    {
        RecordingWorld? world = new(new ThisMachine());
        if (Load(world) is not { } model) return Fail("the configuration is refused");
        _host = new ProxyHost(model, new HaproxyCommandLine { Files = line.ProxyFiles }, _console);
        var inherited = new InheritedListeners(ListenerHandover.Receive(seat.Channel));
        var sockets = new ListeningSockets(VirtualAddresses(), inherited);
        if (!_host.Open(sockets)) return Fail("not every listener could be opened");
        sockets.ListenAgain();
        inherited.CloseRest();
        if (_host.DropRights() is { } refused) return Fail(refused);
        _host.Start(isAwaited: true);
        _intake = new ConfigurationIntake(_host, seat.Channel);
        _ = ListenerHandover.Send(seat.Channel, _host.Sockets);
        SendRecord(world);
        world = null;
        _host.TidyAfterStart(Environment.TickCount64);
        _pulses = [.. _host.Plane.Workers.Select(worker => new LoopPulse(worker.Loop))];
        _ = seat.Channel.Send(new ProcessRecord(RecordType.Started));
        Obey();
        _host.HardStop();
        return 0;
    }

    /// <summary>What this process was told by the machine: with it the next reload reads only what has changed.</summary>
    private void SendRecord(RecordingWorld world)
    {
        if (line.IsDemo || !world.Record.ToFile(out var record).IsOk) return;
        using (record) _ = seat.Channel.Send(new ProcessRecord(RecordType.Configuration), [record!.Descriptor]);
    }

    private ConfigurationModel? Load(IWorld world)
    {
        if (!line.IsDemo) return HaproxyConfiguration.Load(new HaproxyCommandLine { Files = line.ProxyFiles }, _console, world);
        using var file = Demonstration.OpenConfiguration();
        return HaproxyConfiguration.Load(new HaproxyCommandLine { Files = [file.Path] }, _console);
    }

    /// <summary>What keepalived.conf will bring to this node: it may be bound before it is here.</summary>
    private HashSet<IPAddress> VirtualAddresses()
    {
        if (line.AddressFile is not { } path) return [];
        return NodeReader.AddressesOf(new KeepalivedConfiguration(path, null).Test(static _ => { }).Model);
    }

    private int Fail(string text)
    {
        _ = seat.Channel.Send(new ProcessRecord(RecordType.Failed, 1, text));
        return 1;
    }

    /// <summary>Heartbeats out, records in, until the end has been asked for or the supervisor is gone.</summary>
    private void Obey()
    {
        Span<bool> ready = stackalloc bool[1];
        long nextBeatMs = 0;
        while (!(_stopping && _host.Plane.IsDrained))
        {
            var nowMs = Environment.TickCount64;
            if (nowMs >= _hardStopAtMs)
            {
                _host.SayHardStop();
                return;
            }
            _host.Tidy(nowMs);
            if (nowMs >= nextBeatMs)
            {
                nextBeatMs = nowMs + HeartbeatMs;
                Beat(nowMs);
            }
            Poll.Wait([seat.Channel.Descriptor], ready, _stopping ? DrainLookMs : (int)(nextBeatMs - nowMs));
            if (ready[0] && !ReadChannel()) return;
        }
    }

    private void Beat(long nowMs)
    {
        var reason = Unfitness(nowMs);
        foreach (var pulse in _pulses) pulse.Ask();
        _ = seat.Channel.Send(new ProcessRecord(RecordType.Heartbeat, reason.Length == 0 ? (byte)1 : (byte)0, reason));
    }

    /// <summary>Why this node should not hold the address; empty when it may.</summary>
    private string Unfitness(long nowMs)
    {
        if (_stopping) return "it is stopping";
        foreach (var pulse in _pulses)
            if (pulse.IsLate(nowMs)) return "a worker thread does not answer";
        return _host.IsChecked ? "" : "the first health checks are not done";
    }

    /// <returns>False when everything is to end at once.</returns>
    private bool ReadChannel()
    {
        while (true)
        {
            switch (seat.Channel.Receive(out var record, out var descriptors))
            {
                case ChannelStatus.Empty: return true;
                case ChannelStatus.Closed: return false;
            }
            if (!_stopping && _intake.Takes(record, descriptors)) continue;
            foreach (var stray in descriptors) _ = Descriptors.Close(stray);
            switch (record.Type)
            {
                case RecordType.Stop when record.Value == 0: return false;
                case RecordType.Stop:
                    _stopping = true;
                    if (_host.Model.Global.HardStopAfterMs is { } afterMs) _hardStopAtMs = Environment.TickCount64 + afterMs;
                    _host.SoftStop(hasSuccessor: record.Value == 2);
                    break;
                case RecordType.Drain:
                    _host.Plane.TurnAway(record.Value == 1);
                    break;
                case RecordType.StatusRequest:
                    var state = record.Value == 1 ? ProxyStatusText.Json(_host.Proxies) : ProxyStatusText.Text(_host.Proxies, Environment.TickCount64);
                    _ = seat.Channel.Send(new ProcessRecord(RecordType.StatusReply, 0, $"{record.Text} {state}"));
                    break;
            }
        }
    }
}
