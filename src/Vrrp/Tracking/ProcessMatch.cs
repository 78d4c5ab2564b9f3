using Evenkeel.Linux.Processes;
using Evenkeel.Model.Vrrp;

namespace Evenkeel.Vrrp.Tracking;

/// <summary>Whether a process is one that `vrrp_track_process` means. Pure.</summary>
public static class ProcessMatch
{
    /// <summary>TASK_COMM_LEN without its end: the kernel keeps no more of a name.</summary>
    public const int LongestName = 15;

    public static bool NeedsArguments(TrackProcessModel model) => model.FullCommand || model.Parameters != null;

    public static bool Is(TrackProcessModel model, in ProcessEntry process)
    {
        if (!NeedsArguments(model)) return Cut(model.Process) == process.Name;
        if (process.Arguments.Count == 0) return false;
        string command = process.Arguments[0];
        if (command != model.Process && FileName(command) != model.Process) return false;
        return model.Parameters is not { } wanted || ParametersMatch(wanted.AsSpan(), process.Arguments, model.ParameterMatch);
    }

    private static string Cut(string name) => name.Length <= LongestName ? name : name[..LongestName];

    private static string FileName(string path) => path[(path.LastIndexOf('/') + 1)..];

    private static bool ParametersMatch(ReadOnlySpan<string> wanted, IReadOnlyList<string> arguments, ParameterMatch match)
    {
        int given = arguments.Count - 1;
        if (match == ParameterMatch.Partial ? given < wanted.Length : given != wanted.Length) return false;
        for (int i = 0; i < wanted.Length; i++)
        {
            bool last = i == wanted.Length - 1;
            string argument = arguments[i + 1];
            bool same = match == ParameterMatch.Initial && last ? argument.StartsWith(wanted[i], StringComparison.Ordinal) : argument == wanted[i];
            if (!same) return false;
        }
        return true;
    }
}
