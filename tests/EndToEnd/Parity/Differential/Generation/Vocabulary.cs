using System.Text.RegularExpressions;
using Evenkeel.Model.Samples;
using Evenkeel.Proxy.Samples.Converters;
using Evenkeel.Proxy.Samples.Fetches;
using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Parity.Differential.Generation;

/// <summary>
/// The fetches and converters that both programs register: ours from its registries, the original's from what it prints with `-dK`. Left out is what
/// cannot be the same in two runs (clocks, process ids, ports, rates) or counts what other connections do.
/// </summary>
internal sealed partial class Vocabulary
{
    private static readonly string[] Volatile =
    [
        "date", "date_us", "accept_date", "request_date", "uuid", "pid", "rand", "thread", "hostname", "src_port", "fc_src_port", "bc_src_port",
        "bc_src", "bc_dst", "bc_dst_port", "proc", "nbproc", "stopping", "act_conn", "uptime", "dst_port", "fc_dst_port", "url_port", "bc_err",
        "bc_err_str", "fc_err", "fc_err_str", "last_rule_file", "debug", "capture-req", "capture-res", "env", "unique-id", "lat_ns_avg", "lat_ns_tot",
        "cpu_calls", "cpu_ns_avg", "cpu_ns_tot", "http_first_req", "so_id", "srv_queue", "bytes_in", "bytes_out", "req.bytes_in", "req.bytes_out",
        "res.bytes_in", "res.bytes_out", "quic_enabled", "be_sess_rate", "fe_sess_rate", "fe_req_rate", "srv_sess_rate", "be_conn", "be_conn_free",
        "fe_conn", "srv_conn", "srv_conn_free", "queue", "avg_queue", "dst_conn", "connslots",
    ];

    /// <summary>Numbers that may be left out are always given.</summary>
    public required bool NeedsNumbers { get; init; }

    private Vocabulary(IReadOnlyList<FetchSignature> fetches, IReadOnlyList<ConverterSignature> converters, IReadOnlySet<string> keywords)
    {
        Fetches = fetches;
        Converters = converters;
        Keywords = keywords;
    }

    public IReadOnlyList<FetchSignature> Fetches { get; }

    public IReadOnlyList<ConverterSignature> Converters { get; }

    /// <summary>What the original's `-dKcfg` lists of proxies' keywords, one line each with its blanks made single: "http-request set-header".</summary>
    public IReadOnlySet<string> Keywords { get; }

    public static Vocabulary SharedWith(Original program)
    {
        var original = program.Program;
        var fetches = Names(original, "smp");
        var converters = Names(original, "cnv");
        var keywords = RunningProgram.Run(original, "-dKcfg", "-q", "-c", "-f", "/dev/null").Output.Split('\n')
            .Select(line => Blanks().Replace(line.Split('[')[0].Trim().TrimEnd('*'), " ")).ToHashSet();
        return new Vocabulary(
            [.. FetchTable.Rows.Select(row => row.Signature).Where(one => fetches.Contains(one.Name) && IsStable(one.Name)).OrderBy(one => one.Name,
                StringComparer.Ordinal)],
            [.. ConverterTable.Rows.Select(row => row.Signature).Where(one => converters.Contains(one.Name) && IsStable(one.Name)).OrderBy(one => one.Name,
                StringComparer.Ordinal)],
            keywords) { NeedsNumbers = program.IsFollowed };
    }

    private static bool IsStable(string name) =>
        !Volatile.Contains(name) && !name.StartsWith("internal.", StringComparison.Ordinal) && !name.Contains("timer.", StringComparison.Ordinal)
        && !name.Contains("rtt", StringComparison.Ordinal) && !name.Contains("table_", StringComparison.Ordinal) && !name.StartsWith("ssl_",
            StringComparison.Ordinal)
        && !name.Contains("_conn", StringComparison.Ordinal) && !name.Contains("rate", StringComparison.Ordinal);

    /// <summary>Lines are `name(args): type` or `[ Y . Y ] name(args): type`.</summary>
    private static HashSet<string> Names(string original, string kind) =>
        [.. RunningProgram.Run(original, "-dK" + kind, "-q", "-c", "-f", "/dev/null").Output.Split('\n')
            .Select(line => RegisteredName().Match(line)).Where(match => match.Success).Select(match => match.Groups[1].Value)];

    [GeneratedRegex(@"^(?:\[[ Y.]*\]\s*)?([a-zA-Z0-9_.+-]+)(?:\([^)]*\))?: ")]
    private static partial Regex RegisteredName();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
