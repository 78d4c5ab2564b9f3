using Evenkeel.Model.Vrrp;

namespace Evenkeel.Daemon.Keepalived;

/// <summary>Where the pids of a keepalived stand: as the command line says, else by the rules of keepalived.conf(5) instance and use_pid_dir.</summary>
internal sealed record PidFilePlaces(string Main, string Vrrp)
{
    private const string Root = "/run";
    private const string Folder = "/run/keepalived";

    public static PidFilePlaces Of(KeepalivedCommandLine line, KeepalivedModel model)
    {
        var isPrivate = model.UsePidDirectory || model.InstanceName is not null || model.Global.NetworkNamespace is not null;
        var instance = model.InstanceName is { } name ? $"_{name}" : "";
        var places = isPrivate
            ? new PidFilePlaces($"{Folder}/keepalived{instance}.pid", $"{Folder}/vrrp{instance}.pid")
            : new PidFilePlaces($"{Root}/keepalived.pid", $"{Root}/keepalived_vrrp.pid");
        if (isPrivate) MakeFolder();
        return new PidFilePlaces(line.PidFile ?? places.Main, line.VrrpPidFile ?? places.Vrrp);
    }

    /// <summary>When it cannot be made, writing the pid file says so.</summary>
    private static void MakeFolder()
    {
        try
        {
            Directory.CreateDirectory(Folder);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
        }
    }
}
