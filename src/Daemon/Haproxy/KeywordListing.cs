using System.Collections.Immutable;
using System.Text;
using Evenkeel.Config.Haproxy.Keywords;
using Evenkeel.Control.RuntimeApi;
using Evenkeel.Control.RuntimeApi.Families;
using Evenkeel.Model.Rules;
using Evenkeel.Model.Samples;

namespace Evenkeel.Daemon.Haproxy;

/// <summary>
/// `-dK CLASS[,CLASS]...` (management.txt 3): the keywords this program takes, from the registries the parser and the socket use. Those that are refused as
/// not supported yet are not among them.
/// </summary>
public static class KeywordListing
{
    private const string Help = """
        # List of supported keyword classes:
        all: list all keywords
        acl: ACL keywords
        cfg: configuration keywords
        cli: CLI keywords
        cnv: sample converter keywords
        flt: filter names
        smp: sample fetch functions
        svc: service names

        """;

    /// <summary>How a kind of row stands in its section: what goes before its keyword.</summary>
    private static readonly (string Kind, string Section, string Prefix)[] Lines =
    [
        ("global", "global", ""), ("proxy", "listen", ""), ("bind", "listen", "bind <addr> "), ("server", "listen", "server <name> <addr> "),
        ("option", "listen", "option "), ("timeout", "listen", "timeout "), ("stats", "listen", "stats "),
        ("tcp-request_connection", "listen", "tcp-request connection "), ("tcp-request_session", "listen", "tcp-request session "),
        ("tcp-request_content", "listen", "tcp-request content "), ("tcp-response_content", "listen", "tcp-response content "),
        ("http-request", "listen", "http-request "), ("http-response", "listen", "http-response "), ("http-after-response", "listen", "http-after-response "),
    ];

    /// <summary>The text for a list of classes; an unknown class says nothing, as in the original.</summary>
    public static string Of(string classes)
    {
        var wanted = classes.Split(',');
        bool Wants(string name) => wanted.Contains(name) || wanted.Contains("all");
        var text = new StringBuilder();
        if (wanted.Contains("help")) text.Append(Help);
        if (Wants("acl")) Append(text, "ACL keywords", Acls);
        if (Wants("cfg")) Append(text, "configuration keywords", Configuration);
        if (Wants("cli")) Append(text, "CLI keywords", Commands);
        if (Wants("cnv")) Append(text, "sample converter functions", Converters);
        if (Wants("flt")) Append(text, "filter names", []);
        if (Wants("smp")) Append(text, "sample fetch functions", Fetches);
        if (Wants("svc")) Append(text, "service names", Signatures.Registry.Services);
        return text.ToString();
    }

    private static IEnumerable<string> Acls => AclKeywords.All().Where(keyword => Signatures.Registry.Fetch(keyword.Fetch) is not null)
        .Select(keyword => $"{keyword.Name} = {keyword.Fetch} -m {NameOf(keyword.Method)}").Order(StringComparer.Ordinal);

    private static IEnumerable<string> Configuration
    {
        get
        {
            var rows = CompatibilityReport.Rows.Concat(CompatibilityReport.ExpressionRows(Signatures.Registry))
                .Where(row => row.Support is KeywordSupport.Implemented or KeywordSupport.Kept or KeywordSupport.WithoutEffect).ToLookup(row => row.Kind);
            foreach (var section in Lines.GroupBy(line => line.Section))
            {
                yield return section.Key;
                foreach (var (kind, _, prefix) in section)
                    foreach (var row in rows[kind].OrderBy(row => row.Name, StringComparer.Ordinal)) yield return $"\t{prefix}{row.Name}";
            }
        }
    }

    private static IEnumerable<string> Commands => RuntimeCommands.Table.Commands.Select(command => string.Join(' ', command.Words))
        .Except(UnsupportedCommands.Names).Order(StringComparer.Ordinal).Select(name => name + " [WORKER] ");

    /// <summary>The original writes what comes out before what goes in; scripts that read it know.</summary>
    private static IEnumerable<string> Converters => Signatures.Registry.Converters.OrderBy(row => row.Name, StringComparer.Ordinal)
        .Select(row => $"{row.Name}{ArgumentsOf(row.Arguments)}: {NameOf(row.Output)} => {NameOf(row.Input)}");

    private static IEnumerable<string> Fetches => Signatures.Registry.Fetches.OrderBy(row => row.Name, StringComparer.Ordinal)
        .Select(row => $"[ {PlacesOf(row.Source)} ] {row.Name}{ArgumentsOf(row.Arguments)}: {NameOf(row.Output)}");

    private static void Append(StringBuilder text, string title, IEnumerable<string> lines)
    {
        text.Append($"# List of registered {title}:\n");
        foreach (var line in lines) text.Append(line).Append('\n');
    }

    /// <summary>One letter a place, in the order of <see cref="SamplePlaces"/>.</summary>
    private static string PlacesOf(SampleSource source)
    {
        var places = SampleSources.PlacesOf(source);
        return string.Join(' ', Enum.GetValues<SamplePlaces>().Where(place => place != SamplePlaces.None).Select(place => (places & place) != 0 ? 'Y' : '.'));
    }

    /// <summary>`(integer,string[,string])`: brackets from the first that may be left out.</summary>
    private static string ArgumentsOf(ImmutableArray<ArgumentSpec> arguments)
    {
        if (arguments.IsEmpty) return "";
        var text = new StringBuilder("(");
        var isOptional = false;
        foreach (var argument in arguments)
        {
            if (argument.Optional && !isOptional) text.Append('[');
            isOptional |= argument.Optional;
            if (text[^1] != '(' && text.ToString() != "([") text.Append(',');
            text.Append(NameOf(argument.Kind));
        }
        return text.Append(isOptional ? "])" : ")").ToString();
    }

    /// <summary>The word of `-m`; methods of HTTP are compared as text.</summary>
    private static string NameOf(MatchMethod method) => method switch
    {
        MatchMethod.Prefix => "beg",
        MatchMethod.Suffix => "end",
        MatchMethod.Substring => "sub",
        MatchMethod.Directory => "dir",
        MatchMethod.Domain => "dom",
        MatchMethod.Regex => "reg",
        MatchMethod.Length => "len",
        MatchMethod.Integer => "int",
        MatchMethod.Address => "ip",
        MatchMethod.Binary => "bin",
        MatchMethod.Boolean => "bool",
        MatchMethod.Found => "found",
        _ => "str",
    };

    /// <summary>The original's word: what a row looks closer at by itself is a string to it.</summary>
    private static string NameOf(ArgumentKind kind) => kind switch
    {
        ArgumentKind.Integer or ArgumentKind.Size or ArgumentKind.Backend or ArgumentKind.Server or ArgumentKind.Frontend or ArgumentKind.Table
            or ArgumentKind.UserList or ArgumentKind.Map or ArgumentKind.Regex => kind.ToString().ToLowerInvariant(),
        ArgumentKind.TimeMs => "delay",
        ArgumentKind.IPv4 => "IPv4 address",
        ArgumentKind.IPv6 => "IPv6 address",
        ArgumentKind.IPv4Mask => "IPv4 mask",
        ArgumentKind.IPv6Mask => "IPv6 mask",
        _ => "string",
    };

    private static string NameOf(SampleType type) => type switch
    {
        SampleType.Boolean => "bool",
        SampleType.Integer => "sint",
        SampleType.Address => "addr",
        SampleType.IPv4 => "ipv4",
        SampleType.IPv6 => "ipv6",
        SampleType.String => "str",
        SampleType.Binary => "bin",
        SampleType.Method => "meth",
        _ => "any",
    };
}
