using System.Collections.Immutable;
using Evenkeel.Model.Vrrp;

namespace Evenkeel.Config.Keepalived;

/// <summary>What came of reading a keepalived.conf: the model, and the verdict of `keepalived -t`.</summary>
/// <param name="Model">Null only when the text ended in the middle of a keyword (<see cref="ExitFatal"/>) or a needed include was missing.</param>
/// <param name="ExitCode">Of `-t`: <see cref="ExitOk"/>, <see cref="ExitErrors"/>, <see cref="ExitSecurity"/> or <see cref="ExitFatal"/>.</param>
public sealed record KeepalivedResult(KeepalivedModel? Model, int ExitCode)
{
    public const int ExitOk = 0;

    /// <summary>A keyword lacks its parameter: a real start ends with this too.</summary>
    public const int ExitFatal = 2;

    /// <summary>At least one complaint; a real start goes on all the same.</summary>
    public const int ExitErrors = 5;

    /// <summary>Scripts run without script security, or an include that must be there is not. With scripts a real start goes on.</summary>
    public const int ExitSecurity = 6;

    /// <summary>
    /// Why a real start must end here (exit code 2), in the order found: an interface that does not exist, or what is understood but cannot be run yet.
    /// </summary>
    public ImmutableArray<string> StartRefusals { get; init; } = [];

    /// <summary>What a real start says once: parts of the file that are understood but not done yet.</summary>
    public ImmutableArray<string> StartWarnings { get; init; } = [];
}
