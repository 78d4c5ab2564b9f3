using Evenkeel.Daemon.Machine;
using Evenkeel.Linux.Processes;
using Evenkeel.Linux;
using Evenkeel.Model.Vrrp;
using Evenkeel.Vrrp.Worker;

namespace Evenkeel.Daemon.Keepalived;

/// <summary>
/// The files that signals ask for: `keepalived.data` and its like for SIGUSR1, `keepalived.stats` for SIGUSR2, `keepalived.json`. Exporters and people read
/// them at the original's places.
/// </summary>
/// <remarks>Readable for the owner only. Each is written beside its place and moved there, so that nobody reads half of one and no link in a folder that
/// everybody may write to leads elsewhere.</remarks>
public sealed class DumpFiles(GlobalDefinitionsModel global, string? instance, KeepalivedLog log)
{
    private const string DefaultFolder = "/tmp/";

    /// <summary>Owner only (0177).</summary>
    private const uint PrivateMask = 0x7F;

    /// <summary>Does what a signal asks for.</summary>
    public void Answer(int signal, VrrpWorker worker)
    {
        var pid = Environment.ProcessId;
        switch (signal)
        {
            case Signal.SIGUSR1:
                log.Notice($"Printing VRRP data for process({pid}) on signal");
                Write(worker, DumpKind.State, global.StateFileLocation, "keepalived", "", ".data");
                Write(worker, DumpKind.BfdState, global.StateFileLocation, "keepalived", "_bfd", ".data");
                Write(worker, DumpKind.Global, global.StateFileLocation, "keepalived", "_parent", ".data");
                break;
            case Signal.SIGUSR2:
                log.Notice($"Printing VRRP stats for process({pid}) on signal");
                Write(worker, DumpKind.Statistics, global.StatsFileLocation, "keepalived", "", ".stats");
                break;
            case KeepalivedBanner.JsonSignal:
                log.Notice($"Printing VRRP as json for process({pid}) on signal");
                Write(worker, DumpKind.Json, global.JsonFileLocation, "keepalived", "", ".json");
                break;
            case KeepalivedBanner.ClearSignal:
                worker.ClearStatistics();
                break;
        }
    }

    /// <summary>A location that ends in `/` is a folder, another one the name itself.</summary>
    internal string PathOf(string? location, string name, string part, string extension)
    {
        var own = global.DataUseInstance && instance is not null ? $"{name}_{instance}" : name;
        if (location is null || location.EndsWith('/')) return $"{location ?? DefaultFolder}{own}{part}{extension}";
        var dot = location.LastIndexOf('.');
        return part.Length == 0 ? location : dot > location.LastIndexOf('/') ? $"{location[..dot]}{part}{location[dot..]}" : location + part;
    }

    private void Write(VrrpWorker worker, DumpKind kind, string? location, string name, string part, string extension)
    {
        if (worker.Dump(kind, Clocks.RealtimeNs() / 1_000) is not { } text) return;
        var path = PathOf(location, name, part, extension);
        var temporary = $"{path}.{Environment.ProcessId}";
        var mask = ProcessRights.SetFileModeMask(PrivateMask);
        try
        {
            File.Delete(temporary);
            using (var file = new StreamWriter(new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))) file.Write(text);
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Processes.PidFile.Remove(temporary);
            log.Error($"cannot write {path}: {FileTrouble.OfWriting(failure, path)}");
        }
        finally
        {
            _ = ProcessRights.SetFileModeMask(mask);
        }
    }
}
