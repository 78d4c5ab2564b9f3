namespace Evenkeel.Linux.Processes;

/// <summary>How a child ended: by itself with a code, or by a signal.</summary>
public readonly record struct ExitStatus(int Code, int Signal)
{
    public static ExitStatus Exited(int code) => new(code, 0);

    public static ExitStatus Signaled(int signal) => new(0, signal);

    public bool IsSuccess => Code == 0 && Signal == 0;

    public bool WasSignaled => Signal != 0;

    /// <summary>The status a shell and HAProxy's master show: the code, or 128 plus the signal.</summary>
    public int ShellCode => Signal != 0 ? 128 + Signal : Code;

    public override string ToString() => Signal != 0 ? $"signal {Signal}" : $"status {Code}";
}
