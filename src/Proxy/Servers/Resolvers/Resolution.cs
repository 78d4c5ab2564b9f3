using System.Net;
using Evenkeel.Proxy.Loop;

namespace Evenkeel.Proxy.Servers.Resolvers;

/// <summary>Whoever wants to know what a name stands for, for as long as it follows the name.</summary>
internal interface INameFollower
{
    /// <summary>A round has ended. Look at the resolution's status and records.</summary>
    /// <param name="source">Who is to be named for it in logs.</param>
    void OnResolved(Resolution resolution, string source);
}

/// <summary>What is asked: addresses of a host, or where a service is.</summary>
internal readonly record struct NameKey(string Name, bool IsService, bool PrefersIPv4);

/// <summary>
/// One name and what is known of it: question -> answers or silence -> next type -> next try -> <b>result</b>, and again after a while (configuration.txt
/// 5.3). Owner: the resolver's worker.
/// </summary>
internal sealed class Resolution(Resolver owner, NameKey key) : LoopTimer
{
    private readonly List<(DnsRecord Record, long SeenMs)> _records = [];
    private readonly List<INameFollower> _followers = [];
    private readonly List<NameQuery> _queries = [];
    private DnsType _type;
    private int _triesLeft;
    private int _awaited;
    private bool _hasSwitched;

    public NameKey Key { get; } = key;

    /// <summary>How the last round ended.</summary>
    public DnsStatus Status { get; private set; }

    /// <summary>Loop time of the last valid answer; the beginning while there was none.</summary>
    public long LastValidMs { get; private set; } = owner.Loop.NowMs;

    public bool IsAsking { get; private set; }

    public DnsQuestion Question { get; private set; }

    public IEnumerable<DnsRecord> Records => _records.Select(static entry => entry.Record);

    private DnsType Preferred
    {
        get
        {
            if (Key.IsService) return DnsType.Srv;
            var preferred = Key.PrefersIPv4 ? DnsType.A : DnsType.Aaaa;
            return owner.Takes(preferred) ? preferred : Other(preferred);
        }
    }

    private static DnsType Other(DnsType type) => type == DnsType.A ? DnsType.Aaaa : DnsType.A;

    public void Follow(INameFollower follower)
    {
        _followers.Add(follower);
        if (Status == DnsStatus.Valid) follower.OnResolved(this, Resolver.CacheSource);
        if (!IsAsking && (Status == DnsStatus.None || !IsSet)) Begin();
    }

    public void Unfollow(INameFollower follower)
    {
        _followers.Remove(follower);
        ForgetIfUnused();
    }

    /// <summary>Answers a query now, or when the round that begins with it has ended.</summary>
    public void Ask(NameQuery query)
    {
        var isFresh = Status == DnsStatus.Valid && owner.Loop.NowMs - LastValidMs < owner.Model.HoldValidMs;
        if (isFresh) query.Answer(Best(query.PrefersIPv4));
        else
        {
            _queries.Add(query);
            if (!IsAsking) Begin();
        }
    }

    /// <summary>Takes an answer to the question that is open.</summary>
    public void OnAnswer(Nameserver sender, DnsStatus status, List<DnsRecord> records)
    {
        if (status == DnsStatus.Valid)
        {
            if (Merge(records)) sender.Counters.Updates++;
            LastValidMs = owner.Loop.NowMs;
            Finish(DnsStatus.Valid, $"{owner.Model.Name}/{sender.Model.Name}");
            return;
        }

        if (--_awaited > 0) return;
        if (!Key.IsService && !_hasSwitched && owner.Takes(Other(_type)))
        {
            _hasSwitched = true;
            _type = Other(_type);
            Send();
            return;
        }

        _hasSwitched = false;
        _type = Preferred;
        TryAgain(status);
    }

    public override void OnDeadline(long nowMs)
    {
        if (!IsAsking)
        {
            if (_followers.Count > 0) Begin();
            else ForgetIfUnused();
            return;
        }

        owner.CountTimeout();
        TryAgain(DnsStatus.Timeout);
    }

