using Evenkeel.Config.Keepalived.Blocks;
using Evenkeel.Config.Keepalived.Language;
using static Evenkeel.Config.Keepalived.Blocks.Keyword;

namespace Evenkeel.Config.Keepalived.Keywords;

/// <summary>The top of the file: the blocks and the few keywords that stand outside any.</summary>
internal static class TopKeywords
{
    public static Block Build() => new("", ParsePass.Parent,
    [
        Opens("global_defs", GlobalKeywords.Build(), _ => true),
        Opens("vrrp_instance", InstanceKeywords.Build(), InstanceKeywords.Begin),
        Opens("vrrp_script", ScriptKeywords.Build(), ScriptKeywords.Begin),
        Opens("vrrp_sync_group", SyncGroupKeywords.Build(), SyncGroupKeywords.Begin),
        Opens("track_file", TrackFileKeywords.Build("track_file"), TrackFileKeywords.Begin),
        Opens("vrrp_track_file", TrackFileKeywords.Build("vrrp_track_file"), TrackFileKeywords.Begin),
        Opens("vrrp_track_process", TrackProcessKeywords.Build(), TrackProcessKeywords.Begin),
        Opens("track_group", StaticKeywords.TrackGroupBlock(), StaticKeywords.BeginTrackGroup),
        Opens("garp_group", StaticKeywords.GarpGroupBlock(), StaticKeywords.BeginGarpGroup),
        Opens("bfd_instance", BfdKeywords.Build(), BfdKeywords.Begin),
        Opens("virtual_server", VirtualServerKeywords.Build(), VirtualServerKeywords.Begin),
        Opens("virtual_server_group", VirtualServerKeywords.BuildGroup(), VirtualServerKeywords.BeginGroup),
        Opens("SSL", VirtualServerKeywords.BuildSsl(), _ => true),
        .. StaticKeywords.ValueBlocks(),
        Works("net_namespace", line => Name(line, "net_namespace", name =>
            line.Draft.Global.Model = line.Draft.Global.Model with { NetworkNamespace = name })),
        NotYet("net_namespace_ipvs", "layer-4 kernel balancing is not there yet", _ => { }),
        NoEffect("namespace_with_ipsets", "ipsets are not used", _ => { }),
        Works("instance", line => Name(line, "instance", name => line.Draft.InstanceName = name)),
        Works("use_pid_dir", line => line.Draft.UsePidDirectory = true),
        NoEffect("linkbeat_use_polling", "interfaces are watched through netlink", _ => { }),
        Works("child_wait_time", line =>
        {
            string text = line.Word(1);
            if (Values.Unsigned(line, text, 0, int.MaxValue / 1_000, $"Invalid child_wait_time {text}") is { } seconds)
                line.Draft.ChildWaitSeconds = (int)seconds;
        }),
    ]);

    /// <summary>Which process of the original reads a top-level keyword that has no block of keywords.</summary>
    public static ParsePass PassOf(string keyword) => keyword switch
    {
        "static_ipaddress" or "static_routes" or "static_rules" or "linkbeat_interfaces" or "interface_up_down_delays" => ParsePass.Vrrp,
        _ => ParsePass.Parent,
    };

    public static bool HasValueBlock(string keyword) => PassOf(keyword) == ParsePass.Vrrp;

    private static void Name(KeywordLine line, string keyword, Action<string> set)
    {
        if (line.WordOrNull(1) is { } name) set(name);
        else line.Error($"{keyword} name missing - ignoring");
    }
}
