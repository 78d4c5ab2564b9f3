using System.Globalization;
using System.Runtime.CompilerServices;
using Evenkeel.Model.Vrrp;
using Evenkeel.Vrrp.Packets;
using Evenkeel.Vrrp.Router;

namespace Evenkeel.Vrrp.Worker;

/// <summary>Says effects in Keepalived's own words: log watchers of twenty years match on them. Ours are marked where the original is silent.</summary>
internal sealed class RouterLog(IVrrpLog log)
{
    public bool IsDetailed => log.IsDetailed;

    public void Notice(string line) => log.Write(VrrpLogLevel.Notice, line);

    public void Error(string line) => log.Write(VrrpLogLevel.Error, line);

    public void Detail(string line)
    {
        if (log.IsDetailed)
            log.Write(VrrpLogLevel.Info, line);
    }

    public void Detail([InterpolatedStringHandlerArgument("")] ref DetailText line)
    {
        if (log.IsDetailed)
            log.Write(VrrpLogLevel.Info, line.ToString());
    }

    /// <summary>A line that nobody composes unless somebody reads it.</summary>
    [InterpolatedStringHandler]
    public ref struct DetailText
    {
        private DefaultInterpolatedStringHandler _text;

        public DetailText(int literals, int holes, RouterLog log, out bool isRead)
        {
            isRead = log.IsDetailed;
            if (isRead) _text = new DefaultInterpolatedStringHandler(literals, holes, CultureInfo.InvariantCulture);
        }

        public void AppendLiteral(string text) => _text.AppendLiteral(text);

        public void AppendFormatted<T>(T value, string? format = null) => _text.AppendFormatted(value, format);

        public void AppendFormatted<T>(T value, int alignment, string? format = null) => _text.AppendFormatted(value, alignment, format);

        public override string ToString() => _text.ToStringAndClear();
    }

    public void Say(in Effect effect, RouterHost host)
    {
        var name = host.Name;
        switch (effect.Kind)
        {
            case EffectKind.StateChanged:
                SayState(effect, host);
                break;
            case EffectKind.SendAdvertisement when effect.Priority == 0:
                Detail($"({name}) sent 0 priority");
                break;
            case EffectKind.ClaimAddresses:
                Detail($"({name}) setting VIPs.");
                break;
            case EffectKind.ReleaseAddresses:
                Detail($"({name}) removing VIPs.");
                break;
            case EffectKind.AdvertisementTimeout:
                Detail($"({name}) Receive advertisement timeout");
                break;
            case EffectKind.MasterUnreachable:
                Notice($"({name}) BFD to the master {effect.Peer} is down, not waiting for its silence");
                break;
            case EffectKind.MasterIs:
                Detail($"({name}) master set to {effect.Peer}");
                break;
            case EffectKind.LowerPriorityDiscarded:
                Detail($"({name}) received lower priority ({effect.Priority}) advert from {effect.Peer} - discarding");
                break;
            case EffectKind.LowerPriorityWhileMaster:
                Notice($"({name}) Received advert from {effect.Peer} with lower priority {effect.Priority}, ours {host.Router.EffectivePriority}, "
                    + "forcing new election");
                break;
            case EffectKind.HigherPriorityWhileMaster:
                Notice(effect.Priority == host.Router.EffectivePriority
                    ? $"({name}) Master received advert from {effect.Peer} with same priority {effect.Priority} but higher IP address than ours"
                    : $"({name}) Master received advert from {effect.Peer} with higher priority {effect.Priority}, ours {host.Router.EffectivePriority}");
                break;
            case EffectKind.PriorityZeroReceived:
                Detail(host.Router.State == VrrpState.Master
                    ? $"({name}) Master received priority 0 message"
                    : $"({name}) Backup received priority 0 advertisement");
                break;
            case EffectKind.PriorityChanged:
                Notice($"({name}) Changing effective priority from {effect.Count} to {effect.Priority}");
                break;
            case EffectKind.PreemptDelayStarted:
                Detail(string.Create(CultureInfo.InvariantCulture, $"({name}) start preempt delay ({effect.Count / 1000.0:F6})"));
                break;
            case EffectKind.IntervalLearned:
                Notice($"({name}) advertisement interval updated to {effect.Count * 10}ms by master {effect.Peer}");
                break;
            case EffectKind.AddressesDiffer:
                SayAddresses(effect, host);
                break;
        }
    }

