using System.Globalization;
using Evenkeel.Config.Diagnostics;
using Evenkeel.Config.Haproxy.Expressions;
using Evenkeel.Config.Haproxy.Values;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Config.Haproxy.Sections;

/// <summary>`balance` and `hash-type`.</summary>
internal static class ProxyBalance
{
    public static void Balance(ProxySection section, Statement statement)
    {
        section.WarnWhenLacking(ProxySides.Backend, "balance");
        var context = section.Context;
        var (word, draft) = (statement[1], section.Draft);
        switch (word)
        {
            case "" or "roundrobin":
                draft.Balance = new BalanceModel(BalanceAlgorithm.RoundRobin);
                break;
            case "static-rr":
                draft.Balance = new BalanceModel(BalanceAlgorithm.StaticRoundRobin);
                break;
            case "first":
                draft.Balance = new BalanceModel(BalanceAlgorithm.First);
                break;
            case "leastconn":
                draft.Balance = new BalanceModel(BalanceAlgorithm.LeastConnections);
                break;
            case "source":
                draft.Balance = new BalanceModel(BalanceAlgorithm.Source);
                break;
            case "uri":
                Uri(section, statement);
                break;
            case "url_param":
                if (!statement.Has(2)) context.Alert("balance url_param requires an URL parameter name.");
                else if (statement.Has(3) && statement[3] != "check_post")
                    context.Alert($"balance url_param only accepts 'check_post' modifier (got '{statement[3]}').");
                else draft.Balance = new BalanceModel(BalanceAlgorithm.UrlParameter, statement[2]) { ChecksPost = statement.Has(3) };
                break;
            case "hash":
                Hash(section, statement);
                break;
            case "sticky":
                draft.Balance = new BalanceModel(BalanceAlgorithm.Sticky);
                break;
            case "log-hash":
                if (!statement.Has(2)) context.Alert("balance log-hash requires a converter list.");
                else draft.Balance = new BalanceModel(BalanceAlgorithm.LogHash, statement[2]);
                break;
            default:
                if (word == "random" || word.StartsWith("random(", StringComparison.Ordinal)) Random(section, word);
                else if (word == "hdr()") context.Alert("balance hdr requires an http header field name.");
                else if (word.StartsWith("hdr(", StringComparison.Ordinal) && word.EndsWith(')'))
                    draft.Balance = new BalanceModel(BalanceAlgorithm.Header, word[4..^1]) { UseDomainOnly = statement[2] == "use_domain_only" };
                else if (word == "rdp-cookie") draft.Balance = new BalanceModel(BalanceAlgorithm.RdpCookie, "mstshash");
                else if (word.StartsWith("rdp-cookie", StringComparison.Ordinal)) RdpCookie(section, word);
                else
                    context.Alert("balance only supports 'roundrobin', 'static-rr', 'leastconn', 'source', 'uri', 'url_param', 'hash', 'hdr(name)', "
                        + "'rdp-cookie(name)', 'log-hash' and 'sticky' options.");
                break;
        }
    }

    /// <summary>What stands behind the closing parenthesis is not looked at, as in the original.</summary>
    private static void RdpCookie(ProxySection section, string word)
    {
        var close = word.IndexOf(')', StringComparison.Ordinal);
        const int Opening = 11;
        if (word.Length < Opening || word[Opening - 1] != '(' || close <= Opening) section.Context.Alert("balance rdp-cookie : missing cookie name.");
        else section.Draft.Balance = new BalanceModel(BalanceAlgorithm.RdpCookie, word[Opening..close]);
    }

    public static void BalanceFactor(ProxySection section, Statement statement)
    {
        var factor = Units.LenientInteger(statement[1]);
        if (!statement.Has(1)) section.Context.Alert("'hash-balance-factor' expects an integer argument.");
        else if (factor is not 0 and <= 100) section.Context.Alert("'hash-balance-factor' must be 0 or greater than 100.");
        else section.Draft.Hashing = section.Draft.Hashing with { BalanceFactor = factor };
    }

    public static void PreserveAffinity(ProxySection section, Statement statement)
    {
        var context = section.Context;
        HashAffinity? affinity = statement[1] switch
        {
            "always" => HashAffinity.Always, "maxconn" => HashAffinity.MaxConnections, "maxqueue" => HashAffinity.MaxQueue, _ => null,
        };
        if (!statement.Has(1)) context.Alert("'hash-preserve-affinity' needs a keyword to specify when to preserve hash affinity");
        else if (section.Draft is { IsDefaults: false, IsBackend: false })
            context.Alert("'hash-preserve-affinity' only available in backend or listen section");
        else if (affinity is null) context.Alert($"'hash-preserve-affinity': unknown keyword '{statement[1]}'");
        else section.Draft.Hashing = section.Draft.Hashing with { Affinity = affinity.Value };
    }

