using System.Net;
using Evenkeel.Daemon.Processes;
using Evenkeel.Daemon.Serving;
using Evenkeel.Linux.Processes;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Daemon.Haproxy;

/// <summary>One running haproxy: start in the original's order, then signals until the end.</summary>
public sealed class HaproxyRun(ConfigurationModel model, HaproxyCommandLine line, Invocation invocation, HaproxyConsole console)
{
    /// <summary>How often a soft stop looks whether the last stream has ended.</summary>
    private const int DrainLookMs = 20;

    private static readonly HashSet<IPAddress> NoVirtualAddresses = [];

    /// <param name="seat">Set in the background half of `-D`: told when all is well.</param>
    public int Run(WorkerSeat? seat)
    {
        ProcessRights.SetName("haproxy");
        using var signals = new SignalSource(Signal.SIGTERM, Signal.SIGINT, Signal.SIGUSR1, Signal.SIGUSR2, Signal.SIGHUP, Signal.SIGQUIT,
            Signal.SIGTTIN, Signal.SIGTTOU);
        var host = new ProxyHost(model, line, console);
        if (!host.Open(NoVirtualAddresses)) return 1;
        if (!host.HasListeners) return Refuse("No enabled listener found (check for 'bind' directives) ! Exiting.");

        var pidFile = line.PidFile ?? model.Global.PidFile;
        if (seat is not null && pidFile is not null && PidFile.Write(pidFile, Environment.ProcessId) is { } problem)
            return Refuse($"Cannot create pidfile {pidFile}: {problem}.");
        WarnOfRoot();
        if (host.DropRights() is { } refused) return Refuse(refused);
        host.Start();
        if (seat is not null) Daemonizer.Detach(seat);
        ReplaceOldProcesses();
        Obey(signals, host);
        return 0;
    }

    private int Refuse(string text)
    {
        console.Alert($"[{invocation.Path}.main()] {text}");
        return 1;
    }

    private void WarnOfRoot()
    {
        if (!ProcessRights.IsRoot) return;
        if (model.Global.Chroot is null)
            console.Warning("started as root without 'chroot': an intruder would see all files; name an empty directory, or '/' if this is meant.");
        if (model.Global.UserId is null)
            console.Warning("started as root without 'user': the process keeps all its rights; name an unprivileged user, or 'root' if this is meant.");
    }

    /// <summary>`-sf` and `-st`: this process serves, so the old ones may go.</summary>
    private void ReplaceOldProcesses()
    {
        foreach (var pid in line.OldProcesses) _ = Signal.Send(pid, line.TerminateOldProcesses ? Signal.SIGTERM : Signal.SIGUSR1);
    }

    /// <summary>Waits for signals until one of them ends the process.</summary>
    private void Obey(SignalSource signals, ProxyHost host)
    {
        long? hardStopAtMs = null;
        var stopping = false;
        Span<bool> ready = stackalloc bool[1];
        while (!(stopping && host.Plane.IsDrained))
        {
            Poll.Wait([signals.Descriptor], ready, stopping ? DrainLookMs : -1);
            while (signals.TryTake(out var signal))
            {
                switch (signal)
                {
                    case Signal.SIGTERM or Signal.SIGINT:
                        host.HardStop();
                        return;
                    case Signal.SIGUSR1 when !stopping:
                        stopping = true;
                        hardStopAtMs = model.Global.HardStopAfterMs is { } afterMs ? Environment.TickCount64 + afterMs : null;
                        host.SoftStop();
                        break;
                    case Signal.SIGTTOU:
                        host.Pause();
                        break;
                    case Signal.SIGTTIN:
                        host.Resume();
                        break;
                    case Signal.SIGHUP:
                        ServerDump.Say(host.Proxies, console);
                        break;
                }
            }
            if (hardStopAtMs is { } limitMs && Environment.TickCount64 >= limitMs) break;
        }
        SayStopped(host);
        host.HardStop();
    }

    private void SayStopped(ProxyHost host)
    {
        foreach (var frontend in host.Proxies.Frontends)
            console.Warning($"Proxy {frontend.Name} stopped (cumulated conns: FE: {frontend.Traffic.Counters().Connections}, BE: 0).");
    }
}
