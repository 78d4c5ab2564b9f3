using Evenkeel.Vrrp.Packets;

namespace Evenkeel.Vrrp.Router;

/// <summary>What one virtual router has counted since it was made. Owner: the worker; read for status and dump files.</summary>
public sealed class RouterCounters
{
    /// <summary>Made for the first that is rejected.</summary>
    private long[]? _rejected;

    public long AdvertisementsSent { get; internal set; }
    public long AdvertisementsReceived { get; internal set; }
    public long PriorityZeroSent { get; internal set; }
    public long PriorityZeroReceived { get; internal set; }
    public long BecameMaster { get; internal set; }
    public long ReleasedMaster { get; internal set; }
    public long ConflictsWon { get; internal set; }
    public long ConflictsLost { get; internal set; }
    public long Repairs { get; internal set; }

    /// <summary>Advertisements whose list of addresses is not ours; they are accepted.</summary>
    public long OtherAddresses { get; internal set; }

    public long Rejected(AdvertisementStatus status) => _rejected?[(int)status] ?? 0;

    internal void Clear()
    {
        _rejected = null;
        AdvertisementsSent = AdvertisementsReceived = PriorityZeroSent = PriorityZeroReceived = 0;
        BecameMaster = ReleasedMaster = ConflictsWon = ConflictsLost = Repairs = OtherAddresses = 0;
    }

    internal void Reject(AdvertisementStatus status) => (_rejected ??= new long[Enum.GetValues<AdvertisementStatus>().Length])[(int)status]++;
}
