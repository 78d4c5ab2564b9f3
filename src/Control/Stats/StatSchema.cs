namespace Evenkeel.Control.Stats;

/// <summary>The JSON schema that `show info json` and `show stat json` follow (`show schema json`).</summary>
public static class StatSchema
{
    private const string ItemMembers =
        "\"field\":{\"$ref\":\"#/definitions/field\"},\"processNum\":{\"$ref\":\"#/definitions/processNum\"},"
        + "\"tags\":{\"$ref\":\"#/definitions/tags\"},\"value\":{\"$ref\":\"#/definitions/typedValue\"}";

    private const string Numbers =
        """
        {"properties":{"type":{"enum":["s32"]},"value":{"type":"integer","minimum":-2147483648,"maximum":2147483647}},"required":["type","value"]},
        {"properties":{"type":{"enum":["s64"]},"value":{"type":"integer"}},"required":["type","value"]},
        {"properties":{"type":{"enum":["u32"]},"value":{"type":"integer","minimum":0,"maximum":4294967295}},"required":["type","value"]},
        {"properties":{"type":{"enum":["u64"]},"value":{"type":"integer","minimum":0}},"required":["type","value"]},
        {"properties":{"type":{"enum":["str"]},"value":{"type":"string"}},"required":["type","value"]}
        """;

    /// <summary>One line, with its line feed.</summary>
    public static string Json { get; } =
        (
            """{"$schema":"http://json-schema.org/draft-04/schema#","oneOf":["""
            + """{"title":"Info","type":"array","items":{"title":"InfoItem","type":"object","properties":{"""
            + ItemMembers
            + """},"required":["field","processNum","tags","value"]}},"""
            + """{"title":"Stat","type":"array","items":{"type":"array","items":{"title":"StatItem","type":"object","properties":{"""
            + "\"objType\":{\"enum\":[\"Frontend\",\"Backend\",\"Listener\",\"Server\"]},"
            + "\"proxyId\":{\"type\":\"integer\",\"minimum\":0},\"id\":{\"type\":\"integer\",\"minimum\":0},"
            + ItemMembers
            + """},"required":["objType","proxyId","id","field","processNum","tags","value"]}}},"""
            + """{"title":"Error","type":"object","properties":{"errorStr":{"type":"string"}},"required":["errorStr"]}],"definitions":{"""
            + "\"field\":{\"type\":\"object\",\"properties\":{\"pos\":{\"type\":\"integer\",\"minimum\":0},"
            + "\"name\":{\"type\":\"string\"}},\"required\":[\"pos\",\"name\"]},"
            + "\"processNum\":{\"type\":\"integer\",\"minimum\":1},\"tags\":{\"type\":\"object\",\"properties\":{"
            + "\"origin\":{\"enum\":[\"Metric\",\"Status\",\"Key\",\"Config\",\"Product\"]},"
            + "\"nature\":{\"enum\":[\"Age\",\"Avg\",\"Counter\",\"Duration\",\"Gauge\",\"Limit\",\"Max\",\"Min\",\"Name\",\"Output\",\"Rate\",\"Time\"]},"
            + "\"scope\":{\"enum\":[\"Cluster\",\"Process\",\"Service\",\"System\"]}},\"required\":[\"origin\",\"nature\",\"scope\"]},"
            + "\"typedValue\":{\"type\":\"object\",\"oneOf\":["
            + Numbers
            + "]}}}"
        ).ReplaceLineEndings("") + "\n";
}
