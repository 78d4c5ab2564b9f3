using Evenkeel.Config.Keepalived.Blocks;
using Evenkeel.Model.Vrrp;

namespace Evenkeel.Config.Keepalived.Keywords;

/// <summary>One line of `virtual_routes` or `static_routes`: the grammar of `ip route add`, whole option names only.</summary>
internal static class RouteLines
{
    /// <summary>Null when the line gives no route; the reason was said.</summary>
    public static RouteModel? Read(KeywordLine line, bool isStatic)
    {
        var reading = new RouteReading(line, isStatic);
        for (int i = 0; i < line.Count && !reading.Stop && !line.Complaints.Fatal; i++) reading.Option(ref i);
        return line.Complaints.Fatal ? null : reading.Finish();
    }
}
