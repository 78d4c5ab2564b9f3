namespace Evenkeel.Linux.Processes;

/// <summary>poll(2) for the handful of descriptors a supervising thread waits for.</summary>
public static unsafe class Poll
{
    private const short POLLIN = 1;
    private const short POLLOUT = 4;

    /// <summary>More than a supervisor ever watches: signals, control socket, its clients, and two descriptors a child.</summary>
    public const int MostDescriptors = 64;

    /// <summary>Waits until one of the descriptors can be read (or has ended), or <paramref name="timeoutMs"/> passed; -1 waits for ever.</summary>
    /// <param name="descriptors">Negative numbers are skipped.</param>
    /// <param name="ready">Set for each descriptor that is readable, closed or broken.</param>
    /// <returns>How many are ready; 0 after the time or an interruption.</returns>
    public static int Wait(ReadOnlySpan<int> descriptors, Span<bool> ready, int timeoutMs)
    {
        var count = Math.Min(descriptors.Length, MostDescriptors);
        var entries = stackalloc PollEntry[MostDescriptors];
        for (var i = 0; i < count; i++) entries[i] = new PollEntry { Descriptor = descriptors[i], Events = POLLIN };
        var woken = LibC.Result(LibC.poll(entries, (nuint)count, timeoutMs));
        for (var i = 0; i < count; i++) ready[i] = woken.IsOk && entries[i].Returned != 0;
        return woken.IsOk ? woken.Value : 0;
    }

    /// <summary>Waits until something can be written again, or the other end is gone.</summary>
    /// <returns>False when the time passed first.</returns>
    public static bool WaitWritable(int descriptor, int timeoutMs)
    {
        var entry = new PollEntry { Descriptor = descriptor, Events = POLLOUT };
        SysResult woken;
        do woken = LibC.Result(LibC.poll(&entry, 1, timeoutMs));
        while (woken.Is(Errno.EINTR));
        return woken.IsOk && woken.Value == 1;
    }
}
