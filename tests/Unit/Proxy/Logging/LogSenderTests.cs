using System.Text;
using Evenkeel.Model;
using Evenkeel.Model.Process;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Logging;

namespace Evenkeel.Tests.Unit.Proxy.Logging;

public class LogSenderTests
{
    private const int Local3 = 19;

    /// <summary>2026-11-22 23:11:15.338 UTC</summary>
    private const long AMoment = 1_795_389_075_338;

    private sealed class Lines : ILogSink
    {
        public List<string> All { get; } = [];
        public bool Refuses { get; set; }

        public bool TryWrite(ReadOnlySpan<byte> line, int messageOffset)
        {
            if (!Refuses) All.Add(Encoding.UTF8.GetString(line));
            return !Refuses;
        }
    }

    private static LogIdentity Identity(string? hostName) =>
        new(new GlobalModel { LogSendHostName = hostName }, processId: 9323, machineName: "vm");

    private static LogTargetModel Model(LogLineFormat format) => new(LogTransport.StandardOutput, null, Local3, SourcePosition.None, format);

    private static string Line(LogTargetModel model, LogLevel level, string message, string? hostName = null, TimeZoneInfo? zone = null)
    {
        var lines = new Lines();
        var identity = Identity(hostName);
        var sender = new LogSender(new LogSinks(identity), new LogClock(zone ?? TimeZoneInfo.Utc));
        sender.Write(new LogTargets([new LogTarget(model, lines, identity)]), level, Encoding.UTF8.GetBytes(message), AMoment);
        return string.Concat(lines.All);
    }

    [Theory]
    [InlineData(LogLineFormat.Rfc3164, "<158>Nov 22 23:11:15 localhost haproxy[9323]: hello\n")]
    [InlineData(LogLineFormat.Rfc5424, "<158>1 2026-11-22T23:11:15.338000+00:00 - haproxy 9323 - - hello\n")]
    [InlineData(LogLineFormat.Local, "<158>Nov 22 23:11:15 haproxy[9323]: hello\n")]
    [InlineData(LogLineFormat.Unspecified, "<158>Nov 22 23:11:15 haproxy[9323]: hello\n")]
    [InlineData(LogLineFormat.Priority, "<158>hello\n")]
    [InlineData(LogLineFormat.Short, "<6>hello\n")]
    [InlineData(LogLineFormat.Timed, "<6>2026-11-22T23:11:15.338000+00:00 hello\n")]
    [InlineData(LogLineFormat.Iso, "2026-11-22T23:11:15.338000+00:00 hello\n")]
    [InlineData(LogLineFormat.Raw, "hello\n")]
    public void Each_format_has_its_header(LogLineFormat format, string expected) => Assert.Equal(expected, Line(Model(format), LogLevel.Info, "hello"));

    [Theory]
    [InlineData(LogLineFormat.Unspecified, "<158>Nov 22 23:11:15 vm haproxy[9323]: hello\n")]
    [InlineData(LogLineFormat.Local, "<158>Nov 22 23:11:15 haproxy[9323]: hello\n")]
    [InlineData(LogLineFormat.Rfc5424, "<158>1 2026-11-22T23:11:15.338000+00:00 vm haproxy 9323 - - hello\n")]
    public void Log_send_hostname_adds_the_name_and_changes_the_default_format(LogLineFormat format, string expected) =>
        Assert.Equal(expected, Line(Model(format), LogLevel.Info, "hello", hostName: ""));

    [Fact]
    public void Lines_are_cut_to_the_length_of_the_target_with_header_and_line_feed()
    {
        var line = Line(Model(LogLineFormat.Local) with { MaxLength = 80 }, LogLevel.Info, new string('b', 300));
        Assert.Equal(80, line.Length);
        Assert.EndsWith("b\n", line);
    }

    [Fact]
    public void Less_urgent_lines_than_the_level_are_left_out() =>
        Assert.Equal("", Line(Model(LogLineFormat.Raw) with { Level = (int)LogLevel.Notice }, LogLevel.Info, "hello"));

    [Fact]
    public void More_urgent_lines_than_the_minimum_are_sent_with_the_minimum() =>
        Assert.Equal("<5>hello\n", Line(Model(LogLineFormat.Short) with { MinimumLevel = (int)LogLevel.Notice }, LogLevel.Error, "hello"));

    [Fact]
    public void Dates_are_local_and_the_day_is_padded_with_a_space()
    {
        var zone = TimeZoneInfo.CreateCustomTimeZone("x", TimeSpan.FromHours(-3.5), "x", "x");
        Assert.Equal("<158>1 2026-11-22T19:41:15.338000-03:30 - haproxy 9323 - - a\n", Line(Model(LogLineFormat.Rfc5424), LogLevel.Info, "a", zone: zone));
        var clock = new LogClock(TimeZoneInfo.Utc);
        clock.Set(AMoment - 20L * 86_400_000);
        Assert.Equal("Nov  2 23:11:15", Encoding.ASCII.GetString(clock.SyslogDate));
    }

    [Fact]
    public void Lines_that_are_not_taken_at_once_are_counted_as_dropped()
    {
        var identity = Identity(null);
        var sinks = new LogSinks(identity);
        var targets = new LogTargets([new LogTarget(Model(LogLineFormat.Raw), new Lines { Refuses = true }, identity)]);
        new LogSender(sinks, new LogClock(TimeZoneInfo.Utc)).Write(targets, LogLevel.Info, "a"u8, AMoment);
        Assert.Equal(1, sinks.Dropped);
    }

    [Fact]
    public void Writing_lines_allocates_nothing()
    {
        var identity = Identity(null);
        var sink = new Lines { Refuses = true };
        var targets = new LogTargets([new LogTarget(Model(LogLineFormat.Rfc5424), sink, identity)]);
        var sender = new LogSender(new LogSinks(identity), new LogClock(TimeZoneInfo.Utc));
        Allocations.AreNone(() =>
        {
            for (var i = 0; i < 1_000; i++) sender.Write(targets, LogLevel.Info, "a line"u8, AMoment + i * 7);
        });
    }
}
