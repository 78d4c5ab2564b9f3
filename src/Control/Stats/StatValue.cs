using System.Globalization;

namespace Evenkeel.Control.Stats;

/// <summary>One value of one column. Text for <see cref="StatType.Str"/>, else a number; unsigned 64-bit counters never get near the sign bit here.</summary>
public readonly struct StatValue
{
    private StatValue(long number, string? text, string? tags)
    {
        IsSet = true;
        Number = number;
        Text = text;
        Tags = tags;
    }

    /// <summary>False when the column does not apply: empty in CSV, absent in the other forms.</summary>
    public bool IsSet { get; }

    public long Number { get; }

    public string? Text { get; }

    /// <summary>Tags that differ from the column's own, else null.</summary>
    public string? Tags { get; }

    /// <summary>Asked for with `float`: <see cref="Text"/> is a number with a fraction.</summary>
    public bool IsReal { get; private init; }

    /// <summary>A number with at most six digits behind the point, and no zeros at its end.</summary>
    public static StatValue Of(double number, string? tags = null) =>
        new((long)number, number.ToString("0.######", CultureInfo.InvariantCulture), tags) { IsReal = true };

    public static StatValue Of(long number, string? tags = null) => new(number, null, tags);

    public static StatValue Of(string text) => new(0, text, null);

    public override string ToString() => Text ?? (IsSet ? Number.ToString(CultureInfo.InvariantCulture) : "");
}
