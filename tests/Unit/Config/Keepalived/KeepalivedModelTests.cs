using System.Net;
using Evenkeel.Model.Vrrp;

namespace Evenkeel.Tests.Unit.Config.Keepalived;

public sealed class KeepalivedModelTests
{
    private static string Instance(string body, string name = "VI_1", string address = "10.0.0.9/24") =>
        $"vrrp_instance {name} {{\ninterface eth0\nvirtual_router_id 51\n{body}\nvirtual_ipaddress {{\n{address}\n}}\n}}\n";

    private static VrrpInstanceModel One(string body, string address = "10.0.0.9/24") =>
        Assert.Single(Reading.Model(Instance(body, address: address)).Instances);

    [Fact]
    public void Defaults_are_those_of_the_original()
    {
        var instance = One("");
        Assert.Equal((ConfiguredState.Backup, 100, 2, 100, 3), (instance.State, instance.Priority, instance.Version, instance.AdvertisementIntervalCs,
            instance.DownTimerAdverts));
        Assert.True(instance.Accept);
        Assert.Equal((5_000, 5, 0, 1, 5_000, 5), (instance.GratuitousArp.MasterDelayMs, instance.GratuitousArp.MasterRepeat,
            instance.GratuitousArp.MasterRefreshMs,
            instance.GratuitousArp.MasterRefreshRepeat, instance.GratuitousArp.LowerPriorityDelayMs, instance.GratuitousArp.LowerPriorityRepeat));
    }

    [Theory]
    [InlineData("version 2", 1_500, 255)]
    [InlineData("version 2", 1_000, 237)]
    [InlineData("version 3", 1_000, 239)]
    [InlineData("version 3", 600, 139)]
    public void Addresses_that_do_not_fit_into_one_advertisement_are_held_but_not_announced(string version, int mtu, int announced)
    {
        var addresses = string.Join('\n', Enumerable.Range(0, 300).Select(i => $"10.1.{i / 100}.{i % 100 + 1}"));
        var result = Reading.Result(Instance(version, address: addresses), out var diagnostics, new FakeWorld { Mtu = mtu });
        var instance = Assert.Single(result.Model!.Instances);
        Assert.Equal((announced, 300 - announced), (instance.Addresses.Length, instance.ExcludedAddresses.Length));
        Assert.Contains(diagnostics.Items, d => d.Text
            == $"(VI_1) Number of VIPs (300) exceeds maximum/space available in packet (max {announced} addresses) - excess moved to eVIPs");
    }

    [Fact]
    public void State_MASTER_without_a_priority_means_the_owner() => Assert.Equal(255, One("state MASTER").Priority);

    [Fact]
    public void The_first_address_decides_the_family_and_IPv6_is_version_3()
    {
        var instance = One("", "fe80::5");
        Assert.True(instance.IsIPv6);
        Assert.Equal(3, instance.Version);
        Assert.Equal(0u, instance.Addresses[0].PreferredLifetimeSeconds);
    }

    [Fact]
    public void Address_options_reach_the_model()
    {
        var address = One("", "10.0.0.9/24 brd + dev lo label lo:1 scope link no_track").Addresses[0];
        Assert.Equal((IPAddress.Parse("10.0.0.255"), "lo", "lo:1", (byte)253, true),
            (address.Broadcast!, address.Interface!, address.Label!, address.Scope, address.NoTrack));
    }

    [Fact]
    public void A_fraction_of_a_second_is_rounded_to_what_the_version_can_say()
    {
        Assert.Equal(200, One("advert_int 1.5").AdvertisementIntervalCs);
        Assert.Equal(2, One("version 3\nadvert_int 0.015").AdvertisementIntervalCs);
        Assert.Equal(4_095, One("version 3\nadvert_int 50").AdvertisementIntervalCs);
    }

