using System.Globalization;
using System.Text;

namespace Evenkeel.Control.Web;

/// <summary>Builds HTML. Everything that is not markup of ours goes through <see cref="Text(string)"/> or <see cref="Attribute"/>, which escape it.</summary>
public sealed class Markup
{
    private readonly StringBuilder _text = new();

    /// <summary>Markup as it stands; never text from configuration or traffic.</summary>
    public Markup Raw(string markup)
    {
        _text.Append(markup);
        return this;
    }

    public Markup Text(string text)
    {
        foreach (var c in text) Escape(c);
        return this;
    }

    /// <summary>A number with its thousands set apart by a narrow gap, as far as it is long enough to need it.</summary>
    public Markup Number(long number)
    {
        var digits = number.ToString(CultureInfo.InvariantCulture);
        if (number is > -10_000 and < 10_000)
        {
            _text.Append(digits);
            return this;
        }

        var first = number < 0 ? 1 : 0;
        for (var i = 0; i < digits.Length; i++)
        {
            if (i > first && (digits.Length - i) % 3 == 0) _text.Append("&thinsp;");
            _text.Append(digits[i]);
        }

        return this;
    }

    /// <summary>` name="value"`; line feeds in the value stay line feeds (tooltips).</summary>
    public Markup Attribute(string name, string value)
    {
        _text.Append(' ').Append(name).Append("=\"");
        foreach (var c in value)
            if (c == '\n') _text.Append("&#10;");
            else Escape(c);
        _text.Append('"');
        return this;
    }

    public int Length => _text.Length;

    /// <summary>Hands over what there is and starts anew.</summary>
    public string Take()
    {
        var text = _text.ToString();
        _text.Clear();
        return text;
    }

    private void Escape(char c)
    {
        switch (c)
        {
            case '&': _text.Append("&amp;"); break;
            case '<': _text.Append("&lt;"); break;
            case '>': _text.Append("&gt;"); break;
            case '"': _text.Append("&quot;"); break;
            case '\'': _text.Append("&#39;"); break;
            default:
                if (c is >= ' ' or '\n' or '\t') _text.Append(c);
                break;
        }
    }
}
