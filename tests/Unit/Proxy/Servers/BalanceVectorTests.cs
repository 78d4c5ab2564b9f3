using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Tests.Unit.Proxy.Servers;

/// <summary>The choices HAProxy made, recorded from a run of it; hashing has to make the same ones.</summary>
public partial class BalanceVectorTests
{
    private sealed record Vector(string Name, BackendModel Backend, string Kind, List<(string Key, int Server)> Choices);

    public static TheoryData<string> Names => [.. Read().Select(vector => vector.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_key_goes_to_the_server_haproxy_chose(string name)
    {
        var vector = Read().Single(each => each.Name == name);
        var backend = ABackend.Of(vector.Backend);
        foreach (var (key, server) in vector.Choices)
        {
            var stream = vector.Kind switch
            {
                "source" => new AStream { Source = IPAddress.Parse(key).GetAddressBytes() },
                "header" => new AStream().With("k", key).With("host", key),
                _ => new AStream { Target = Encoding.ASCII.GetBytes(key) },
            };
            var chosen = backend.Select(stream)!;
            Assert.True(chosen.Name == "s" + server, $"{key} went to {chosen.Name} instead of s{server}");
        }
    }

    private static List<Vector> Read()
    {
        using var stream = typeof(BalanceVectorTests).Assembly.GetManifestResourceStream("balance-vectors.tsv")!;
        var vectors = new List<Vector>();
        foreach (var line in new StreamReader(stream).ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1))
        {
            var fields = line.Split('\t');
            if (fields[0].Length > 0) vectors.Add(new Vector(fields[0], BackendOf(fields), fields[5], []));
            else vectors[^1].Choices.Add((fields[1], int.Parse(fields[2])));
        }

        return vectors;
    }

    private static BackendModel BackendOf(string[] fields)
    {
        var weights = fields[3].Split(',').Select(int.Parse).ToArray();
        var ids = fields[4] == "-" ? Enumerable.Range(1, weights.Length).ToArray() : fields[4].Split(',').Select(int.Parse).ToArray();
        var servers = weights.Select((weight, i) => ABackend.Server(ids[i], weight) with { Name = "s" + (i + 1) });
        return ABackend.Named("be", [.. servers]) with { Balance = BalanceOf(fields[1]), HashType = HashTypeOf(fields[2]) };
    }

    private static BalanceModel BalanceOf(string text)
    {
        int Number(string word) => Regex.Match(text, word + @" (\d+)") is { Success: true } match ? int.Parse(match.Groups[1].Value) : 0;
        return text.Split(' ')[0] switch
        {
            "roundrobin" => new(BalanceAlgorithm.RoundRobin),
            "static-rr" => new(BalanceAlgorithm.StaticRoundRobin),
            "source" => new(BalanceAlgorithm.Source),
            "url_param" => new(BalanceAlgorithm.UrlParameter, "id"),
            "uri" => new BalanceModel(BalanceAlgorithm.Uri)
            {
                UriLength = Number("len"), UriDepth = Number("depth"), UriWhole = text.Contains("whole"), UriPathOnly = text.Contains("path-only"),
            },
            var header => new BalanceModel(BalanceAlgorithm.Header, HeaderName().Match(header).Groups[1].Value)
            {
                UseDomainOnly = text.Contains("use_domain_only"),
            },
        };
    }

    private static HashTypeModel HashTypeOf(string text)
    {
        var words = text.Split(' ');
        var consistent = words[0] == "consistent";
        var function = words.Length > 1 ? Enum.Parse<HashFunction>(words[1], ignoreCase: true) : HashFunction.Sdbm;
        return new(consistent ? HashMethod.Consistent : HashMethod.MapBased, function, words.Length > 2 || (consistent && words.Length == 1));
    }

    [GeneratedRegex(@"\((.*)\)")]
    private static partial Regex HeaderName();
}
