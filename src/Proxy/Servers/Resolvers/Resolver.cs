using System.Security.Cryptography;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Loop;

namespace Evenkeel.Proxy.Servers.Resolvers;

/// <summary>One `resolvers` section at work: its nameservers, its open questions, what it knows. Owner: one worker's loop.</summary>
public sealed class Resolver
{
    /// <summary>What logs name as the source of an answer that somebody else had asked for.</summary>
    internal const string CacheSource = "DNS cache";

    /// <summary>Names known at a time; requests can name what they like.</summary>
    private const int MaxNames = 8_192;

    private readonly Dictionary<ushort, Resolution> _open = [];
    private readonly Dictionary<NameKey, Resolution> _resolutions = [];
    private readonly List<DnsRecord> _answered = [];
    private readonly byte[] _question = new byte[DnsQuestion.MaxLength];
    private readonly Nameserver[] _nameservers;
    private bool _isClosed;

    internal Resolver(ResolversModel model, EventLoop loop)
    {
        (Model, Loop) = (model, loop);
        _nameservers = [.. model.Nameservers.Select(each => Nameserver.Create(each, loop, model.PayloadSize, OnAnswer))];
    }

    public ResolversModel Model { get; }

    private readonly IPv6Route _route = new();

    /// <summary>Whether addresses of this type are asked for and taken; other records always are.</summary>
    internal bool Takes(DnsType type) => type switch
    {
        DnsType.A => (Model.Families & (DnsFamilies.IPv4 | DnsFamilies.Auto)) != 0,
        DnsType.Aaaa => (Model.Families & DnsFamilies.IPv6) != 0 || ((Model.Families & DnsFamilies.Auto) != 0 && _route.Exists(Loop.NowMs)),
        _ => true,
    };

    internal EventLoop Loop { get; }

    /// <summary>Names and counters of the nameservers; any thread.</summary>
    public IEnumerable<(string Name, NameserverCounters Counters)> Nameservers => _nameservers.Select(static each => (each.Model.Name, each.Counters));

    /// <summary>What is known of a name from now on. Null when too many are known already.</summary>
    internal Resolution? Find(NameKey key)
    {
        if (_resolutions.TryGetValue(key, out var known)) return known;
        if (_isClosed || _resolutions.Count >= MaxNames) return null;
        return _resolutions[key] = new Resolution(this, key);
    }

    internal void Ask(NameQuery query)
    {
        var name = DnsName.Normal(query.Name);
        Span<byte> space = stackalloc byte[DnsQuestion.MaxLength];
        if (DnsName.Write(name, space) > 0 && Find(new NameKey(name, IsService: false, query.PrefersIPv4)) is { } resolution) resolution.Ask(query);
        else query.Answer(null);
    }

    internal void Remove(Resolution resolution)
    {
        resolution.Close();
        _resolutions.Remove(resolution.Key);
    }

    /// <summary>A question with a number that is free and cannot be guessed.</summary>
    internal DnsQuestion NewQuestion(Resolution asker, DnsType type)
    {
        Forget(asker);
        var id = (ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue + 1);
        while (_open.ContainsKey(id)) id++;
        _open[id] = asker;
        return new DnsQuestion(id, asker.Key.Name, type);
    }

    /// <summary>Closes the question a resolution has open.</summary>
    internal void Forget(Resolution asker)
    {
        if (_open.TryGetValue(asker.Question.Id, out var open) && ReferenceEquals(open, asker)) _open.Remove(asker.Question.Id);
    }

    /// <summary>Asks all nameservers.</summary>
    /// <returns>How many of them will answer, if they do.</returns>
    internal int Send(DnsQuestion question)
    {
        var length = question.Write(_question, Model.PayloadSize);
        if (length == 0) return 0;
        var sent = 0;
        foreach (var nameserver in _nameservers)
            if (nameserver.Send(_question.AsSpan(0, length))) sent++;
        return sent;
    }

    internal void CountTimeout()
    {
        foreach (var nameserver in _nameservers) nameserver.Counters.Timeouts++;
    }

    /// <summary>Gives up everything: another configuration follows, or the process ends.</summary>
    internal void Close()
    {
        _isClosed = true;
        foreach (var resolution in _resolutions.Values.ToArray()) resolution.Close();
        foreach (var nameserver in _nameservers) nameserver.Close();
        _resolutions.Clear();
        _open.Clear();
    }

    private void OnAnswer(Nameserver sender, ReadOnlySpan<byte> message)
    {
        var id = DnsAnswer.IdOf(message);
        if (id < 0)
        {
            sender.Counters.Invalid++;
            return;
        }

        if (!_open.TryGetValue((ushort)id, out var resolution))
        {
            sender.Counters.Outdated++;
            return;
        }

        var status = DnsAnswer.Read(message, resolution.Question, _answered);
        Count(sender.Counters, status);
        // What is no answer to our question must not end it: it may not be the nameserver's.
        if (status != DnsStatus.Invalid) resolution.OnAnswer(sender, status, _answered);
    }

    private static void Count(NameserverCounters counters, DnsStatus status)
    {
        switch (status)
        {
            case DnsStatus.Valid: counters.Valid++; break;
            case DnsStatus.NoSuchName: counters.NoSuchName++; break;
            case DnsStatus.Refused: counters.Refused++; break;
            case DnsStatus.NoData: counters.WithoutRecord++; break;
            case DnsStatus.AliasOnly: counters.AliasOnly++; break;
            case DnsStatus.AliasError: counters.AliasErrors++; break;
            case DnsStatus.Truncated: counters.Truncated++; break;
            case DnsStatus.Invalid: counters.Invalid++; break;
            default: counters.Other++; break;
        }
    }
}
