using System.Net;
using Evenkeel.Config.Keepalived.Blocks;
using Evenkeel.Config.Keepalived.Drafts;
using Evenkeel.Config.Keepalived.Language;
using Evenkeel.Model.Vrrp;
using static Evenkeel.Config.Keepalived.Blocks.Keyword;

namespace Evenkeel.Config.Keepalived.Keywords;

/// <summary>`vrrp_instance`: identity, election and authentication. Addresses, unicast, announcements and the rest stand in the other part.</summary>
internal static partial class InstanceKeywords
{
    private const string NoVmac = "virtual MAC addresses are not there yet";

    public static Block Build() => new("vrrp_instance", ParsePass.Vrrp,
    [
        .. Identity(), .. Election(), .. Own(), .. Authentication(), .. Addresses(), .. Unicast(), .. Announcements(), .. Virtual(), .. Rest(),
        .. TrackKeywords.For(line => (Now(line).Name, Now(line).Tracks)),
        .. NotifyKeywords.For(line => (Now(line).Name, Now(line).Notify), "notify_master", "notify_backup", "notify_fault", "notify_stop", "notify_deleted",
            "notify",
            "notify_master_rx_lower_pri"),
    ]);

    public static bool Begin(KeywordLine line)
    {
        if (line.Count != 2)
        {
            line.Error("vrrp_instance must have a name");
            return false;
        }
        string name = line.Words[1];
        if (line.Draft.Instances.Find(name) != null)
        {
            line.Error($"vrrp instance {name} already defined");
            return false;
        }
        line.Draft.Instance = new InstanceDraft(name, line.Complaints.SourcePosition);
        line.Draft.Instances.Add(line.Draft.Instance);
        return true;
    }

    /// <summary>The loopback interface is the first of every network namespace.</summary>
    private const int LoopbackIndex = 1;

    private static InstanceDraft Now(KeywordLine line) => line.Draft.Instance!;

    private static string In(KeywordLine line) => $"({Now(line).Name})";

    private static IEnumerable<Keyword> Identity() =>
    [
        Works("state", line =>
        {
            string state = line.Word(1);
            if (line.Complaints.Fatal) return;
            if (state is not ("MASTER" or "BACKUP")) line.Error($"{In(line)} unknown state '{state}', defaulting to BACKUP");
            Now(line).StateMaster = state == "MASTER";
        }),
        Works("interface", line =>
        {
            string name = line.Word(1);
            if (line.Complaints.Fatal) return;
            if (name.Length > Values.MaxInterfaceName)
            {
                line.Error($"Interface name '{name}' too long - ignoring");
                return;
            }
            if (line.World.InterfaceIndex(name) == LoopbackIndex)
            {
                line.Error($"{In(line)} cannot use a loopback interface ({name}) for vrrp - ignoring");
                return;
            }
            Now(line).InterfaceMissing = !Values.InterfaceExists(line, name, $"WARNING - interface {name} for vrrp_instance {Now(line).Name} doesn't exist");
            Now(line).Interface = name;
        }),
        Works("virtual_router_id", line =>
        {
            string text = line.Word(1);
            if (Values.Unsigned(line, text, 1, 255, $"{In(line)}: VRID '{text}' not valid - must be between 1 & 255") is { } id)
                Now(line).VirtualRouterId = (int)id;
        }),
        Works("version", line =>
        {
            if (Values.Unsigned(line, line.Word(1), 2, 3, $"{In(line)}: Version must be either 2 or 3") is { } version) Now(line).Version = (int)version;
        }),
        NotYet("vrf", "an instance in a VRF without an interface is not run yet", line =>
        {
            string name = line.Word(1);
            if (line.Complaints.Fatal) return;
            if (Now(line).Interface != null) line.Error($"{In(line)} Cannot specify VRF interface and interface - ignoring");
            else Now(line).Vrf = name;
        }),
        Works("native_ipv6", line =>
        {
            Now(line).NativeIPv6 = true;
            Now(line).TakeFamily(IPAddress.IPv6Any);
        }),
        NoEffect("debug", "not implemented by the original either", line =>
        {
            string text = line.Word(1);
            Values.Unsigned(line, text, 0, 4, $"{In(line)} Debug value '{text}' not valid; must be between 0-4");
        }),
    ];

    private static IEnumerable<Keyword> Election() =>
    [
        Works("priority", line => Now(line).Priority =
            (int)(Values.Unsigned(line, line.Word(1), 1, 255, $"{In(line)} Priority not valid! must be between 1 & 255. Using default 100") ?? 100)),
        Works("advert_int", line =>
        {
            string text = line.Word(1);
            if (Values.Timer(line, text, 10_000, 255_000_000, $"{In(line)} Advert interval ({text}) not valid! Must be > 0 - ignoring") is { } us)
                Now(line).AdvertisementIntervalUs = us;
        }),
        Works("nopreempt", line => Now(line).NoPreempt = true),
        Works("preempt", line => Now(line).NoPreempt = false),
        Works("preempt_delay", line =>
        {
            string text = line.Word(1);
            if (Values.Timer(line, text, 0, 1_000_000_000, $"{In(line)} Preempt_delay not valid! must be between 0-1000") is { } us)
                Now(line).PreemptDelayUs = us;
        }),
        Works("down_timer_adverts", line =>
        {
            string text = line.Word(1);
            if (Values.Unsigned(line, text, 1, 100, $"{In(line)}: Invalid down_timer_adverts [1:100] '{text}'") is { } count)
                Now(line).DownTimerAdverts = (int)count;
        }),
        Works("timer_expired_backup", line =>
        {
            if (line.WordOrNull(1) is not { } text) Now(line).TimerExpiredBackup = 254;
            else if (Values.Unsigned(line, text, 1, 254, 
                $"{In(line)} timer_expired_backup highest_other_priority not valid! must be between 1 & 254") is { } priority)
                Now(line).TimerExpiredBackup = (int)priority;
        }),
        Works("strict_mode", line => Now(line).Strict = Bool(line) ?? Now(line).Strict),
        Works("accept", line => Now(line).Accept = true),
        Works("no_accept", line => Now(line).Accept = false),
        Works("skip_check_adv_addr", line => Now(line).SkipCheckAddress = Bool(line) ?? Now(line).SkipCheckAddress),
        Works("lower_prio_no_advert", line => Now(line).LowerPriorityNoAdvert = Bool(line) ?? Now(line).LowerPriorityNoAdvert),
        Works("higher_prio_send_advert", line => Now(line).HigherPrioritySend = Bool(line) ?? Now(line).HigherPrioritySend),
        Works("owner_ignore_adverts", line =>
            Now(line).OwnerIgnoresAdverts = Bool(line) ?? Now(line).OwnerIgnoresAdverts),
        Works("v3_checksum_as_v2", line => Now(line).V3ChecksumAsV2 = Bool(line) ?? Now(line).V3ChecksumAsV2),
        Works("dont_track_primary", line => Now(line).DontTrackPrimary = true),
        Works("track_src_ip", line => Now(line).TrackSource = true),
    ];

