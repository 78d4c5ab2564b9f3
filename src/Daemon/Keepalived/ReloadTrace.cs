using Evenkeel.Daemon.Machine;
using Evenkeel.Linux;
using Evenkeel.Model.Vrrp;
using Evenkeel.Vrrp.Worker;

namespace Evenkeel.Daemon.Keepalived;

/// <summary>What one reload leaves in files: `reload_file` while the configuration is read, and in `config_save_dir` the text that was read and the state
/// before and after.</summary>
internal sealed class ReloadTrace(GlobalDefinitionsModel global, string configurationFile, int number, KeepalivedLog log)
{
    private const string DefaultReloadFile = "/run/keepalived.reload";

    private string? Marker => global.ReloadFile is { Length: 0 } ? DefaultReloadFile : global.ReloadFile;

    /// <summary>Whoever changes the files sees that they are being read: a marker of his own becomes empty.</summary>
    public void Begin(VrrpWorker worker)
    {
        if (Marker is { } marker) Write(marker, "");
        SaveState(worker, "pre");
    }

    public void FilesRead()
    {
        if (Marker is { } marker) Processes.PidFile.Remove(marker);
        if (global.ConfigurationSaveDirectory is not { } folder) return;
        try
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText($"{folder}/{Path.GetFileName(configurationFile)}.{Environment.ProcessId}.{number}", File.ReadAllText(configurationFile));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            log.Error($"cannot keep a copy of {configurationFile} in {folder}: {FileTrouble.OfWriting(failure, folder)}");
        }
    }

    public void End(VrrpWorker worker) => SaveState(worker, "post");

    private void SaveState(VrrpWorker worker, string when)
    {
        if (global.ConfigurationSaveDirectory is not { } folder) return;
        if (worker.Dump(DumpKind.State, Clocks.RealtimeNs() / 1_000) is { } text)
            Write($"{folder}/keepalived_vrrp.{Environment.ProcessId}.{number}.{when}", text);
    }

    private void Write(string path, string text)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            File.WriteAllText(path, text);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            log.Error($"cannot write {path}: {FileTrouble.OfWriting(failure, path)}");
        }
    }
}
