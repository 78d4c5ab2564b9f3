using Evenkeel.Linux;
using Evenkeel.Linux.Processes;
using Evenkeel.Model.Vrrp;

namespace Evenkeel.Vrrp.Tracking;

/// <summary>Starts scripts; tests put a stage with actors in its place.</summary>
public interface IProgramStarter
{
    /// <param name="command">Executed without a shell, with its user's rights.</param>
    /// <param name="extraArguments">Added behind the command's own.</param>
    /// <param name="program">The started program when the result is Ok.</param>
    SysResult Start(CommandModel command, IReadOnlyList<string> extraArguments, out IRunningProgram? program);
}

/// <summary>A program that was started and has not been reaped yet.</summary>
public interface IRunningProgram : IDisposable
{
    /// <summary>Readable when the program has ended.</summary>
    int Descriptor { get; }

    bool TryReap(out ExitStatus status);

    /// <summary>Signals the program and all it started.</summary>
    void Signal(int signal);
}
