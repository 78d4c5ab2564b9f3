using System.Collections.Immutable;
using System.Text;
using Evenkeel.Proxy.Servers.Resolvers;

namespace Evenkeel.Control.Stats;

/// <summary>`show stat domain resolvers`: an object for each nameserver of each `resolvers` section (management.txt 9.3 "show stat").</summary>
public static class ResolverStats
{
    private static readonly ImmutableArray<StatFieldInfo> Fields =
    [
        new("id", "CGPV", StatType.Str, "The nameserver"), new("pid", "CGPV", StatType.Str, "Its section"), Counter("sent", "Queries sent"),
        Counter("send_error", "Queries that could not be sent"), Counter("valid", "Valid answers"), Counter("update", "Answers that changed an address"),
        Counter("cname", "Answers of an alias alone"), Counter("cname_error", "Answers whose aliases do not lead on"),
        Counter("any_err", "Answers without a record"), Counter("nx", "Answers that the name does not exist"), Counter("timeout", "Queries without an answer"),
        Counter("refused", "Queries refused"), Counter("other", "Other errors of the nameserver"), Counter("invalid", "Answers that are none"),
        Counter("too_big", "Answers longer than they may be"), Counter("truncated", "Answers cut short"), Counter("outdated", "Answers that came too late"),
    ];

    public static IEnumerable<string> Write(IReadOnlyList<Resolver> resolvers, StatForm form, bool withDescriptions)
    {
        if (form == StatForm.Csv) yield return $"# {string.Concat(Fields.Select(static field => field.Name + ','))}\n";
        var opening = "[";
        foreach (var resolver in resolvers)
        foreach (var (name, counters) in resolver.Nameservers)
        {
            var values = Values(name, resolver.Model.Name, counters);
            yield return form switch
            {
                StatForm.Csv => string.Concat(values.Select(static value => value + ",")) + "\n",
                StatForm.Typed => Typed(values, withDescriptions),
                _ => opening + Json(values),
            };
            // The original forgets it.
            opening = ",";
        }

        if (form == StatForm.Json) yield return opening == "[" ? "[]\n" : "]\n";
    }

    private static StatFieldInfo Counter(string name, string description) => new(name, "MGPV", StatType.U64, description);

    private static StatValue[] Values(string name, string section, NameserverCounters counters) =>
    [
        StatValue.Of(name), StatValue.Of(section), .. new[]
        {
            counters.Sent, counters.SendErrors, counters.Valid, counters.Updates, counters.AliasOnly, counters.AliasErrors, counters.WithoutRecord,
            counters.NoSuchName, counters.Timeouts, counters.Refused, counters.Other, counters.Invalid, counters.TooBig, counters.Truncated, counters.Outdated,
        }.Select(static count => StatValue.Of(count)),
    ];

    private static string Typed(StatValue[] values, bool withDescriptions)
    {
        var text = new StringBuilder();
        for (var i = 0; i < values.Length; i++)
        {
            text.Append("N.").Append(i).Append('.').Append(Fields[i].Name).Append(':').Append(Fields[i].Tags).Append(':')
                .Append(StatFields.NameOf(Fields[i].Type)).Append(':').Append(values[i]);
            if (withDescriptions) text.Append(":\"").Append(Fields[i].Description).Append('"');
            text.Append('\n');
        }
        return text.ToString();
    }

    private static string Json(StatValue[] values)
    {
        var text = new StringBuilder("[");
        for (var i = 0; i < values.Length; i++)
        {
            text.Append(i == 0 ? "{" : ",{");
            JsonForm.AppendValue(text, i, Fields[i], values[i], withProcess: false);
            text.Append('}');
        }
        return text.Append(']').ToString();
    }
}
