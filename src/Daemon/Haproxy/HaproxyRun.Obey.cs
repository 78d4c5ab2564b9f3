using Evenkeel.Daemon.Processes;
using Evenkeel.Linux.Processes;
using Evenkeel.Linux.Sockets;

namespace Evenkeel.Daemon.Haproxy;

/// <content>The life after the start: signals (management.txt 4), `grace`, `hard-stop-after`, and what a master passes on.</content>
public sealed partial class HaproxyRun
{
    /// <summary>How often a soft stop looks whether the last stream has ended.</summary>
    private const int DrainLookMs = 20;

    private bool _stopping;
    private bool _draining;
    private bool _hasSuccessor;
    private long _drainAtMs;
    private long _hardStopAtMs = long.MaxValue;

    private int Obey(SignalSource signals, Channel? master)
    {
        Span<bool> ready = stackalloc bool[2];
        while (!(_draining && _host.Plane.IsDrained))
        {
            Poll.Wait([signals.Descriptor, master?.Descriptor ?? -1], ready, _stopping ? DrainLookMs : _host.TidiesWithinMs(Environment.TickCount64));
            _host.Tidy(Environment.TickCount64);
            while (signals.TryTake(out var signal))
                if (!Obey(signal)) return EndBy(signal);
            // A worker without its master could never be stopped or replaced.
            if (ready[1] && !ReadMaster(master!)) return EndBy(Signal.SIGTERM);
            if (_stopping) GoOnStopping(Environment.TickCount64);
            if (Environment.TickCount64 < _hardStopAtMs) continue;
            _host.SayHardStop();
            break;
        }
        _host.HardStop();
        return 0;
    }

    /// <returns>False when the signal ends the process at once.</returns>
    private bool Obey(int signal)
    {
        switch (signal)
        {
            case Signal.SIGTERM or Signal.SIGINT:
                return false;
            case Signal.SIGUSR1 when !_stopping:
                BeginStopping(Environment.TickCount64);
                break;
            case Signal.SIGTTOU:
                _host.Pause();
                break;
            case Signal.SIGTTIN:
                _host.Resume();
                break;
            case Signal.SIGHUP:
                _host.SayServers();
                break;
        }
        return true;
    }

    private int EndBy(int signal)
    {
        _host.HardStop();
        Signal.DieOf(signal);
        return 128 + signal;
    }

    private void BeginStopping(long nowMs)
    {
        _stopping = true;
        _host.AnnounceStop();
        _drainAtMs = nowMs + _host.Model.Global.GraceMs;
        if (_host.Model.Global.HardStopAfterMs is { } afterMs) _hardStopAtMs = _drainAtMs + afterMs;
        GoOnStopping(nowMs);
    }

    private void GoOnStopping(long nowMs)
    {
        if (_draining || nowMs < _drainAtMs) return;
        _draining = true;
        _host.SoftStop(_hasSuccessor);
    }

    /// <returns>False when the master is gone.</returns>
    private bool ReadMaster(Channel master)
    {
        while (true)
        {
            var status = master.Receive(out var record, out var descriptors);
            if (status != ChannelStatus.Record) return status == ChannelStatus.Empty;
            if (!_stopping && _intake!.Takes(record, descriptors)) continue;
            if (record.Type == RecordType.Stop && !_stopping)
            {
                _hasSuccessor = true;
                BeginStopping(Environment.TickCount64);
            }
            var adopted = record.Type == RecordType.CommandConnection ? 1 : 0;
            if (adopted == 1 && descriptors.Length > 0) _host.AdoptCommands(new SocketHandle(descriptors[0]), CommandSeat.FromByte(record.Value));
            for (var i = adopted; i < descriptors.Length; i++) _ = Descriptors.Close(descriptors[i]);
        }
    }
}
