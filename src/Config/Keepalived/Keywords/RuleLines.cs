using Evenkeel.Config.Keepalived.Blocks;
using Evenkeel.Model.Vrrp;

namespace Evenkeel.Config.Keepalived.Keywords;

/// <summary>One line of `virtual_rules` or `static_rules`: the grammar of `ip rule add`, whole option names only.</summary>
internal static class RuleLines
{
    public static RuleLineModel? Read(KeywordLine line, bool isStatic)
    {
        var reading = new RuleReading(line, isStatic);
        for (int i = 0; i < line.Count && !reading.Failed && !line.Complaints.Fatal; i++) reading.Option(ref i);
        return line.Complaints.Fatal || reading.Failed ? null : reading.Finish();
    }
}
