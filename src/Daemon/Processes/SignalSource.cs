using System.Runtime.InteropServices;
using Evenkeel.Linux.Processes;

namespace Evenkeel.Daemon.Processes;

/// <summary>Signals as something a loop can wait for: signal -> the runtime's handler thread -> <b>SignalSource</b> -> the loop that reads it.</summary>
/// <remarks>The runtime calls handlers on pool threads and has threads before `Main` that keep signalfd(2) from working; so a handler only passes the
/// number on. Signals of one moment may arrive in another order than they were sent.</remarks>
public sealed class SignalSource : IDisposable
{
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly int[] _numbers;
    private byte[][]? _before;
    private readonly RecordSocket _taken;
    private readonly RecordSocket _raised;

    /// <param name="signals">Numbers of Linux; these signals no longer do what they do by default.</param>
    public SignalSource(params ReadOnlySpan<int> signals)
    {
        var made = RecordSocket.CreatePair(out var taken, out var raised);
        if (made.IsError) throw new IOException($"no descriptors for signals ({made})", (int)made.Errno);
        _numbers = signals.ToArray();
        _taken = taken!;
        _raised = raised!;
        // The runtime leaves a signal alone that was ignored before it came.
        ProcessRights.StopIgnoring(signals);
        foreach (var signal in signals) _registrations.Add(PosixSignalRegistration.Create((PosixSignal)signal, Raise));
    }

    /// <summary>Readable while a signal waits to be taken.</summary>
    public int Descriptor => _taken.Descriptor;

    /// <summary>Signals that come from now on wait for <see cref="LetThrough"/>, be it that of the program executed after this one. The thread of `Main`
    /// calls it. Those on their way are still to be taken: wait until none has come for <see cref="SettleMs"/>.</summary>
    public void Hold()
    {
        SignalMask.Hold(_numbers);
        _before = SignalNote.Begin(_numbers);
    }

    public void LetThrough()
    {
        if (_before is { } before) SignalNote.End(_numbers, before);
        _before = null;
        SignalMask.LetThrough(_numbers);
    }

    /// <summary>Longer than the runtime takes to pass a signal on, on a busy machine too. Nobody waits for it but the reload.</summary>
    public const int SettleMs = 50;

    public bool TryTake(out int signal)
    {
        Span<byte> number = stackalloc byte[1];
        var received = _taken.Receive(number, out _);
        signal = number[0];
        return received.IsOk && received.Value == 1;
    }

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
        _taken.Dispose();
        _raised.Dispose();
    }

    private void Raise(PosixSignalContext context)
    {
        context.Cancel = true;
        // A full socket means that hundreds of signals wait already: one more says nothing new.
        _ = _raised.Send([(byte)NumberOf(context.Signal)]);
    }

    /// <summary>The runtime names the common signals by negative numbers of its own, in this order from -1 on.</summary>
    private static int NumberOf(PosixSignal signal)
    {
        const int SIGCHLD = 17, SIGCONT = 18, SIGTSTP = 20, SIGWINCH = 28;
        ReadOnlySpan<int> named =
        [
            Signal.SIGHUP, Signal.SIGINT, Signal.SIGQUIT, Signal.SIGTERM, SIGCHLD, SIGCONT, SIGWINCH, Signal.SIGTTIN, Signal.SIGTTOU, SIGTSTP,
        ];
        var number = (int)signal;
        return number < 0 && -number <= named.Length ? named[-number - 1] : number;
    }
}
