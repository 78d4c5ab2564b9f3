namespace Evenkeel.Vrrp.Router;

/// <summary>The intervals of the RFCs, in microseconds.</summary>
public static class VrrpTimers
{
    private const long SecondUs = 1_000_000;

    /// <summary>How long a backup of this priority waits after a goodbye: version 2 in parts of a second whatever the interval is, version 3 in parts
    /// of the master's interval.</summary>
    /// <remarks>Source: RFC 3768 6.1 Skew_Time, RFC 9568 6.1 Skew_Time.</remarks>
    public static long SkewUs(int version, byte priority, long masterIntervalUs) => (256 - priority) * SkewUnitUs(version, masterIntervalUs) / 256;

    /// <summary>The upper bound of any backup's skew.</summary>
    public static long SkewUnitUs(int version, long masterIntervalUs) => version == 2 ? SecondUs : masterIntervalUs;

    /// <summary>How long a backup waits for an advertisement. Source: RFC 9568 6.1 Active_Down_Interval; keepalived.conf(5) down_timer_adverts.</summary>
    public static long MasterDownUs(int version, byte priority, long masterIntervalUs, int adverts) =>
        (adverts * masterIntervalUs) + SkewUs(version, priority, masterIntervalUs);
}
