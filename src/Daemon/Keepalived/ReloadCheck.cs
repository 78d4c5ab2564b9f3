using Evenkeel.Config.Keepalived;
using Evenkeel.Daemon.Machine;
using Evenkeel.Model.Vrrp;

namespace Evenkeel.Daemon.Keepalived;

/// <summary>`reload_check_config`: a reload takes only what `-t` finds nothing wrong with.</summary>
internal static class ReloadCheck
{
    /// <returns>Why the file is not to be loaded; null when it may be, or when the configuration in force does not ask.</returns>
    public static string? Refusal(GlobalDefinitionsModel running, KeepalivedConfiguration configuration, KeepalivedLog log)
    {
        if (!running.ReloadCheckConfiguration) return null;
        log.Notice("validate conf before Reload");
        var complaints = new List<string>();
        var status = configuration.Test(complaints.Add).ExitCode;
        if (running.ReloadCheckLog is { } path) Write(path, complaints, log);
        if (status == KeepalivedResult.ExitOk) return null;
        if (running.ReloadCheckLog is not null) log.Error($"New config failed validation, see {running.ReloadCheckLog} for details");
        else foreach (var complaint in complaints) log.Error(complaint);
        return complaints.FirstOrDefault() ?? "it has errors (keepalived -t)";
    }

    private static void Write(string path, List<string> complaints, KeepalivedLog log)
    {
        try
        {
            File.WriteAllLines(path, complaints);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            log.Error($"cannot write {path}: {FileTrouble.OfWriting(failure, path)}");
        }
    }
}
