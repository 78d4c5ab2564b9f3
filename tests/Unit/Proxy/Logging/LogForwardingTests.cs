using System.Text;
using Evenkeel.Linux.Sockets;
using Evenkeel.Model;
using Evenkeel.Model.Process;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Logging;
using Evenkeel.Proxy.Logging.Forwarding;

namespace Evenkeel.Tests.Unit.Proxy.Logging;

/// <summary>Messages on their way through a `log-forward` section; what comes out was recorded from HAProxy 3.5 but where a test says otherwise.</summary>
public sealed class LogForwardingTests
{
    private const string Rfc5424Line = "<165>1 2003-08-24T05:14:15.000003-07:00 192.0.2.1 myproc 8710 - - %% It's time";
    private const string Rfc3164Line = "<34>Oct 11 22:14:15 mymachine su[123]: 'su root' failed";

    /// <summary>2026-11-22 23:11:15.338 UTC</summary>
    private const long AMoment = 1_795_389_075_338;

    private sealed class Lines : ILogSink
    {
        public List<string> All { get; } = [];

        public bool TryWrite(ReadOnlySpan<byte> line, int messageOffset)
        {
            All.Add(Encoding.Latin1.GetString(line[..messageOffset]) + "|" + Encoding.Latin1.GetString(line[messageOffset..]));
            return true;
        }
    }

    private static string Forward(string message, LogLineFormat format, LogHostPolicy host = LogHostPolicy.Fill, bool parses = true, int level = 7,
        int minimum = 0, int length = 1024)
    {
        var lines = new Lines();
        var identity = new LogIdentity(new GlobalModel(), processId: 1, machineName: "vm");
        var sender = new LogSender(new LogSinks(identity), new LogClock(TimeZoneInfo.Utc));
        var model = new LogTargetModel(LogTransport.StandardOutput, null, 19, SourcePosition.None, format, length, level, minimum);
        var bytes = Encoding.Latin1.GetBytes(message);
        var source = IpEndpoint.From(KernelSocketAddress.FromIp(System.Net.IPAddress.Parse("10.1.2.3"), 514));
        var parsed = parses ? SyslogMessage.Parse(bytes) : SyslogMessage.Unparsed(bytes);
        sender.Forward(new LogTargets([new LogTarget(model, lines, identity)]), parsed, host, source, AMoment);
        return string.Concat(lines.All);
    }

    [Theory]
    [InlineData(LogLineFormat.Unspecified, "<165>1 2003-08-24T05:14:15.000003-07:00 192.0.2.1 myproc 8710 - - |%% It's time\n")]
    [InlineData(LogLineFormat.Rfc3164, "<165>Aug 24 05:14:15 192.0.2.1 myproc[8710]: |%% It's time\n")]
    [InlineData(LogLineFormat.Rfc5424, "<165>1 2003-08-24T05:14:15.000003-07:00 192.0.2.1 myproc 8710 - - |%% It's time\n")]
    [InlineData(LogLineFormat.Local, "<165>Aug 24 05:14:15 myproc[8710]: |%% It's time\n")]
    [InlineData(LogLineFormat.Priority, "<165>|%% It's time\n")]
    [InlineData(LogLineFormat.Short, "<5>|%% It's time\n")]
    [InlineData(LogLineFormat.Timed, "<5>2003-08-24T05:14:15.000003-07:00 |%% It's time\n")]
    [InlineData(LogLineFormat.Iso, "2003-08-24T05:14:15.000003-07:00 |%% It's time\n")]
    [InlineData(LogLineFormat.Raw, "|%% It's time\n")]
    public void A_message_of_rfc5424_goes_out_in_each_format(LogLineFormat format, string expected) => Assert.Equal(expected, Forward(Rfc5424Line, format));

    [Theory]
    [InlineData(LogLineFormat.Unspecified, "<34>Oct 11 22:14:15 mymachine su[123]: |'su root' failed\n")]
    [InlineData(LogLineFormat.Rfc5424, "<34>1 2026-10-11T22:14:15-00:00 mymachine su 123 - - |'su root' failed\n")]
    [InlineData(LogLineFormat.Local, "<34>Oct 11 22:14:15 su[123]: |'su root' failed\n")]
    [InlineData(LogLineFormat.Timed, "<2>2026-10-11T22:14:15-00:00 |'su root' failed\n")]
    public void A_message_of_rfc3164_goes_out_in_each_format(LogLineFormat format, string expected) => Assert.Equal(expected, Forward(Rfc3164Line, format));

