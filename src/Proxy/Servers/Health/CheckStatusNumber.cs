namespace Evenkeel.Proxy.Servers.Health;

/// <summary>The numbers `show servers state` uses for <see cref="CheckStatus"/>; the original reads them back from its state file.</summary>
public static class CheckStatusNumber
{
    public static int Of(CheckStatus status) => status switch
    {
        CheckStatus.Unknown => 0,
        CheckStatus.Initializing => 1,
        CheckStatus.Started => 2,
        CheckStatus.HandedOver => 4,
        CheckStatus.SocketError => 5,
        CheckStatus.L4Ok => 6,
        CheckStatus.L4TimedOut => 7,
        CheckStatus.L4Failed => 8,
        CheckStatus.L6Ok => 9,
        CheckStatus.L6TimedOut => 10,
        CheckStatus.L6BadResponse => 11,
        CheckStatus.L7TimedOut => 12,
        CheckStatus.L7BadResponse => 13,
        CheckStatus.L7Ok => 15,
        CheckStatus.L7ConditionallyOk => 16,
        CheckStatus.L7BadStatus => 17,
        CheckStatus.ProcessError => 18,
        CheckStatus.ProcessTimedOut => 19,
        _ => 20,
    };

    /// <summary>The status a number stands for; a number that is none means that nothing was probed yet.</summary>
    public static CheckStatus Find(int number)
    {
        foreach (var status in Enum.GetValues<CheckStatus>())
            if (Of(status) == number) return status;
        return CheckStatus.Initializing;
    }
}
