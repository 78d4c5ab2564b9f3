using System.Text;

namespace Evenkeel.Control.Stats;

/// <summary>Writes the values of `show info` in the forms it can be asked for.</summary>
public static class InfoForms
{
    /// <summary>`Name: value`, with ` :"description"` behind it when asked for.</summary>
    public static string Plain(StatValue[] values, bool withDescriptions)
    {
        var text = new StringBuilder();
        for (var i = 0; i < values.Length; i++)
        {
            if (!values[i].IsSet) continue;
            var field = InfoFields.All[i];
            text.Append(field.Name).Append(": ").Append(values[i].ToString());
            if (withDescriptions) text.Append(":\"").Append(field.Description).Append('"');
            text.Append('\n');
        }

        return text.ToString();
    }

    public static string Typed(StatValue[] values, bool withDescriptions)
    {
        var text = new StringBuilder();
        for (var i = 0; i < values.Length; i++)
            if (values[i].IsSet) TypedForm.AppendValue(text, InfoFields.PositionOf(i), InfoFields.All[i], values[i], withDescriptions);
        return text.ToString();
    }

    public static string Json(StatValue[] values)
    {
        var text = new StringBuilder("[");
        for (var i = 0; i < values.Length; i++)
        {
            if (!values[i].IsSet) continue;
            text.Append(text.Length == 1 ? "{" : ",{");
            JsonForm.AppendValue(text, InfoFields.PositionOf(i), InfoFields.All[i], values[i]);
            text.Append('}');
        }

        return text.Append("]\n").ToString();
    }
}
