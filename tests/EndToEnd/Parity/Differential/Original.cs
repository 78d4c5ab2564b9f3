using System.Text.RegularExpressions;
using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Parity.Differential;

/// <summary>The program that ours is compared with, and its version.</summary>
internal sealed partial record Original(string Program, Version Version)
{
    /// <summary>The version whose verdicts and behaviour ours follows; of older ones only the behaviour is compared.</summary>
    public static readonly Version Followed = new(3, 5);

    public bool IsFollowed => Version == Followed;

    public static Original At(string program)
    {
        var said = RunningProgram.Run(program, "-v").Output;
        return VersionText().Match(said) is { Success: true } match
            ? new Original(program, Version.Parse(match.Groups[1].Value)) : throw new InvalidOperationException($"{program} is no haproxy: {said}");
    }

    [GeneratedRegex(@"HAProxy version (\d+\.\d+)")]
    private static partial Regex VersionText();
}
