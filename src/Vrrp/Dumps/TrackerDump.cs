using System.Globalization;
using Evenkeel.Model.Vrrp;
using Evenkeel.Vrrp.Router;

namespace Evenkeel.Vrrp.Dumps;

/// <summary>Scripts, files, processes and BFD sessions of a `.data` file, each with those that follow it.</summary>
internal static class TrackerDump
{
    public static void Write(DumpText text, DumpSource source)
    {
        var model = source.Model;
        if (!model.Scripts.IsEmpty)
            text.Title("VRRP Scripts");
        foreach (var script in model.Scripts)
            WriteScript(text, script, source);
        if (!model.TrackFiles.IsEmpty)
            text.Title("VRRP Track files");
        foreach (var file in model.TrackFiles)
        {
            text.Say(1, "Track file", file.Name);
            text.Say(3, "File", file.Path);
            text.Say(3, "Status", SlotOf(source, TrackerKind.File, file.Name)?.Value ?? 0);
            text.Say(3, "Weight", file.Weight);
            WriteFollowers(text, source, TrackerKind.File, file.Name);
        }
        if (!model.TrackProcesses.IsEmpty)
            text.Title("VRRP Track processes");
        foreach (var process in model.TrackProcesses)
        {
            text.Say(1, "Process", process.Name);
            text.Say(3, "Full name", process.Process);
            text.Say(3, "Quorum", process.Quorum);
            text.Say(3, "Weight", process.Weight);
            text.Say(3, "Have quorum", SlotOf(source, TrackerKind.Process, process.Name)?.Status == TrackerStatus.Up);
            WriteFollowers(text, source, TrackerKind.Process, process.Name);
        }
        var sessions = model.BfdInstances.Where(b => b.ForVrrp).ToList();
        if (sessions.Count > 0)
            text.Title("VRRP Track BFDs");
        foreach (var bfd in sessions)
        {
            text.Say(1, "VRRP Track BFD", bfd.Name);
            text.Say(3, "Weight", bfd.Weight);
            text.Line(3, $"Bfd is {(source.Bfd.StateOf(bfd.Name) == Bfd.BfdState.Up ? "up" : "down")}");
            WriteFollowers(text, source, TrackerKind.Bfd, bfd.Name);
        }
    }

    private static void WriteScript(DumpText text, VrrpScriptModel script, DumpSource source)
    {
        var status = SlotOf(source, TrackerKind.Script, script.Name)?.Status ?? TrackerStatus.Unknown;
        text.Say(1, "VRRP Script", script.Name);
        text.Say(3, "Command", StateDump.Quoted(script.Command));
        text.Say(3, "Interval", Seconds(script.IntervalMs));
        text.Say(3, "Timeout", Seconds(script.TimeoutMs));
        text.Say(3, "Weight", script.Weight);
        text.Say(3, "Rise", script.Rise);
        text.Say(3, "Fall", script.Fall);
        text.Say(3, "Result", status == TrackerStatus.Up ? 1 : 0);
        text.Say(3, "Insecure", "no");
        text.Say(3, "Init state", script.InitFail ? "fail" : "unknown");
        text.Say(3, "Status", status switch { TrackerStatus.Up => "GOOD", TrackerStatus.Down => "BAD", _ => "INIT" });
        if (script.Command.User is { } user)
            text.Say(3, "Script uid:gid", string.Create(CultureInfo.InvariantCulture, $"{user.UserId}:{user.GroupId}"));
        text.Line(3, "VRRP instances :");
        WriteFollowers(text, source, TrackerKind.Script, script.Name);
        text.Say(3, "State", "idle");
    }

    private static string Seconds(int milliseconds) => string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 1_000.0:0.######} sec");

    private static TrackerSlot? SlotOf(DumpSource source, TrackerKind kind, string name)
    {
        foreach (var host in source.Hosts)
        {
            foreach (ref readonly var slot in host.Router.Trackers)
            {
                if (slot.Kind == kind && slot.Name == name)
                    return slot;
            }
        }
        return null;
    }

    private static void WriteFollowers(DumpText text, DumpSource source, TrackerKind kind, string name)
    {
        text.Line(3, "Tracking instances :");
        foreach (var host in source.Hosts)
        {
            foreach (ref readonly var slot in host.Router.Trackers)
            {
                if (slot.Kind == kind && slot.Name == name)
                    text.Line(5, string.Create(CultureInfo.InvariantCulture, $"{host.Name}, weight {slot.Weight}{(slot.Reverse ? " reverse" : "")}"));
            }
        }
    }
}