    private static void Random(ProxySection section, string word)
    {
        var draws = 2;
        if (word.Length > "random(".Length)
        {
            var at = "random(".Length;
            var end = at;
            while (end < word.Length && char.IsAsciiDigit(word[end])) end++;
            if (end >= word.Length || word[end] != ')')
            {
                section.Context.Alert($"balance random : unexpected character '{(end < word.Length ? word[end] : ' ')}' after argument.");
                return;
            }
            if (end > at) _ = int.TryParse(word.AsSpan(at, end - at), NumberStyles.None, CultureInfo.InvariantCulture, out draws);
            if (draws < 1)
            {
                section.Context.Alert("balance random : number of draws must be at least 1.");
                return;
            }
        }
        section.Draft.Balance = new BalanceModel(BalanceAlgorithm.Random, null, draws);
    }

    private static void Hash(ProxySection section, Statement statement)
    {
        if (!statement.Has(2))
        {
            section.Context.Alert("balance hash requires a sample expression.");
            return;
        }
        var next = 2;
        if (SampleExpressionParser.TryParse(statement.Words, ref next, section.Scope, "balance hash", out var error) is { } expression)
        {
            section.Draft.Balance = new BalanceModel(BalanceAlgorithm.Hash) { Expression = expression };
            return;
        }
        section.Context.Diagnostics.Say(Severity.Alert, statement.Position,
            $"{section.Draft.TypeName} '{section.Draft.Name}' [{section.Draft.Position}]: failed to parse 'balance hash' expression '{statement[2]}' "
                + $"in : {error}.");
    }

    private static void Uri(ProxySection section, Statement statement)
    {
        var balance = new BalanceModel(BalanceAlgorithm.Uri);
        for (var at = 2; statement.Has(at); at++)
        {
            switch (statement[at])
            {
                case "whole":
                    balance = balance with { UriWhole = true };
                    break;
                case "path-only":
                    balance = balance with { UriPathOnly = true };
                    break;
                case "len" or "depth":
                    var number = Units.LenientInteger(statement[at + 1]);
                    if (number <= 0)
                    {
                        section.Context.Alert($"balance uri : '{statement[at]}' expects a positive integer (got '{statement[at + 1]}').");
                        return;
                    }
                    balance = statement[at] == "len" ? balance with { UriLength = number } : balance with { UriDepth = number };
                    at++;
                    break;
                default:
                    section.Context.Alert($"balance uri only accepts parameters 'len', 'depth', 'path-only', and 'whole' (got '{statement[at]}').");
                    return;
            }
        }
        section.Draft.Balance = balance;
    }

    public static void HashType(ProxySection section, Statement statement)
    {
        section.WarnWhenLacking(ProxySides.Backend, "hash-type");
        var context = section.Context;
        if (statement[1] is not ("consistent" or "map-based")) context.Alert("'hash-type' only supports 'consistent' and 'map-based'.");
        else if (statement.Has(2) && statement[2] is not ("sdbm" or "djb2" or "crc32" or "wt6" or "none"))
            context.Alert("'hash-type' only supports 'sdbm', 'djb2', 'crc32', or 'wt6' hash functions.");
        else if (statement.Has(3) && statement[3] != "avalanche") context.Alert("'hash-type' only supports 'avalanche' as a modifier for hash functions.");
        else section.Draft.HashType = TypeOf(statement);
    }

    private static HashTypeModel TypeOf(Statement statement)
    {
        var method = statement[1] == "consistent" ? HashMethod.Consistent : HashMethod.MapBased;
        var function = statement[2] switch
        {
            "djb2" => HashFunction.Djb2,
            "wt6" => HashFunction.Wt6,
            "crc32" => HashFunction.Crc32,
            "none" => HashFunction.None,
            _ => HashFunction.Sdbm,
        };
        // Without a function, consistent hashing mixes the bits of sdbm once more.
        return new HashTypeModel(method, function, statement[3] == "avalanche" || (!statement.Has(2) && method == HashMethod.Consistent));
    }
}
