using Evenkeel.Model;
using Evenkeel.Model.Vrrp;
using Evenkeel.Tests.Unit.Vrrp.Tracking;
using Evenkeel.Vrrp.Notify;
using Evenkeel.Vrrp.Router;

namespace Evenkeel.Tests.Unit.Vrrp.Notify;

public sealed class NotifierTests
{
    private readonly Stage _stage = new();
    private readonly Notifier _notifier;

    private static readonly VrrpInstanceModel Instance = new()
    {
        Name = "VI_1",
        Position = SourcePosition.None,
        Interface = "eth0",
        VirtualRouterId = 51,
        Notify = new NotifyModel { Master = Stage.Command("/m"), Backup = Stage.Command("/b"), Stop = Stage.Command("/s"), Any = Stage.Command("/n", "x") },
    };

    public NotifierTests()
    {
        _notifier = new Notifier(_stage, _stage);
        _notifier.Start(new KeepalivedModel { Global = new GlobalDefinitionsModel() }, _stage);
    }

    private string[] Started => [.. _stage.Started.Select(a => a.CommandLine)];

    [Fact]
    public void The_own_script_is_started_before_the_generic_one_with_its_four_arguments()
    {
        _notifier.InstanceChanged(Instance, VrrpState.Master, TransitionReason.AdvertisementTimeout, 100);
        Assert.Equal(["/m", "/n x INSTANCE VI_1 MASTER 100"], Started);
    }

    [Fact]
    public void Scripts_of_the_next_event_wait_for_those_of_the_last()
    {
        _notifier.InstanceChanged(Instance, VrrpState.Master, TransitionReason.AdvertisementTimeout, 100);
        _notifier.InstanceChanged(Instance, VrrpState.Backup, TransitionReason.HigherPriorityHeard, 100);
        Assert.Equal(2, Started.Length);
        _stage.Started[0].End(0);
        Assert.Equal(2, Started.Length);
        _stage.Started[1].End(1);
        Assert.Equal(["/b", "/n x INSTANCE VI_1 BACKUP 100"], Started[2..]);
    }

    [Fact]
    public void Another_instance_does_not_wait()
    {
        _notifier.InstanceChanged(Instance, VrrpState.Master, TransitionReason.AdvertisementTimeout, 100);
        _notifier.InstanceChanged(Instance with { Name = "VI_2" }, VrrpState.Master, TransitionReason.AdvertisementTimeout, 90);
        Assert.Equal(4, Started.Length);
    }

    [Fact]
    public void A_script_that_hangs_holds_the_next_event_up_for_ten_seconds_only()
    {
        _notifier.InstanceChanged(Instance, VrrpState.Master, TransitionReason.AdvertisementTimeout, 100);
        _notifier.InstanceChanged(Instance, VrrpState.Backup, TransitionReason.HigherPriorityHeard, 100);
        _stage.Pass(9.9);
        Assert.Equal(2, Started.Length);
        _stage.Pass(0.2);
        Assert.Equal(4, Started.Length);
        _stage.Started[0].End(0);
        Assert.True(_stage.Started[0].IsReaped);
        Assert.Equal(4, Started.Length);
    }

    [Fact]
    public void At_the_end_everything_that_waits_is_started_at_once()
    {
        _notifier.InstanceChanged(Instance, VrrpState.Master, TransitionReason.AdvertisementTimeout, 100);
        _notifier.InstanceChanged(Instance, VrrpState.Backup, TransitionReason.HigherPriorityHeard, 100);
        _notifier.PrepareEnd();
        _notifier.InstanceChanged(Instance, VrrpState.Init, TransitionReason.Stopping, 100);
        Assert.Equal(["/b", "/n x INSTANCE VI_1 BACKUP 100", "/s", "/n x INSTANCE VI_1 STOP 100"], Started[2..]);
    }

    [Theory]
    [InlineData(false, "FAULT")]
    [InlineData(true, "DELETED")]
    public void A_removed_instance_says_what_notify_deleted_asks_for(bool saysDeleted, string expected)
    {
        var instance = Instance with { Notify = new NotifyModel { Any = Stage.Command("/n"), SaysDeleted = saysDeleted } };
        _notifier.InstanceChanged(instance, VrrpState.Init, TransitionReason.Reloaded, 100);
        Assert.Equal([$"/n INSTANCE VI_1 {expected} 100"], Started);
    }

    [Fact]
    public void A_group_is_called_GROUP_and_has_priority_0()
    {
        var group = new SyncGroupModel { Name = "G", Position = SourcePosition.None, Notify = new NotifyModel { Any = Stage.Command("/g") } };
        _notifier.GroupChanged(group, VrrpState.Master, TransitionReason.GroupMaster);
        Assert.Equal(["/g GROUP G MASTER 0"], Started);
    }

    [Fact]
    public void A_lower_priority_heard_while_master_has_a_script_of_its_own_only()
    {
        var notify = Instance.Notify with { MasterReceivedLowerPriority = Stage.Command("/l") };
        _notifier.MasterReceivedLowerPriority(Instance with { Notify = notify }, 150);
        Assert.Equal(["/l"], Started);
    }

    [Fact]
    public void A_storm_of_events_keeps_only_the_latest_hundred()
    {
        for (int i = 0; i < 500; i++) _notifier.InstanceChanged(Instance, i % 2 == 0 ? VrrpState.Master : VrrpState.Backup, TransitionReason.Started, 100);
        for (int i = 0; i < _stage.Started.Count; i++) _stage.Started[i].End(0);
        Assert.Equal(2 * 101, _stage.Started.Count);
        Assert.Equal("/n x INSTANCE VI_1 BACKUP 100", _stage.Last.CommandLine);
    }
}
