namespace Evenkeel.Vrrp.Addresses;

/// <summary>How many of a master's addresses are announced with its present advertisement, so that each is announced once an interval, but one interface
/// never carries more than <see cref="MostASecond"/> such announcements a second: with more addresses each waits longer for its turn. Owner: the
/// worker's thread.</summary>
public sealed class SteadyPace
{
    /// <summary>Below what switches allow a port before they suspect it (often 15 a second).</summary>
    public const int MostASecond = 10;
    private const long SecondUs = 1_000_000;

    private long _saidUs;

    /// <summary>Begins to count with a take-over, whose own announcements are fresh.</summary>
    public void Begin(long nowUs) => _saidUs = nowUs;

    /// <param name="nowUs">When the advertisement is sent.</param>
    /// <param name="own">Addresses of the router.</param>
    /// <param name="all">Addresses of all masters on its interface.</param>
    /// <param name="intervalUs">The router's `advert_int`.</param>
    /// <returns>0..<paramref name="own"/>.</returns>
    public int Due(long nowUs, int own, int all, long intervalUs)
    {
        if (own == 0)
            return 0;
        var turnUs = Math.Max(Math.Max(intervalUs, SecondUs), all * (SecondUs / MostASecond));
        var spacingUs = turnUs / own;
        // A beat that comes a little early is not worth waiting for the next one.
        var due = (int)Math.Min(own, (nowUs - _saidUs + (Math.Min(spacingUs, intervalUs) / 8)) / spacingUs);
        if (due > 0)
            _saidUs = due == own ? nowUs : _saidUs + (due * spacingUs);
        return due;
    }
}