    public override void OnFault(Exception bug) => Close();

    public void Close()
    {
        TimerWheel.Cancel(this);
        owner.Forget(this);
        IsAsking = false;
        foreach (var query in _queries) query.Answer(null);
        _queries.Clear();
    }

    private void Begin()
    {
        (_triesLeft, _hasSwitched, _type) = (Math.Max(1, owner.Model.Retries), false, Preferred);
        IsAsking = true;
        Send();
    }

    private void Send()
    {
        Question = owner.NewQuestion(this, _type);
        _awaited = owner.Send(Question);
        owner.Loop.Timers.Set(this, owner.Loop.NowMs + Math.Max(1, owner.Model.RetryMs));
    }

    private void TryAgain(DnsStatus status)
    {
        if (--_triesLeft > 0) Send();
        else Finish(status, "");
    }

    private void Finish(DnsStatus status, string source)
    {
        owner.Forget(this);
        IsAsking = false;
        Status = status;
        var now = owner.Loop.NowMs;
        var pauseMs = _followers.Count > 0 || status != DnsStatus.Valid ? owner.Model.ResolveMs : owner.Model.HoldValidMs;
        owner.Loop.Timers.Set(this, now + Math.Max(1, pauseMs));
        foreach (var query in _queries) query.Answer(status == DnsStatus.Valid ? Best(query.PrefersIPv4) : null);
        _queries.Clear();
        for (var i = 0; i < _followers.Count; i++) _followers[i].OnResolved(this, i == 0 && source.Length > 0 ? source : Resolver.CacheSource);
    }

    /// <summary>How long ago the last valid answer may be for this failure to be overlooked.</summary>
    public bool IsHeld => owner.Loop.NowMs - LastValidMs < Status switch
    {
        DnsStatus.NoSuchName => owner.Model.HoldNxMs,
        DnsStatus.Refused => owner.Model.HoldRefusedMs,
        DnsStatus.Timeout => owner.Model.HoldTimeoutMs,
        _ => owner.Model.HoldOtherMs,
    };

    /// <summary>Takes over what was answered; what is not in it any more stays for `hold obsolete`.</summary>
    /// <returns>Whether anything is new.</returns>
    private bool Merge(List<DnsRecord> answered)
    {
        var now = owner.Loop.NowMs;
        var known = _records.Count;
        foreach (var record in answered)
        {
            if (!owner.Takes(record.Type)) continue;
            var index = _records.FindIndex(entry => IsSame(entry.Record, record));
            if (index >= 0) _records[index] = (record, now);
            else if (_records.Count < DnsAnswer.MaxRecords) _records.Add((record, now));
        }

        var isNew = _records.Count > known;
        // A host that has moved is followed at once, but no address is taken away before its time.
        _records.RemoveAll(entry => now - entry.SeenMs > 0 && now - entry.SeenMs >= owner.Model.HoldObsoleteMs);
        return isNew;
    }

    private static bool IsSame(DnsRecord left, DnsRecord right) =>
        left.Type == right.Type && Equals(left.Address, right.Address) && left.Target == right.Target && left.Port == right.Port;

    private IPAddress? Best(bool prefersIPv4)
    {
        var preferred = prefersIPv4 ? DnsType.A : DnsType.Aaaa;
        IPAddress? best = null;
        foreach (var (record, _) in _records)
        {
            if (record.Type == preferred) return record.Address;
            best ??= record.Address;
        }

        return best;
    }

    private void ForgetIfUnused()
    {
        if (_followers.Count > 0 || _queries.Count > 0) return;
        var isKept = Status == DnsStatus.Valid && owner.Loop.NowMs - LastValidMs < owner.Model.HoldValidMs;
        if (isKept) owner.Loop.Timers.Set(this, LastValidMs + owner.Model.HoldValidMs);
        else owner.Remove(this);
    }
}
