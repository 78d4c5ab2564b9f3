using System.Runtime.InteropServices;

namespace Evenkeel.Linux.Processes;

/// <summary>
/// Signals that outlive execve(2) whichever thread they reach: the runtime's own threads hold none back, and what one of them is told in the last moment
/// would be lost with it. For that moment the handler is alarm(2) itself, called with the signal's number as its seconds: the alarm outlives the change of
/// the program, and tells the next one which signal it was. Of several the last is known.
/// </summary>
public static unsafe class SignalNote
{
    // glibc: a struct sigaction is 152 bytes.
    private const int ActionLength = 256;

    /// <returns>The actions there were, for <see cref="End"/>; null when the C library has no such function, and nothing is changed.</returns>
    public static byte[][]? Begin(ReadOnlySpan<int> signals)
    {
        if (!NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "alarm", out var alarm)) return null;
        var before = new byte[signals.Length][];
        for (var i = 0; i < signals.Length; i++)
        {
            before[i] = new byte[ActionLength];
            fixed (byte* action = before[i]) _ = LibC.sigaction(signals[i], null, action);
        }
        foreach (var signal in signals) _ = LibC.signal(signal, alarm);
        return before;
    }

    /// <summary>The program has not changed after all: signals do again what they did.</summary>
    public static void End(ReadOnlySpan<int> signals, byte[][] before)
    {
        for (var i = 0; i < signals.Length; i++)
            fixed (byte* action = before[i]) _ = LibC.sigaction(signals[i], action, null);
        SendAgain();
    }

    /// <summary>Sends this process the signal that was noted, if there was one.</summary>
    public static void SendAgain()
    {
        var noted = (int)LibC.alarm(0);
        if (noted > 0) _ = Signal.Send(Environment.ProcessId, noted);
    }
}
