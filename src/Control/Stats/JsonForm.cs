using System.Text;
using System.Text.Encodings.Web;

namespace Evenkeel.Control.Stats;

/// <summary>The typed form as JSON: an array per object, of one member per value (management.txt "show schema json").</summary>
public static class JsonForm
{
    public static void AppendRow(StringBuilder text, StatRow row)
    {
        text.Append('[');
        var first = true;
        for (var i = 0; i < StatFields.Count; i++)
        {
            var value = row[(StatField)i];
            if (!value.IsSet) continue;
            if (!first) text.Append(',');
            first = false;
            text.Append("{\"objType\":\"").Append(row.Object).Append("\",\"proxyId\":").Append(row.ProxyId).Append(",\"id\":").Append(row.Id).Append(',');
            AppendValue(text, i, StatFields.All[i], value);
            text.Append('}');
        }

        text.Append(']');
    }

    /// <summary>The members that every value has, without the braces around them.</summary>
    /// <param name="withProcess">Resolvers are in no process, the original says.</param>
    public static void AppendValue(StringBuilder text, int position, StatFieldInfo field, StatValue value, bool withProcess = true)
    {
        var tags = value.Tags ?? field.Tags;
        text.Append("\"field\":{\"pos\":").Append(position).Append(",\"name\":\"").Append(field.Name).Append("\"}");
        if (withProcess) text.Append(",\"processNum\":").Append(TypedForm.ProcessNumber);
        text.Append(",\"tags\":{\"origin\":\"").Append(Origin(tags[0])).Append("\",\"nature\":\"").Append(Nature(tags[1]))
            .Append("\",\"scope\":\"").Append(Scope(tags[2]))
            .Append("\"},\"value\":{\"type\":\"").Append(value.IsReal ? StatFields.RealName : StatFields.NameOf(field.Type)).Append("\",\"value\":");
        if (value.IsReal) text.Append(value.Text);
        else if (value.Text is { } words) text.Append('"').Append(JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(words)).Append('"');
        else text.Append(value.Number);
        text.Append('}');
    }

    private static string Origin(char letter) => letter switch { 'M' => "Metric", 'S' => "Status", 'K' => "Key", 'C' => "Config", _ => "Product" };

    private static string Nature(char letter) => letter switch
    {
        'A' => "Age", 'a' => "Avg", 'C' => "Counter", 'D' => "Duration", 'G' => "Gauge", 'L' => "Limit", 'M' => "Max", 'm' => "Min",
        'N' => "Name", 'R' => "Rate", 'T' => "Time", _ => "Output",
    };

    private static string Scope(char letter) => letter switch { 'C' => "Cluster", 'P' => "Process", 's' => "System", _ => "Service" };
}
