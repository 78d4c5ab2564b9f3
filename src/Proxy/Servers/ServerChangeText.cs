using System.Globalization;
using System.Text;
using Evenkeel.Proxy.Servers.Health;

namespace Evenkeel.Proxy.Servers;

/// <summary>The sentences for a change of a server's state; operators and their tools look for them, so each is the original's to the letter.</summary>
internal static class ServerChangeText
{
    /// <param name="WentDown">It reports a loss, which is alarming unless the server was on its way out already.</param>
    public readonly record struct Sentence(string Text, bool WentDown);

    public static IEnumerable<Sentence> Of(ServerChange change)
    {
        var name = $"{(change.Server.Model.Backup ? "Backup " : "")}Server {change.Server.Backend.Name}/{change.Server.Name}";
        var wasInMaintenance = (change.OldAdmin & AdminState.Maintenance) != 0;
        var isInMaintenance = (change.Admin & AdminState.Maintenance) != 0;
        if (wasInMaintenance || isInMaintenance)
        {
            foreach (var sentence in OfMaintenance(change, name, wasInMaintenance, isInMaintenance)) yield return sentence;
        }
        else if (((change.OldAdmin ^ change.Admin) & AdminState.Drain) != 0)
        {
            if (OfDrain(change, name) is { } sentence) yield return sentence;
        }
        else if (change.OldOperating != change.Operating)
        {
            yield return OfOperating(change, name);
        }
    }

    /// <summary>Adds ", reason: ...": the sentence of the status, the code where the protocol has one, the detail, and the time it took.</summary>
    public static void AppendReason(StringBuilder text, CheckOutcome outcome)
    {
        text.Append(", reason: ").Append(CheckStatusText.Description(outcome.Status));
        if (CheckStatusText.HasCode(outcome.Status)) text.Append(CultureInfo.InvariantCulture, $", code: {outcome.Code}");
        if (outcome.Info.Length > 0) text.Append(", info: \"").Append(outcome.Info).Append('"');
        if (outcome.DurationMs >= 0) text.Append(CultureInfo.InvariantCulture, $", check duration: {outcome.DurationMs}ms");
    }

    private static IEnumerable<Sentence> OfMaintenance(ServerChange change, string name, bool wasIn, bool isIn)
    {
        if (!wasIn)
        {
            var via = change.Reason.Length > 0 ? $" ({change.Reason})" : (change.Admin & AdminState.ForcedMaintenance) == 0 ? Via(change) : "";
            yield return change.OldOperating == OperatingState.Stopped
                ? new($"{name} was DOWN and now enters maintenance{via}.", false)
                : new($"{name} is going DOWN for maintenance{via}.{Tail(change)}", true);
            yield break;
        }

        var forced = (change.OldAdmin & AdminState.ForcedMaintenance) != 0 ? "forced " : "";
        if (isIn)
        {
            var left = (change.OldAdmin & ~change.Admin & AdminState.Maintenance) != 0;
            if (left) yield return new($"{name} is leaving {forced}maintenance but remains in maintenance.", false);
            yield break;
        }

        var draining = (change.Admin & AdminState.Drain) != 0;
        var up = change.Operating == OperatingState.Stopped ? "DOWN" : "UP";
        if (change.Cause == ChangeCause.Resolution)
        {
            yield return new($"{name} ('{change.Server.HostName}') is {up}/{(draining ? "DRAIN" : "READY")} (resolves again).", false);
            yield return new($"{name} administratively READY thanks to valid DNS answer.", false);
        }
        else
        {
            yield return new($"{name} is {up}/{(draining ? "DRAIN" : "READY")} (leaving {forced}maintenance).", false);
        }

        if (!draining) yield break;
        yield return (change.Admin & AdminState.ForcedDrain) != 0
            ? new($"{name} remains in forced drain mode.", false)
            : new($"{name} remains in drain mode{Via(change)}.", false);
    }

    private static Sentence? OfDrain(ServerChange change, string name)
    {
        var was = (change.OldAdmin & AdminState.Drain) != 0;
        var isDraining = (change.Admin & AdminState.Drain) != 0;
        if (!was)
        {
            var inherited = (change.Admin & AdminState.ForcedDrain) == 0 ? Via(change) : "";
            return new($"{name} enters drain state{inherited}.{Tail(change)}", false);
        }

        var forced = (change.OldAdmin & AdminState.ForcedDrain) != 0;
        if (isDraining) return new($"{name} remains in {((change.Admin & AdminState.ForcedDrain) != 0 ? "forced " : "")}drain mode.", false);
        var up = change.Operating == OperatingState.Stopped ? "DOWN" : "UP";
        return new($"{name} is {up} (leaving {(forced ? "forced " : "")}drain){(forced ? "" : Via(change))}.", false);
    }

    private static Sentence OfOperating(ServerChange change, string name)
    {
        var verb = change.Operating switch
        {
            OperatingState.Stopped => "DOWN",
            OperatingState.Stopping => "stopping",
            _ => "UP",
        };
        var text = new StringBuilder(name).Append(" is ").Append(verb);
        if (change.Cause == ChangeCause.Tracking) text.Append(Via(change));
        else if (change.Cause == ChangeCause.Command) text.Append(", changed from CLI");
        // With log-health-checks the line before this one has said it.
        else if (change.Outcome is { } outcome && !change.Server.Backend.Model.Options.LogHealthChecks) AppendReason(text, outcome);
        return new(text.Append('.').Append(Tail(change)).ToString(), change.Operating == OperatingState.Stopped);
    }

    private static string Via(ServerChange change) =>
        change.Server.Tracked is { } tracked ? $" via {tracked.Backend.Name}/{tracked.Name}" : "";

    /// <summary>Who is left, and what happens to the streams.</summary>
    private static string Tail(ServerChange change)
    {
        var backend = change.Server.Backend;
        var onBackup = backend is { ActiveServers: 0, BackupServers: > 0 } ? " Running on backup." : "";
        var counts = string.Create(CultureInfo.InvariantCulture, $" {backend.ActiveServers} active and {backend.BackupServers} backup servers");
        var waiting = backend.Queue.Length.Current;
        return change.Operating == OperatingState.Stopped
            ? string.Create(CultureInfo.InvariantCulture,
                $"{counts} left.{onBackup} {change.Server.Slots.Current} sessions active, {change.Requeued} requeued, {waiting} remaining in queue.")
            : string.Create(CultureInfo.InvariantCulture, $"{counts} online.{onBackup} {change.Requeued} sessions requeued, {waiting} total in queue.");
    }
}
