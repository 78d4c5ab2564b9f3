using System.Text;
using Evenkeel.Linux;
using Evenkeel.Model.Samples;

namespace Evenkeel.Proxy.Samples.Converters;

/// <summary>Moments as text and back (configuration.txt 7.3.1 "http_date", "ltime", "utime" and their kin).</summary>
internal static class TimeConverters
{
    public static readonly ConverterRow[] Rows =
    [
        new(new ConverterSignature("http_date", SampleType.Integer, SampleType.String, [Takes.Integer.Optional(), Takes.Text.Optional()])
        {
            Check = arguments => TimeUnits.Check(arguments, 1),
        }, HttpDate)
        {
            Prepare = (arguments, _) => TimeUnits.PerSecond(arguments, 1),
        },
        new(new ConverterSignature("date", SampleType.String, SampleType.Integer, []), ParseDate),
        Strftime("ltime", local: true, perSecond: 1),
        Strftime("utime", local: false, perSecond: 1),
        Strftime("ms_ltime", local: true, perSecond: 1_000),
        Strftime("ms_utime", local: false, perSecond: 1_000),
        Strftime("us_ltime", local: true, perSecond: 1_000_000),
        Strftime("us_utime", local: false, perSecond: 1_000_000),
    ];

    private static bool HttpDate(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        var perSecond = (long)arguments.State!;
        var (seconds, fraction) = Math.DivRem(sample.Integer + arguments.Number(0), perSecond);
        var free = context.Scratch.Free;
        if (free.Length < HttpDateText.LongestLength) return false;
        HttpDateText.Write(seconds, free);
        // What is left of a second is a number behind it, not digits of a fraction: 5 ms are ".5".
        sample.SetString(context.Scratch.Keep(perSecond == 1 ? HttpDateText.Length : HttpDateText.InsertBehindSeconds(fraction, free)));
        return true;
    }

    /// <summary>IMF, RFC 850 and asctime dates.</summary>
    private static bool ParseDate(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        if (!HttpDateText.TryParse(sample.Bytes, out var seconds)) return false;
        sample.SetInteger(seconds);
        return true;
    }

    private static ConverterRow Strftime(string name, bool local, long perSecond) =>
        new(new ConverterSignature(name, SampleType.Integer, SampleType.String, [Takes.Text, Takes.Integer.Optional()]), (context, arguments, ref sample) =>
        {
            var (seconds, fraction) = Math.DivRem(sample.Integer + arguments.Number(1), perSecond);
            return Format(context, (TimeFormat)arguments.State!, seconds, fraction * (1_000_000_000 / perSecond), local, ref sample);
        })
        {
            Prepare = (arguments, _) => TimeFormat.Parse(arguments[0].Text, hasFraction: perSecond > 1),
        };

    private static bool Format(SampleContext context, TimeFormat format, long seconds, long nanoseconds, bool local, ref Sample sample)
    {
        var mark = context.Scratch.Mark;
        Span<byte> digits = stackalloc byte[9];
        var length = 0;
        var free = context.Scratch.Free;
        foreach (var piece in format.Pieces)
        {
            if (piece.Pattern is { } pattern)
            {
                var written = CalendarTime.Format(pattern, seconds, local, free[length..]);
                if (written == 0 && pattern.Length > 1) return false;
                length += written;
                continue;
            }
            _ = System.Buffers.Text.Utf8Formatter.TryFormat(nanoseconds, digits, out _, new System.Buffers.StandardFormat('D', 9));
            if (!digits[..piece.FractionDigits].TryCopyTo(free[length..])) return false;
            length += piece.FractionDigits;
        }
        context.Scratch.Release(mark);
        sample.SetString(context.Scratch.Keep(length));
        return true;
    }

    /// <summary>A strftime format cut at `%N`, which the C library does not know.</summary>
    private sealed record TimeFormat(TimeFormat.Piece[] Pieces)
    {
        /// <param name="Pattern">Ends with a NUL; null for digits of the fraction of a second.</param>
        public readonly record struct Piece(byte[]? Pattern, int FractionDigits);

        public static TimeFormat Parse(string text, bool hasFraction)
        {
            var pieces = new List<Piece>();
            var start = 0;
            for (var i = 0; hasFraction && i + 1 < text.Length; i++)
            {
                if (text[i] != '%') continue;
                var width = char.IsAsciiDigit(text[i + 1]) ? text[i + 1] - '0' : 9;
                var letter = char.IsAsciiDigit(text[i + 1]) ? i + 2 : i + 1;
                if (letter < text.Length && text[letter] == 'N' && width is > 0)
                {
                    if (i > start) pieces.Add(new Piece(Terminated(text[start..i]), 0));
                    pieces.Add(new Piece(null, width));
                    start = letter + 1;
                }
                i = letter;
            }
            if (start < text.Length) pieces.Add(new Piece(Terminated(text[start..]), 0));
            return new TimeFormat([.. pieces]);
        }

        private static byte[] Terminated(string text) => Encoding.Latin1.GetBytes(text + "\0");
    }
}
