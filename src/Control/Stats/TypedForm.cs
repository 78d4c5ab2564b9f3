using System.Text;

namespace Evenkeel.Control.Stats;

/// <summary>
/// One value a line, each with its place, name, tags and type (management.txt 9.2): `F.2.0.7.stot.1:MCPP:u64:11`.
/// </summary>
public static class TypedForm
{
    /// <summary>Relative process number, a constant since there is one process.</summary>
    public const int ProcessNumber = 1;

    public static void AppendRow(StringBuilder text, StatRow row, bool withDescriptions)
    {
        for (var i = 0; i < StatFields.Count; i++)
        {
            var value = row[(StatField)i];
            if (!value.IsSet) continue;
            text.Append(LetterOf(row.Object)).Append('.').Append(row.ProxyId).Append('.').Append(row.Id).Append('.');
            AppendValue(text, i, StatFields.All[i], value, withDescriptions);
        }
    }

    /// <summary>`POSITION.NAME.1:TAGS:TYPE:VALUE[:"DESCRIPTION"]` and a line feed.</summary>
    public static void AppendValue(StringBuilder text, int position, StatFieldInfo field, StatValue value, bool withDescription)
    {
        text.Append(position).Append('.').Append(field.Name).Append('.').Append(ProcessNumber).Append(':')
            .Append(value.Tags ?? field.Tags).Append(':').Append(value.IsReal ? StatFields.RealName : StatFields.NameOf(field.Type)).Append(':');
        if (value.Text is { } words) text.Append(words.ReplaceLineEndings(" ")); else text.Append(value.Number);
        if (withDescription) text.Append(":\"").Append(field.Description).Append('"');
        text.Append('\n');
    }

    private static char LetterOf(StatObject kind) => kind switch
    {
        StatObject.Frontend => 'F',
        StatObject.Backend => 'B',
        StatObject.Server => 'S',
        _ => 'L',
    };
}