    [Theory]
    [InlineData("<34>Oct  1 22:14:15 m su[1]:no blank", "<34>1 2026-10-01T22:14:15-00:00 m - - - - |su[1]:no blank\n")]
    [InlineData("<34>Oct 11 22:14:15 haproxy[1]: x", "<34>1 2026-10-11T22:14:15-00:00 haproxy[1]: - - - - |x\n")]
    [InlineData("<34>Oct 11 22:14:15 m su[]: x", "<34>1 2026-10-11T22:14:15-00:00 m su - - - |x\n")]
    [InlineData("<34>Oct 11 22:14:15 m [123]: x", "<34>1 2026-10-11T22:14:15-00:00 m [123] 123 - - |x\n")]
    [InlineData("<34>Oct 11 22:14:15 m tag message: x", "<34>1 2026-10-11T22:14:15-00:00 m - - - - |tag message: x\n")]
    [InlineData("<34>Oct 11 22:14:15 m", "<34>1 2026-11-22T23:11:15.338000+00:00 10.1.2.3 - - - - |Oct 11 22:14:15 m\n")]
    [InlineData("<34>Oct 11 2:14:15 m x", "<34>1 2026-11-22T23:11:15.338000+00:00 10.1.2.3 - - - - |Oct 11 2:14:15 m x\n")]
    [InlineData("<165>1 - - - - - - msg", "<165>1 - 10.1.2.3 - - - - |msg\n")]
    [InlineData("<1>1 2003-10-11T22:14:15.003Z h a 1 i [x@1 a=\"3\\\"q\"][y] z", "<1>1 2003-10-11T22:14:15.003Z h a 1 i [x@1 a=\"3\\\"q\"][y] |z\n")]
    [InlineData("<1>1 2003-10-11T22:14:15.003Z h a 1 i [x@1 a=\"3] z\"] y", "<1>1 2003-10-11T22:14:15.003Z h a 1 i [x@1 a=\"3] |z\"] y\n")]
    [InlineData("<34>hello", "<34>1 2026-11-22T23:11:15.338000+00:00 10.1.2.3 - - - - |hello\n")]
    [InlineData("<999>x", "<999>1 2026-11-22T23:11:15.338000+00:00 10.1.2.3 - - - - |x\n")]
    [InlineData("<00034>x", "<34>1 2026-11-22T23:11:15.338000+00:00 10.1.2.3 - - - - |x\n")]
    [InlineData("<34", "<152>1 2026-11-22T23:11:15.338000+00:00 10.1.2.3 - - - - |<34\n")]
    [InlineData("no priority", "<152>1 2026-11-22T23:11:15.338000+00:00 10.1.2.3 - - - - |no priority\n")]
    public void What_has_a_part_keeps_it_and_what_lacks_one_gets_it(string message, string expected) =>
        Assert.Equal(expected, Forward(message, LogLineFormat.Rfc5424));

    /// <summary>HAProxy 3.5 drops the last two bytes of these.</summary>
    [Theory]
    [InlineData("<165>1 2003-10-11T22:14:15.003Z host")]
    [InlineData("<165>1 2003-10-11T22:14:15.003Z host app 12 id [unfinished msg")]
    [InlineData("<165>1 2003-10-11 host app 12 id - msg")]
    public void A_message_that_is_not_of_rfc5424_after_all_goes_on_whole(string message) =>
        Assert.Equal($"|{message[5..]}\n", Forward(message, LogLineFormat.Raw));

    [Theory]
    [InlineData(LogHostPolicy.Fill, "mymachine", "10.1.2.3")]
    [InlineData(LogHostPolicy.Replace, "10.1.2.3", "10.1.2.3")]
    [InlineData(LogHostPolicy.Append, "mymachine,10.1.2.3", "10.1.2.3")]
    [InlineData(LogHostPolicy.Keep, "mymachine", "localhost")]
    public void The_host_is_kept_or_taken_from_the_sender(LogHostPolicy policy, string known, string unknown)
    {
        Assert.Equal($"<34>Oct 11 22:14:15 {known} su[123]: |'su root' failed\n", Forward(Rfc3164Line, LogLineFormat.Rfc3164, policy));
        Assert.Equal($"<34>Nov 22 23:11:15 {unknown} |hello\n", Forward("<34>hello", LogLineFormat.Rfc3164, policy));
    }

    [Fact]
    public void A_message_that_is_not_to_be_parsed_goes_on_as_it_is()
    {
        Assert.Equal($"|{Rfc3164Line}\n", Forward(Rfc3164Line, LogLineFormat.Unspecified, parses: false));
        Assert.Equal($"<152>Nov 22 23:11:15 localhost |{Rfc3164Line}\n", Forward(Rfc3164Line, LogLineFormat.Rfc3164, parses: false));
    }

    [Fact]
    public void A_target_chooses_and_tempers_levels()
    {
        Assert.Equal("", Forward("<191>debug", LogLineFormat.Priority, level: 5));
        Assert.Equal("<36>|hello\n", Forward("<34>hello", LogLineFormat.Priority, level: 5, minimum: 4));
    }

    [Fact]
    public void Any_bytes_are_forwarded_within_the_length_of_the_target()
    {
        var random = new Random(4711);
        string[] seeds = [Rfc3164Line, Rfc5424Line, "<1>1 2003-10-11T22:14:15.003Z h a 1 i [x@1 a=\"\\\"\"] z"];
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = Encoding.Latin1.GetBytes(seeds[round % seeds.Length]);
            for (var change = random.Next(4); change >= 0; change--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            var text = Encoding.Latin1.GetString(bytes, 0, random.Next(bytes.Length + 1));
            if (round % 97 == 0) text = "<34>1 2003-10-11T22:14:15Z " + new string('h', 3_000) + " a - - - text";
            var line = Forward(text, (LogLineFormat)(round % 9), (LogHostPolicy)(round % 4), length: 100);
            Assert.True(line.Length <= 101, line);
        }
    }
}
