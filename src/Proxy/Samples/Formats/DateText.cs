using Evenkeel.Model.Rules;

namespace Evenkeel.Proxy.Samples.Formats;

/// <summary>Local dates of access logs, "22/Nov/2026:23:28:31.814": the text of a second is made once and copied after that. Owner: one worker.</summary>
internal sealed class DateText
{
    private const int SecondLength = 20;

    private readonly byte[] _text = new byte[SecondLength];
    private long _second = long.MinValue;

    /// <param name="wallMs">Milliseconds since 1970-01-01 UTC.</param>
    public void Write(long wallMs, ref LogWriter writer)
    {
        var second = wallMs / 1000;
        if (second != _second)
        {
            var text = new LogWriter(_text, LogFormatUse.Plain);
            TimeAliases.Date(wallMs, local: true, ref text);
            _second = second;
        }

        writer.Literal(_text);
        writer.Byte((byte)'.');
        TimeAliases.Padded(wallMs % 1000, 3, ref writer);
    }
}
