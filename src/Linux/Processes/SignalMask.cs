namespace Evenkeel.Linux.Processes;

/// <summary>Which signals wait before they reach the calling thread. The mask and what waits behind it outlive execve(2).</summary>
public static unsafe class SignalMask
{
    private const int SIG_BLOCK = 0;
    private const int SIG_UNBLOCK = 1;

    // glibc: sigset_t is 128 bytes; twice that leaves room for other C libraries.
    private const int SetLength = 256;

    public static void Hold(params ReadOnlySpan<int> signals) => Change(SIG_BLOCK, signals);

    /// <summary>What has waited is delivered at once.</summary>
    public static void LetThrough(params ReadOnlySpan<int> signals) => Change(SIG_UNBLOCK, signals);

    private static void Change(int how, ReadOnlySpan<int> signals)
    {
        var set = stackalloc byte[SetLength];
        LibC.sigemptyset(set);
        foreach (var signal in signals) LibC.sigaddset(set, signal);
        LibC.pthread_sigmask(how, set, null);
    }
}
