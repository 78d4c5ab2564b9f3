using System.Text;
using System.Text.Json;

namespace Evenkeel.Daemon.Processes;

/// <summary>Puts the workers' answers and what the supervisor itself knows into one answer for `evenkeel status`.</summary>
public static class StatusText
{
    public static string Compose(IReadOnlyList<WorkerProcess> workers, IReadOnlyDictionary<string, string> answers, bool json, long nowMs) =>
        json ? Json(workers, answers, nowMs) : Text(workers, answers);

    private static string Text(IReadOnlyList<WorkerProcess> workers, IReadOnlyDictionary<string, string> answers)
    {
        var text = new StringBuilder();
        foreach (var worker in workers)
        {
            var state = answers.TryGetValue(worker.Role, out var answer) ? answer : worker.IsRunning ? "does not answer\n" : "is not running\n";
            text.Append(TitleOf(worker.Role)).Append(" (").Append(worker.IsRunning ? $"pid {worker.Pid}" : "no process");
            if (worker.Restarts > 0) text.Append(", started again ").Append(worker.Restarts).Append(" times");
            text.Append(")\n");
            foreach (var line in state.TrimEnd('\n').Split('\n')) text.Append("  ").Append(line).Append('\n');
        }
        return text.ToString();
    }

    private static string Json(IReadOnlyList<WorkerProcess> workers, IReadOnlyDictionary<string, string> answers, long nowMs)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            writer.WriteStartObject();
            foreach (var worker in workers)
            {
                writer.WriteStartObject(worker.Role);
                writer.WriteBoolean("running", worker.IsRunning);
                writer.WriteNumber("pid", worker.Pid);
                writer.WriteNumber("restarts", worker.Restarts);
                if (worker.LastHeartbeat is not null) writer.WriteNumber("heartbeat_age_ms", nowMs - worker.LastHeartbeatMs);
                if (answers.TryGetValue(worker.Role, out var answer) && answer.Length > 0)
                {
                    writer.WritePropertyName("state");
                    writer.WriteRawValue(answer);
                }
                writer.WriteEndObject();
            }
            writer.WriteEndObject();
        }
        return Encoding.UTF8.GetString(bytes.ToArray()) + "\n";
    }

    private static string TitleOf(string role) => role == WorkerSeat.AddressRole ? "addresses" : role;
}
