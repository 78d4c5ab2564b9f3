using Evenkeel.Config.Keepalived.Blocks;
using Evenkeel.Config.Keepalived.Drafts;
using Evenkeel.Config.Keepalived.Language;
using Evenkeel.Model.Vrrp;
using static Evenkeel.Config.Keepalived.Blocks.Keyword;

namespace Evenkeel.Config.Keepalived.Keywords;

/// <summary>`vrrp_track_process`.</summary>
internal static class TrackProcessKeywords
{
    /// <summary>The longest delay: an hour.</summary>
    private const long LongestDelayUs = 3_600_000_000;

    public static Block Build() => new("vrrp_track_process", ParsePass.Vrrp,
    [
        Works("process", line =>
        {
            line.Word(1);
            // Parameters may be quoted in either way, like those of a script.
            var words = ScriptWords.Split(line.Text, out string? problem);
            if (problem != null) line.Error(problem);
            else if (words.Count > 1) Now(line).Process = [.. words.Skip(1).Select(w => w.Text)];
        }),
        Works("param_match", line =>
        {
            string kind = line.Word(1);
            if (kind == "initial") Now(line).ParameterMatch = ParameterMatch.Initial;
            else if (kind == "partial") Now(line).ParameterMatch = ParameterMatch.Partial;
            else line.Error($"Invalid param_match type {kind} - ignoring");
        }),
        Works("weight", Weight),
        Works("quorum", line =>
        {
            if (Count(line, 1, "Quorum") is { } quorum) Now(line).Quorum = quorum;
        }),
        Works("quorum_max", line =>
        {
            if (Count(line, 0, "quorum_max") is not { } quorum) return;
            if (quorum > 0 && quorum < Now(line).Quorum) line.Error("quorum_max is less than quorum - ignoring");
            else Now(line).QuorumMaximum = quorum;
        }),
        Works("fork_delay", line => Delay(line, us => Now(line).ForkDelayUs = us)),
        Works("terminate_delay", line => Delay(line, us => Now(line).TerminateDelayUs = us)),
        Works("delay", line => Delay(line, us => Now(line).ForkDelayUs = Now(line).TerminateDelayUs = us)),
        Works("full_command", line => Now(line).FullCommand = true),
    ])
    {
        End = End,
    };

    public static bool Begin(KeywordLine line)
    {
        line.Draft.TrackProcess = new TrackProcessDraft(line.Word(1), line.Complaints.SourcePosition);
        return !line.Complaints.Fatal;
    }

    private static TrackProcessDraft Now(KeywordLine line) => line.Draft.TrackProcess!;

    private static void End(KeywordLine line)
    {
        var process = Now(line);
        if (process.Process == null)
        {
            line.Error($"track process '{process.Name}' process name not specified");
            return;
        }
        line.Draft.TrackProcesses.Add(process);
    }

    private static void Weight(KeywordLine line)
    {
        string text = line.Word(1);
        var process = Now(line);
        if (Values.Signed(line, text, -254, 254, $"Weight ({text}) for vrrp_track_process {process.Name} must be between [-254..254] inclusive. Ignoring...")
            is { } weight) process.Weight = (int)weight;
        if (line.WordOrNull(2) is not { } option) return;
        if (option == "reverse") process.Reverse = true;
        else line.Error($"vrrp_track_process {process.Name} unknown weight option {option}");
    }

    private static int? Count(KeywordLine line, int minimum, string what)
    {
        string text = line.Word(1);
        return (int?)Values.Unsigned(line, text, minimum, 65_535,
            $"{what} ({text}) for vrrp_track_process {Now(line).Name} must be between [{minimum}..65535] inclusive. Ignoring...");
    }

    private static void Delay(KeywordLine line, Action<long> set)
    {
        string text = line.Word(1);
        if (Values.Timer(line, text, 1, LongestDelayUs,
            $"{line.Keyword} ({text}) for vrrp_track_process {Now(line).Name} must be between [0.000001..3600] inclusive. Ignoring...") is { } us) set(us);
    }
}
