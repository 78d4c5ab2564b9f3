using System.Globalization;
using System.Text;
using Evenkeel.Linux;
using Evenkeel.Linux.Processes;
using Evenkeel.Linux.Sockets;

namespace Evenkeel.Daemon.Processes;

/// <summary>Tells systemd how the service is (sd_notify(3)): datagrams of `NAME=value` lines to the socket it named. Says nothing when there is none.</summary>
public sealed class ServiceManager
{
    private readonly KernelSocketAddress _address;
    private readonly bool _exists;

    /// <param name="path">$NOTIFY_SOCKET: a path, or `@NAME` for an abstract name.</param>
    public ServiceManager(string? path)
    {
        if (string.IsNullOrEmpty(path)) return;
        _exists = path[0] == '@'
            ? KernelSocketAddress.TryFromAbstractExactly(path[1..], out _address)
            : KernelSocketAddress.TryFromUnix(path, out _address);
    }

    public static ServiceManager OfThisProcess => new(Environment.GetEnvironmentVariable("NOTIFY_SOCKET"));

    /// <summary>How often to say that all is well, milliseconds: half of what the unit's WatchdogSec asks for. Null when it asks another process or
    /// none.</summary>
    public static int? WatchdogPeriodMs
    {
        get
        {
            var pid = Environment.GetEnvironmentVariable("WATCHDOG_PID");
            if (pid is not null && pid != Environment.ProcessId.ToString(CultureInfo.InvariantCulture)) return null;
            var found = long.TryParse(Environment.GetEnvironmentVariable("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out var usec);
            return found && usec > 0 ? (int)Math.Clamp(usec / 2_000, 1, int.MaxValue) : null;
        }
    }

    public void Ready(int mainPid) => Say(string.Create(CultureInfo.InvariantCulture, $"READY=1\nMAINPID={mainPid}\nSTATUS=Ready.\n"));

    /// <summary>systemd wants to know when it began, so that it tells this reload from an earlier one.</summary>
    public void Reloading() =>
        Say(string.Create(CultureInfo.InvariantCulture, $"RELOADING=1\nSTATUS=Reloading Configuration.\nMONOTONIC_USEC={Clocks.MonotonicNs() / 1_000}\n"));

    public void ReloadFailed() => Say("READY=1\nSTATUS=Reload failed!\n");

    public void Stopping() => Say("STOPPING=1");

    public void Alive() => Say("WATCHDOG=1");

    private void Say(string text)
    {
        if (!_exists) return;
        var opened = SocketHandle.Open(KernelSocketAddress.AF_UNIX, SocketKind.Datagram);
        if (opened.IsError) return;
        var socket = new SocketHandle(opened.Value);
        // systemd that does not listen is its own trouble: the service goes on.
        _ = socket.SendTo(Encoding.UTF8.GetBytes(text), _address);
        _ = socket.Close();
    }
}
