using System.Buffers;
using System.Buffers.Text;
using Evenkeel.Linux;
using Evenkeel.Model.Rules;
using Evenkeel.Proxy.Streams;

namespace Evenkeel.Proxy.Samples.Formats;

/// <summary>Dates and durations (configuration.txt 8.4).</summary>
internal static class TimeAliases
{
    public static readonly (string Name, LogAliasFunction Function)[] Rows =
    [
        ("t", (context, ref writer, options) => context.Dates.Write(AcceptMs(context), ref writer)),
        ("T", (context, ref writer, options) => ZonedDate(AcceptMs(context), local: false, ref writer)),
        ("Tl", (context, ref writer, options) => ZonedDate(AcceptMs(context), local: true, ref writer)),
        ("Ts", (context, ref writer, options) => Number(AcceptMs(context) / 1000, ref writer, options)),
        ("ms", Milliseconds),
        ("tr", (context, ref writer, options) => context.Dates.Write(RequestMs(context), ref writer)),
        ("trg", (context, ref writer, options) => ZonedDate(RequestMs(context), local: false, ref writer)),
        ("trl", (context, ref writer, options) => ZonedDate(RequestMs(context), local: true, ref writer)),
        ("Th", (context, ref writer, options) => writer.Number(context.Stream?.Times.HandshakeDurationMs ?? 0)),
        ("Ti", (context, ref writer, options) => writer.Number(context.Stream?.Times.IdleDurationMs ?? -1)),
        ("Tq", (context, ref writer, options) => writer.Number(context.Stream is { Times.JudgedMs: > 0 } stream
            ? stream.Times.JudgedMs - stream.Times.AcceptMs : -1)),
        ("TR", (context, ref writer, options) => writer.Number(context.Stream?.Times.RequestDurationMs ?? -1)),
        ("Tw", (context, ref writer, options) => writer.Number(context.Stream?.Times.QueueDurationMs ?? -1)),
        ("Tc", (context, ref writer, options) => writer.Number(context.Stream?.Times.ConnectDurationMs ?? -1)),
        ("Tr", (context, ref writer, options) => writer.Number(context.Stream?.Times.ResponseDurationMs ?? -1)),
        ("Td", (context, ref writer, options) => writer.Number(context.Stream?.Times.DataDurationMs ?? -1)),
        ("Ta", (context, ref writer, options) => Total(context, stream => stream.ActiveDurationMs, ref writer)),
        ("Tt", (context, ref writer, options) => Total(context, stream => stream.TotalDurationMs, ref writer)),
        ("Tu", (context, ref writer, options) => Total(context, stream => stream.ActiveDurationMs, ref writer)),
    ];

    /// <summary>`option logasap` marks totals that may still grow: all of them, also where the line was written at the end.</summary>
    public static bool IsEarly(SampleContext context) => context.Stream is { } stream && stream.Front.Model.Options.LogAsap;

    internal static void Number(long value, ref LogWriter writer, LogFormatOptions options)
    {
        if ((options & LogFormatOptions.Hexadecimal) != 0) writer.Hexadecimal(value);
        else writer.Number(value);
    }

    private static void Milliseconds(SampleContext context, ref LogWriter writer, LogFormatOptions options)
    {
        if ((options & LogFormatOptions.Hexadecimal) != 0) writer.Hexadecimal(AcceptMs(context) % 1000, digits: 2);
        else Padded(AcceptMs(context) % 1000, 3, ref writer);
    }

    private static void Total(SampleContext context, Func<StreamTimes, long> duration, ref LogWriter writer)
    {
        if (context.Stream is not { } stream)
        {
            writer.Number(0);
            return;
        }
        if (IsEarly(context)) writer.Byte((byte)'+');
        var times = stream.Times;
        // What is not over yet has lasted until now.
        if (times.EndMs == 0) times.EndMs = context.NowMs;
        writer.Number(duration(times));
    }

    private static long AcceptMs(SampleContext context)
    {
        var accept = context.Stream?.Times.AcceptMs is > 0 and var started ? started : context.Session?.AcceptMs ?? 0;
        return context.Session is { } session ? session.Worker.Loop.WallOf(accept) : context.RealtimeNs / 1_000_000;
    }

    private static long RequestMs(SampleContext context) =>
        context.Stream is { Times.FirstByteMs: > 0 } stream ? stream.Worker.Loop.WallOf(stream.Times.FirstByteMs) : AcceptMs(context);

    /// <summary>"22/Nov/2026:23:28:31".</summary>
    internal static void Date(long wallMs, bool local, ref LogWriter writer)
    {
        var seconds = wallMs / 1000;
        var moment = DateTime.UnixEpoch.AddSeconds(seconds + (local ? CalendarTime.LocalOffsetSeconds(seconds) : 0));
        Padded(moment.Day, 2, ref writer);
        writer.Byte((byte)'/');
        writer.Literal("JanFebMarAprMayJunJulAugSepOctNovDec"u8.Slice((moment.Month - 1) * 3, 3));
        writer.Byte((byte)'/');
        Padded(moment.Year, 4, ref writer);
        writer.Byte((byte)':');
        Padded(moment.Hour, 2, ref writer);
        writer.Byte((byte)':');
        Padded(moment.Minute, 2, ref writer);
        writer.Byte((byte)':');
        Padded(moment.Second, 2, ref writer);
    }

    /// <summary>"22/Nov/2026:23:28:31 +0000".</summary>
    private static void ZonedDate(long wallMs, bool local, ref LogWriter writer)
    {
        Date(wallMs, local, ref writer);
        var offset = local ? CalendarTime.LocalOffsetSeconds(wallMs / 1000) / 60 : 0;
        writer.Byte((byte)' ');
        writer.Byte(offset < 0 ? (byte)'-' : (byte)'+');
        Padded(Math.Abs(offset) / 60, 2, ref writer);
        Padded(Math.Abs(offset) % 60, 2, ref writer);
    }

    internal static void Padded(long value, byte digits, ref LogWriter writer)
    {
        Span<byte> text = stackalloc byte[20];
        if (Utf8Formatter.TryFormat(value, text, out var length, new StandardFormat('D', digits))) writer.Literal(text[..length]);
    }
}
