using System.Globalization;
using System.Text;
using Evenkeel.Model.Process;

namespace Evenkeel.Daemon.MasterWorker;

/// <summary>`show proc` (management.txt 9.4.1): the master, the workers of the newest configuration, and those before them.</summary>
internal static class ProcessList
{
    private const int Width = 15;

    public static string Text(Master master, bool withDescriptors)
    {
        var text = new StringBuilder();
        Append(text, withDescriptors, "#<PID>", "<type>", "<reloads>", "<uptime>", "<version>", "\t\t <ipc_fd[0]>    ", "<ipc_fd[1]>");
        var reloads = string.Create(CultureInfo.InvariantCulture, $"{master.Reloads} [failed: {master.FailedReloads}]");
        Append(text, withDescriptors, Number(Environment.ProcessId), "master", reloads, Uptime(master.UptimeMs), ProductVersion.Haproxy, "\t\t -1", "-1");
        text.Append("# workers\n");
        AppendWorkers(text, withDescriptors, master.Workers.Where(static worker => worker.Reloads == 0));
        var old = master.Workers.Where(static worker => worker.Reloads > 0).ToList();
        if (old.Count > 0) text.Append("# old workers\n");
        AppendWorkers(text, withDescriptors, old);
        return text.ToString();
    }

    private static void AppendWorkers(StringBuilder text, bool withDescriptors, IEnumerable<MasterChild> workers)
    {
        foreach (var worker in workers)
        {
            var uptime = Uptime(Environment.TickCount64 - worker.StartedAtMs);
            Append(text, withDescriptors, Number(worker.Pid), "worker", Number(worker.Reloads), uptime, worker.Version,
                $"\t\t {worker.ChannelDescriptor}", "-1");
        }
    }

    private static void Append(StringBuilder text, bool withDescriptors, params ReadOnlySpan<string> columns)
    {
        for (var i = 0; i < columns.Length - 2; i++) text.Append(i > 0 ? " " : "").Append(columns[i].PadRight(Width));
        if (withDescriptors) text.Append(columns[^2].PadRight(Width + 3)).Append(' ').Append(columns[^1].PadRight(Width));
        text.Append('\n');
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Uptime(long ms)
    {
        var up = TimeSpan.FromMilliseconds(ms);
        return string.Create(CultureInfo.InvariantCulture, $"{up.Days}d{up.Hours:00}h{up.Minutes:00}m{up.Seconds:00}s");
    }
}
