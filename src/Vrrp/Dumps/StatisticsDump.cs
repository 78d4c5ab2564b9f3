using Evenkeel.Vrrp.Packets;
using Evenkeel.Vrrp.Router;

namespace Evenkeel.Vrrp.Dumps;

/// <summary>The counters of one router under the names the original's dump files have for them.</summary>
internal readonly record struct RouterStatistics(RouterCounters Counters)
{
    public long WrongLength => Counters.Rejected(AdvertisementStatus.BadLength) + Counters.Rejected(AdvertisementStatus.TooShort);
    public long WrongTimeToLive => Counters.Rejected(AdvertisementStatus.WrongTimeToLive);
    public long WrongType => Counters.Rejected(AdvertisementStatus.UnknownType);
    public long WrongInterval => Counters.Rejected(AdvertisementStatus.WrongInterval) + Counters.Rejected(AdvertisementStatus.ZeroInterval);
    public long OtherAddresses => Counters.OtherAddresses;
    public long WrongAuthenticationType => Counters.Rejected(AdvertisementStatus.WrongAuthenticationType);
    public long WrongPassword => Counters.Rejected(AdvertisementStatus.WrongPassword);
}

/// <summary>`keepalived.stats`, written at SIGUSR2.</summary>
internal static class StatisticsDump
{
    public static string Of(DumpSource source)
    {
        var text = new DumpText();
        foreach (var host in source.Hosts)
        {
            var counters = host.Router.Counters;
            var statistics = new RouterStatistics(counters);
            text.Line(0, $"VRRP Instance: {host.Name}");
            text.Line(2, "Advertisements:");
            text.Line(4, $"Received: {counters.AdvertisementsReceived}");
            text.Line(4, $"Sent: {counters.AdvertisementsSent}");
            text.Line(2, $"Became master: {counters.BecameMaster}");
            text.Line(2, $"Released master: {counters.ReleasedMaster}");
            text.Line(2, "Packet Errors:");
            text.Line(4, $"Length: {statistics.WrongLength}");
            text.Line(4, $"TTL: {statistics.WrongTimeToLive}");
            text.Line(4, $"Invalid Type: {statistics.WrongType}");
            text.Line(4, $"Advertisement Interval: {statistics.WrongInterval}");
            text.Line(4, $"Address List: {statistics.OtherAddresses}");
            text.Line(2, "Authentication Errors:");
            text.Line(4, "Invalid Type: 0");
            text.Line(4, $"Type Mismatch: {statistics.WrongAuthenticationType}");
            text.Line(4, $"Failure: {statistics.WrongPassword}");
            text.Line(2, "Priority Zero:");
            text.Line(4, $"Received: {counters.PriorityZeroReceived}");
            text.Line(4, $"Sent: {counters.PriorityZeroSent}");
        }
        return text.ToString();
    }
}
