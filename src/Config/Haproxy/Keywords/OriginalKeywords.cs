using System.Collections.Frozen;
using Evenkeel.Config.Haproxy.Expressions;
using Evenkeel.Model.Rules;

namespace Evenkeel.Config.Haproxy.Keywords;

/// <summary>
/// The names the original knows, by kind. Looked at only for a name this program does not have, to tell "not supported yet" from "unknown", and by the
/// compatibility report. Read from a list inside the assembly at first use.
/// </summary>
public static class OriginalKeywords
{
    private const string Resource = "Evenkeel.Config.Haproxy.Keywords.OriginalKeywords.txt";

    private static readonly Lazy<FrozenDictionary<string, FrozenSet<string>>> ByKind = new(Load);

    private const string NoBlocks = "it shows the blocks in which HAProxy's own program keeps a message";

    private const string NoFlags = "it shows flags and addresses of HAProxy's own program, in a form that its manual leaves open";

    /// <summary>Fetches that look into the original's own program, each with the reason why there is no value of theirs here.</summary>
    private static readonly FrozenDictionary<string, string> Internals = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["bs.debug_str"] = NoFlags, ["fs.debug_str"] = NoFlags, ["term_events"] = NoFlags,
        ["internal.htx.data"] = NoBlocks, ["internal.htx.free"] = NoBlocks, ["internal.htx.free_data"] = NoBlocks, ["internal.htx.has_eom"] = NoBlocks,
        ["internal.htx.nbblks"] = NoBlocks, ["internal.htx.size"] = NoBlocks, ["internal.htx.used"] = NoBlocks, ["internal.htx_blk.data"] = NoBlocks,
        ["internal.htx_blk.hdrname"] = NoBlocks, ["internal.htx_blk.hdrval"] = NoBlocks, ["internal.htx_blk.size"] = NoBlocks,
        ["internal.htx_blk.start_line"] = NoBlocks, ["internal.htx_blk.type"] = NoBlocks,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The list as the expression parsers ask for it.</summary>
    public static IKnownNames Names { get; } = new KnownNames();

    public static bool Contains(string kind, string name) => ByKind.Value.TryGetValue(kind, out var names) && names.Contains(name);

    /// <summary>Why a fetch of the original is refused for good; null when it is not.</summary>
    public static string? WhyRefused(string kind, string name) => kind == "fetch" ? Internals.GetValueOrDefault(name) : null;

    public static IEnumerable<string> OfKind(string kind) => ByKind.Value.TryGetValue(kind, out var names) ? names.Order(StringComparer.Ordinal) : [];

    private static FrozenDictionary<string, FrozenSet<string>> Load()
    {
        using var stream = typeof(OriginalKeywords).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"the list of keywords is missing from the program: {Resource}");
        using var reader = new StreamReader(stream);
        var kinds = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        while (reader.ReadLine() is { } line)
        {
            var space = line.IndexOf(' ');
            if (space <= 0 || line[0] == '#') continue;
            if (!kinds.TryGetValue(line[..space], out var names)) kinds[line[..space]] = names = new HashSet<string>(StringComparer.Ordinal);
            names.Add(line[(space + 1)..]);
        }
        return kinds.ToFrozenDictionary(pair => pair.Key, pair => pair.Value.ToFrozenSet(StringComparer.Ordinal), StringComparer.Ordinal);
    }

    private sealed class KnownNames : IKnownNames
    {
        public bool IsFetch(string name) => Contains("fetch", name);

        public string? WhyNoFetch(string name) => WhyRefused("fetch", name);

        public bool IsConverter(string name) => Contains("converter", name);

        public bool IsAction(RuleSets set, string name) => Contains(KindOf(set), name) || (name.StartsWith("track-sc", StringComparison.Ordinal)
            && Contains(KindOf(set), "track-sc"));

        private static string KindOf(RuleSets set) => set switch
        {
            RuleSets.TcpRequestConnection => "tcp-request_connection",
            RuleSets.TcpRequestSession => "tcp-request_session",
            RuleSets.TcpRequestContent => "tcp-request_content",
            RuleSets.TcpResponseContent => "tcp-response_content",
            RuleSets.HttpRequest => "http-request",
            RuleSets.HttpResponse => "http-response",
            _ => "http-after-response",
        };
    }
}