    private void SayState(in Effect effect, RouterHost host)
    {
        switch (effect.To)
        {
            case VrrpState.Backup:
                Notice($"({host.Name}) Entering BACKUP STATE{(effect.Reason == TransitionReason.Started ? " (init)" : "")}");
                break;
            case VrrpState.Master:
                Notice($"({host.Name}) Entering MASTER STATE");
                break;
            case VrrpState.Fault:
                Notice($"({host.Name}) Entering FAULT STATE");
                break;
        }
    }

    private void SayAddresses(in Effect effect, RouterHost host)
    {
        var expected = host.Router.Settings.Addresses.Length;
        Notice(effect.Count != expected
            ? $"({host.Name}) expected {expected} VIPs but received {effect.Count}"
            : $"({host.Name}) ip address associated with VRID {host.Model.VirtualRouterId} not present in advert from {effect.Peer}");
    }

    public void SayGroup(SyncGroupModel group, VrrpState state)
    {
        if (state != VrrpState.Init)
            Notice($"VRRP_Group({group.Name}) Syncing instances to {StateWord(state)} state");
    }

    /// <summary>Why a packet that was meant for this router was dropped.</summary>
    /// <param name="detail">Time to live, version, kind of authentication or interval as received; the length for a packet of wrong length.</param>
    public void SayRejected(RouterHost host, AdvertisementStatus status, in NodeAddress from, int detail, int expected)
    {
        var name = host.Name;
        var settings = host.Router.Settings;
        var line = status switch
        {
            AdvertisementStatus.WrongTimeToLive => $"({name}) invalid TTL/HL from {from}. Received {detail} and expect {Advertisement.TimeToLive}",
            AdvertisementStatus.WrongVersion => $"({name}) wrong VRRP version from {from}. Received {detail} and expect {settings.Version}",
            AdvertisementStatus.WrongAuthenticationType => $"({name}) received a {detail} auth from {from}, expecting {(settings.Password is null ? 0 : 1)}!",
            AdvertisementStatus.WrongPassword => $"({name}) received an invalid passwd from {from}!",
            AdvertisementStatus.WrongInterval =>
                $"({name}) advertisement interval mismatch with {from} mine={settings.IntervalCs / 100} sec rcv'd={detail / 100} sec",
            AdvertisementStatus.BadChecksum => $"({name}) Invalid VRRPv{detail} checksum from {from}",
            AdvertisementStatus.UnknownType => $"({name}) Invalid packet type from {from}. {detail} and expect 1",
            AdvertisementStatus.BadLength =>
                $"({name}) vrrp packet from {from} too {(detail > expected ? "long" : "short")}, length {detail} and expect {expected}",
            AdvertisementStatus.WrongDestination =>
                $"({name}) {(settings.IsUnicast ? "multicast" : "unicast")} advert from {from} dropped: the other form is configured",
            AdvertisementStatus.UnknownSender => $"({name}) unicast source address {from} not a unicast peer",
            AdvertisementStatus.ZeroInterval => $"({name}) advertisement interval mismatch ours = {settings.IntervalCs} centi-sec rcv'd=0 centi-sec",
            _ => $"({name}) dropped a packet from {from}: {status}",
        };
        log.Write(VrrpLogLevel.Warning, line);
    }

    private static string StateWord(VrrpState state) => state switch
    {
        VrrpState.Master => "MASTER",
        VrrpState.Backup => "BACKUP",
        _ => "FAULT",
    };
}
