using System.Diagnostics;
using System.Globalization;

namespace Evenkeel.Lab.Probe.Outage;

/// <summary>A keepalived that runs, ours or the original, and what can be done to its processes.</summary>
internal sealed class Daemon(Process process, string folder) : IDisposable
{
    public string LogTail => string.Join('\n', File.ReadLines($"{folder}/log").TakeLast(25));

    public void Reload(string configuration)
    {
        File.WriteAllText($"{folder}/keepalived.conf", configuration);
        Signal("HUP");
    }

    public void Signal(string name) => Shell($"kill -{name} {process.Id}");

    /// <summary>SIGKILL of the process that speaks VRRP, alone.</summary>
    public void KillWorker() => Shell($"kill -KILL $(cat {folder}/vrrp.pid)");

    /// <summary>SIGKILL of everything, in an order in which nobody can say goodbye for another.</summary>
    public void KillAll() => Shell($"kill -STOP {process.Id}; kill -KILL {string.Join(' ', Below(process.Id))}; kill -KILL {process.Id}");

    public void Freeze() => Shell($"kill -STOP {process.Id} {string.Join(' ', Below(process.Id))}");

    public void Thaw() => Shell($"kill -CONT {process.Id} {string.Join(' ', Below(process.Id))}");

    /// <summary>In order if it can, else at once.</summary>
    public void Dispose()
    {
        if (!process.HasExited)
        {
            Thaw();
            Signal("TERM");
            if (!process.WaitForExit(5_000)) KillAll();
            process.WaitForExit();
        }
        process.Dispose();
    }

    private static IEnumerable<int> Below(int parent)
    {
        string file = $"/proc/{parent}/task/{parent}/children";
        if (!File.Exists(file)) return [];
        var children = File.ReadAllText(file).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => int.Parse(word, CultureInfo.InvariantCulture));
        return children.SelectMany(child => Below(child).Append(child)).ToList();
    }

    private static void Shell(string command)
    {
        using var shell = Process.Start(new ProcessStartInfo("bash", ["-c", command]) { RedirectStandardError = true })!;
        shell.StandardError.ReadToEnd();
        shell.WaitForExit();
    }
}