    [Fact]
    public void Global_defaults_reach_instances_that_say_nothing()
    {
        var model = Reading.Model("global_defs {\nvrrp_garp_lower_prio_delay 7\nvrrp_min_garp\nvrrp_version 3\nvrrp_check_unicast_src\n}\n"
            + Instance("garp_master_repeat 3"));
        var instance = Assert.Single(model.Instances);
        Assert.Equal((3, 0, 3, 7_000), (instance.Version, instance.GratuitousArp.MasterDelayMs, instance.GratuitousArp.MasterRepeat,
            instance.GratuitousArp.LowerPriorityDelayMs));
        Assert.True(instance.CheckUnicastSource);
    }

    [Fact]
    public void A_ttl_range_of_a_peer_turns_the_source_check_on()
    {
        var instance = One("unicast_src_ip 10.0.0.1\nunicast_peer {\n10.0.0.2 min_ttl 3\n}");
        Assert.True(instance.CheckUnicastSource);
        Assert.Equal(new UnicastPeerModel(IPAddress.Parse("10.0.0.2"), 3), Assert.Single(instance.UnicastPeers));
        Assert.Equal(IPAddress.Parse("10.0.0.1"), instance.UnicastSource);
    }

    [Theory]
    [InlineData("authentication {\nauth_type AH\nauth_pass x\n}", "auth_type AH")]
    [InlineData("use_vmac", "use_vmac")]
    [InlineData("auth_hmac {\nkey 1 abcdefghabcdefghabcdefghabcdefgh\nactive_key 1\n}", "auth_hmac")]
    public void A_start_is_refused_when_an_instance_would_speak_differently_on_the_wire(string body, string expected) =>
        Assert.StartsWith($"(VI_1) {expected}", Assert.Single(Reading.Result(Instance(body), out _).StartRefusals));

    [Fact]
    public void A_missing_interface_is_a_reason_not_to_start_unless_interfaces_are_dynamic()
    {
        string text = Instance("interface nosuch0");
        Assert.Equal(["Non-existent interface specified in configuration"], Reading.Result(text, out _).StartRefusals);
        Assert.Empty(Reading.Result("global_defs {\ndynamic_interfaces\n}\n" + text, out _).StartRefusals);
    }

    [Fact]
    public void Mail_settings_are_said_once_at_a_start_and_do_not_count_in_a_test()
    {
        var result = Reading.Result("global_defs {\nsmtp_server 127.0.0.1\nsmtp_connect_timeout 30\nnotification_email {\na@b\n}\n}\n" + Instance(""), out _);
        Assert.Equal(0, result.ExitCode);
        Assert.Single(result.StartWarnings, w => w.Contains("mail is not sent yet", StringComparison.Ordinal));
    }

    [Fact]
    public void A_script_that_is_not_there_is_left_out_with_its_tracks()
    {
        var model = Reading.Model("global_defs {\nscript_user root\nenable_script_security\n}\nvrrp_script s {\nscript /nosuch\n}\n"
            + Instance("track_script {\ns\n}"));
        Assert.Empty(model.Scripts);
        Assert.Empty(model.Instances[0].TrackScripts);
    }

    [Fact]
    public void A_password_longer_than_eight_bytes_is_cut() =>
        Assert.Equal("12345678", One("authentication {\nauth_type PASS\nauth_pass 123456789\n}").Password);

    [Fact]
    public void Eight_thousand_instances_of_one_line_are_read_within_seconds()
    {
        string text = "$VI= \\\nvrrp_instance v.${IF}.${NUM}.${ID} { \\\n"
            + " interface eth0 \\\n virtual_router_id ${ID} \\\n virtual_ipaddress { \\\n 10.${IF}.${NUM}.${ID}/24 \\\n } \\\n}\n"
            + "~SEQ(IF,0,0) ~SEQ(NUM,0,31) ~SEQ(ID,1,254) $VI\n";
        var model = Reading.Model(text);
        Assert.Equal(254, model.Instances.Length);
    }
}
