using Evenkeel.Config.Keepalived.Blocks;
using Evenkeel.Config.Keepalived.Drafts;
using Evenkeel.Config.Keepalived.Language;
using Evenkeel.Model.Vrrp;
using static Evenkeel.Config.Keepalived.Blocks.Keyword;

namespace Evenkeel.Config.Keepalived.Keywords;

/// <summary>`vrrp_script`.</summary>
internal static class ScriptKeywords
{
    public static Block Build() => new("vrrp_script", ParsePass.Vrrp,
    [
        Works("script", line =>
        {
            var words = Scripts.Words(line, out _, out _);
            Now(line).Command = words is { } found ? new CommandModel(found, null, string.Join(' ', found)) : null;
        }),
        Works("interval", line => Seconds(line, "interval", ms => Now(line).IntervalMs = ms)),
        Works("timeout", line => Seconds(line, "timeout", ms => Now(line).TimeoutMs = ms)),
        Works("weight", Weight),
        Works("rise", line => Now(line).Rise = Count(line, "rise")),
        Works("fall", line => Now(line).Fall = Count(line, "fall")),
        Works("user", line =>
        {
            string user = line.Word(1);
            if (line.Complaints.Fatal) return;
            Now(line).User = Scripts.User(line.World, user, line.WordOrNull(2));
            if (Now(line).User != null) return;
            Now(line).UserFailed = true;
            line.Error($"Unable to set uid/gid for script '{Now(line).Command?.Text}'");
        }),
        Works("init_fail", line => Now(line).InitFail = true),
    ])
    {
        End = End,
    };

    public static bool Begin(KeywordLine line)
    {
        string name = line.Word(1);
        line.Draft.Script = new ScriptDraft(name, line.Complaints.SourcePosition);
        return !line.Complaints.Fatal;
    }

    private static ScriptDraft Now(KeywordLine line) => line.Draft.Script!;

    private static void End(KeywordLine line)
    {
        var script = Now(line);
        if (script.Command == null)
        {
            line.Error($"No script set for vrrp_script {script.Name} - removing");
            return;
        }
        if (script.UserFailed) return;
        if (script.User == null && (script.User = Scripts.DefaultUser(line)) == null)
        {
            line.Error($"Unable to set default user for vrrp script {script.Name} - removing");
            return;
        }
        // The one form that goes to a shell: its redirection opens a connection where sh is bash.
        if (script.Command.Text.StartsWith("</dev/tcp/", StringComparison.Ordinal))
            script.Command = new CommandModel(["/bin/sh", "-c", script.Command.Text], script.User, script.Command.Text);
        else script.Command = Scripts.Resolved(line.World, script.Command with { User = script.User });
        line.Draft.Scripts.Add(script);
    }

    private static void Seconds(KeywordLine line, string what, Action<long> set)
    {
        string text = line.Word(1);
        if (line.Complaints.Fatal) return;
        string name = Now(line).Name;
        if (!Numbers.TryDecimal(line.Complaints, text, 0, 4_294_000, 3, out long ms))
        {
            line.Error($"({name}): vrrp script {what} '{text}' must be between 0.001 and 4294 - ignoring");
            return;
        }
        if (ms == 0) line.Error($"({name}): vrrp script {what} must be greater than 0, setting to 1");
        set(ms == 0 ? 1_000 : ms);
    }

    private static int Count(KeywordLine line, string what)
    {
        string text = line.Word(1);
        return (int)(Values.Unsigned(line, text, 1, int.MaxValue, $"({Now(line).Name}): vrrp script {what} value '{text}' invalid, defaulting to 1") ?? 1);
    }

    private static void Weight(KeywordLine line)
    {
        string text = line.Word(1);
        var script = Now(line);
        if (Values.Signed(line, text, -253, 253, $"vrrp_script {script.Name} weight {text} must be in [-253, 253]") is { } weight) script.Weight = (int)weight;
        if (line.WordOrNull(2) is not { } option) return;
        if (option == "reverse") script.Reverse = true;
        else line.Error($"vrrp_script {script.Name} unknown weight option {option}");
    }
}
