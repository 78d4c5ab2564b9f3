using Evenkeel.Vrrp.Bfd;

namespace Evenkeel.Vrrp.Dumps;

/// <summary>`keepalived_bfd.data`, written at SIGUSR1 when there are sessions.</summary>
internal static class BfdDump
{
    public static string Of(DumpSource source)
    {
        var text = new DumpText();
        GlobalDump.Write(text, source.Model);
        text.Title("BFD Topology");
        foreach (var peer in source.Bfd.Peers)
            Write(text, peer.Session);
        return text.ToString();
    }

    private static void Write(DumpText text, BfdSession session)
    {
        var settings = session.Settings;
        text.Say(1, "BFD Instance", settings.Name);
        text.Say(3, "Neighbor IP", settings.Neighbour.ToString());
        if (!settings.Source.IsNone)
            text.Say(3, "Source IP", settings.Source.ToString());
        text.Say(3, "Required min RX interval", $"{settings.MinimumReceiveUs} us");
        text.Say(3, "Desired min TX interval", $"{settings.MinimumTransmitUs} us");
        text.Say(3, "Desired idle TX interval", $"{settings.IdleTransmitUs} us");
        text.Say(3, "Detection multiplier", settings.Multiplier);
        text.Say(3, "TTL", settings.TimeToLive);
        text.Say(3, "max_hops", settings.TimeToLive - settings.LeastTimeToLive);
        text.Say(3, "passive", settings.IsPassive);
        text.Say(3, "local state", session.State.ToString());
        text.Say(3, "remote state", session.RemoteState.ToString());
        text.Say(3, "local discriminator", $"0x{session.Discriminator:x}");
        text.Say(3, "remote discriminator", $"0x{session.RemoteDiscriminator:x}");
        text.Say(3, "local diag", BfdSessions.WordOf(session.Diagnostic));
        text.Say(3, "remote diag", BfdSessions.WordOf(session.RemoteDiagnostic));
        text.Say(3, "local tx intv", $"{session.TransmitIntervalUs} us");
        text.Say(3, "local detection time", $"{session.DetectionTimeUs} us");
    }
}
