using Evenkeel.Config.Keepalived.Blocks;
using Evenkeel.Config.Keepalived.Drafts;
using Evenkeel.Config.Keepalived.Language;
using Evenkeel.Model.Vrrp;

namespace Evenkeel.Config.Keepalived.Checks;

/// <summary>Whether scripts exist and may be trusted (keepalived.conf(5) SCRIPTS, `enable_script_security`).</summary>
internal static class ScriptChecks
{
    private const string Violation = "scripts are being executed but script_security not enabled.";

    /// <summary>Scripts that run at the very start and end: the original checks them before any other.</summary>
    public static void RunGlobal(Draft draft, KeywordLine line, Complaints complaints)
    {
        var model = draft.Global.Model;
        bool violated = false;
        model = model with { StartupScript = Kept(line, model.StartupScript), ShutdownScript = Kept(line, model.ShutdownScript) };
        if (!model.ScriptSecurity && (model.StartupScript != null || model.ShutdownScript != null)) violated = true;
        draft.Global.Model = model;
        if (violated) complaints.ErrorWithoutPosition("SECURITY VIOLATION - start/shutdown " + Violation);
    }

    public static void Run(Draft draft, KeywordLine line, Complaints complaints)
    {
        bool insecure = false;
        foreach (var script in draft.Scripts)
        {
            if (script.Command is not { } command || command.Words[0] == "/bin/sh" && command.Text[0] == '<') continue;
            var verdict = Scripts.Judge(line, command, out bool writable);
            insecure |= writable;
            if (verdict == Scripts.Verdict.Runs) continue;
            script.Disabled = true;
            complaints.ErrorWithoutPosition(verdict == Scripts.Verdict.NotFound
                ? $"Disabling track script {script.Name} since not found/accessible"
                : $"Disabling track script {script.Name} due to insecure");
        }
        foreach (var instance in draft.Instances) insecure |= Notify(line, instance.Notify, $"({instance.Name})", complaints);
        foreach (var group in draft.SyncGroups) insecure |= Notify(line, group.Notify, $"({group.Name})", complaints);
        draft.Global.Model = draft.Global.Model with
        {
            NotifyFifoScript = Kept(line, draft.Global.Model.NotifyFifoScript),
            VrrpNotifyFifoScript = Kept(line, draft.Global.Model.VrrpNotifyFifoScript),
        };
        draft.ScriptsAreInsecure = insecure;
    }

    /// <summary>Scripts of the checker process, judged for themselves.</summary>
    public static void RunCheckers(Draft draft, KeywordLine line, Complaints complaints)
    {
        bool found = false;
        foreach (var command in draft.CheckScripts) found |= Scripts.Judge(line, command, out _) != Scripts.Verdict.NotFound;
        if (!found || draft.Global.Model.ScriptSecurity) return;
        complaints.ErrorWithoutPosition("SECURITY VIOLATION - check " + Violation);
        // What follows is about VRRP's own scripts.
        draft.ScriptsWithoutSecurity = false;
        draft.CheckScriptsWithoutSecurity = true;
    }

    /// <summary>The last word of a check: scripts would run although nothing guards them.</summary>
    public static void SayViolation(Draft draft, Complaints complaints)
    {
        if (!draft.ScriptsWithoutSecurity || draft.Global.Model.StartupScript != null || draft.Global.Model.ShutdownScript != null) return;
        complaints.ErrorWithoutPosition($"SECURITY VIOLATION - {Violation}" + (draft.ScriptsAreInsecure ? " There are insecure scripts." : ""));
    }

    private static bool Notify(KeywordLine line, NotifyDraft notify, string owner, Complaints complaints)
    {
        bool insecure = false;
        foreach (var (keyword, command) in notify.Commands.ToList())
        {
            var verdict = Scripts.Judge(line, command, out bool writable);
            insecure |= writable;
            if (verdict == Scripts.Verdict.Runs) continue;
            notify.Commands.Remove(keyword);
            string why = verdict == Scripts.Verdict.NotFound ? "not there" : "not to be trusted";
            complaints.Log($"{owner} {keyword} script {command.Words[0]} is {why} - ignoring");
        }
        return insecure;
    }

    private static CommandModel? Kept(KeywordLine line, CommandModel? command) =>
        command != null && Scripts.Judge(line, command, out _) == Scripts.Verdict.Runs ? command : null;
}