    private static IEnumerable<Keyword> Own() =>
    [
        .. OwnKeywords.For(line => (Now(line).Own, Now(line).Name)),
        Works("down_timer_bfd", line =>
        {
            string name = line.Word(1);
            if (line.Complaints.Fatal) return;
            if (line.Draft.BfdInstances.Exists(b => b.Model.Name == name && b.Model.ForVrrp)) Now(line).DownTimerBfd = name;
            else line.Error($"{In(line)} down_timer_bfd {name} not found, ignoring...");
        }) with { Note = OwnKeywords.Note },
    ];

    private static bool? Bool(KeywordLine line) => Values.OptionalBool(line, value => $"{In(line)} invalid {line.Keyword} {value} specified");

    private static IEnumerable<Keyword> Authentication() =>
    [
        Opens("authentication", new Block("authentication", ParsePass.Vrrp,
        [
            Works("auth_type", line =>
            {
                string type = line.Word(1);
                if (line.Complaints.Fatal) return;
                if (type == "PASS") Now(line).Authentication = VrrpAuthentication.Password;
                else if (type == "AH") Now(line).Authentication = VrrpAuthentication.AuthenticationHeader;
                else line.Error($"{In(line)} unknown authentication type '{type}'");
            }),
            Works("auth_pass", line =>
            {
                string password = line.Word(1);
                if (System.Text.Encoding.UTF8.GetByteCount(password) > 8)
                {
                    line.Error("Truncating auth_pass to 8 characters");
                    password = FirstBytes(password, 8);
                }
                Now(line).Password = password;
            }),
        ]), _ => true),
        Opens("auth_hmac", new Block("auth_hmac", ParsePass.Vrrp,
        [
            NotYet("key", "adverts are not signed yet", HmacKey),
            NotYet("active_key", "adverts are not signed yet", line =>
            {
                string text = line.Word(1);
                if (Values.Unsigned(line, text, 1, 255, $"{In(line)} auth_hmac active_key '{text}' must be between 1 and 255") is { } id)
                    Now(line).Hmac!.ActiveKey = (int)id;
            }),
            NotYet("anti_replay", "adverts are not signed yet", line =>
            {
                string mode = line.Word(1);
                if (mode is not ("time" or "monotonic")) line.Error($"{In(line)} auth_hmac anti_replay '{mode}' must be time or monotonic");
            }),
            NotYet("time_window", "adverts are not signed yet", line =>
            {
                string text = line.Word(1);
                Values.Unsigned(line, text, 1, 300, $"{In(line)} auth_hmac time_window '{text}' must be between 1 and 300 seconds");
            }),
            NotYet("mode", "adverts are not signed yet", line =>
            {
                string mode = line.Word(1);
                if (mode is not ("enforce" or "permissive" or "receive-only"))
                    line.Error($"{In(line)} auth_hmac mode '{mode}' must be enforce, permissive or receive-only");
            }),
        ]), line =>
        {
            Now(line).Hmac ??= new HmacDraft();
            return true;
        }),
    ];

    /// <summary>The wire has room for 8 bytes, not characters.</summary>
    private static string FirstBytes(string text, int count)
    {
        int length = text.Length;
        while (System.Text.Encoding.UTF8.GetByteCount(text.AsSpan(0, length)) > count) length--;
        return text[..length];
    }

    private static void HmacKey(KeywordLine line)
    {
        string id = line.Word(1), value = line.Word(2);
        if (Values.Unsigned(line, id, 1, 255, $"{In(line)} auth_hmac key id '{id}' must be between 1 and 255") is not { } key) return;
        if (value.StartsWith("file:", StringComparison.Ordinal))
        {
            string path = value[5..];
            var bytes = line.World.ReadFile(path, out _);
            if (bytes == null) line.Error($"{In(line)} auth_hmac key file '{path}' cannot be opened");
            value = bytes == null ? "" : System.Text.Encoding.UTF8.GetString(bytes).TrimEnd('\n');
        }
        int length = value.StartsWith("hex:", StringComparison.Ordinal) ? (value.Length - 3) / 2 : System.Text.Encoding.UTF8.GetByteCount(value);
        if (length is < 32 or > 64) line.Error($"{In(line)} auth_hmac key {key} length {length} not in range [32, 64]");
        else Now(line).Hmac!.Keys.Add((int)key);
    }
}
