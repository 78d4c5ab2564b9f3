using CsCheck;
using Evenkeel.Control.RuntimeApi;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Tests.Unit.Control.RuntimeApi;

/// <summary>Manners of the socket, as the original shows them.</summary>
public sealed class CliSessionTests
{
    private static CliSession Session(CommandLevel level = CommandLevel.Admin) => new(RuntimeCommands.Table, AProcess.Plane(), level, 10_000);

    [Fact]
    public void One_line_is_answered_and_the_session_ends()
    {
        var session = Session();
        Assert.Equal(AProcess.Version + "\n\n", AProcess.Converse(session, "show version\nshow version\n", close: false));
        Assert.True(session.IsFinished);
    }

    [Fact]
    public void A_line_without_its_end_is_not_carried_out()
    {
        var session = Session();
        Assert.Equal("", AProcess.Converse(session, "show version"));
        Assert.True(session.IsFinished);
    }

    [Theory]
    [InlineData("echo a;echo b\n", "a\n\nb\n\n")]
    [InlineData("echo a;;echo b\n", "a\n\n\nb\n\n")]
    [InlineData("echo a;\n", "a\n\n\n")]
    [InlineData("echo\n", "\n\n")]
    [InlineData("\n", "\n")]
    [InlineData("echo x;quit;echo y\n", "x\n\n")]
    [InlineData("prompt\necho x\nquit\n", "\n> x\n\n> ")]
    [InlineData("prompt i\necho x\necho y\n", "\nx\n\ny\n\n")]
    [InlineData("prompt\nprompt\necho x\n", "\n> \n")]
    [InlineData("prompt timed\n", "\n[1:02:03:04]> ")]
    [InlineData("prompt i;echo y;quit\n", "\ny\n\n")]
    [InlineData("prompt\n\n", "\n> \n> ")]
    [InlineData("echo a\r\n", "a\n\n")]
    public void Every_answer_ends_with_an_empty_line(string typed, string answer) => Assert.Equal(answer, AProcess.Ask(typed));

    [Fact]
    public void A_payload_lasts_until_its_ending()
    {
        Assert.Equal("a\n\n", AProcess.Ask("echo a <<\nline 1\nline 2\n\n"));
        Assert.Equal("\na\n\nc\n\n", AProcess.Ask("prompt i\necho a <<EOF\nline 1\n\nEOF\necho c\n"));
        Assert.Equal("", AProcess.Ask("echo a <<EOF\nline 1\n\n"));
    }

    [Fact]
    public void The_prompt_changes_while_a_payload_is_typed()
    {
        var session = Session();
        Assert.Equal("\n> ", AProcess.Converse(session, "prompt\n", close: false));
        Assert.Equal("+ ", AProcess.Converse(session, "echo a <<\n", close: false));
        Assert.Equal("+ ", AProcess.Converse(session, "line\n", close: false));
        Assert.Equal("a\n\n> ", AProcess.Converse(session, "\n", close: false));
    }

    [Fact]
    public void The_way_the_bytes_arrive_does_not_matter() => Gen.Int[1, 12].Sample(size =>
    {
        const string Typed = "prompt i\necho a\\;b;show version\necho x <<E\npay\nE\necho last\n";
        var session = Session();
        var text = "";
        for (var i = 0; i < Typed.Length; i += size) text += AProcess.Converse(session, Typed.Substring(i, Math.Min(size, Typed.Length - i)), close: false);
        Assert.Equal($"\na;b\n\n{AProcess.Version}\n\nx\n\nlast\n\n", text);
    });

    [Fact]
    public void A_client_that_reads_one_byte_at_a_time_gets_the_same_answer()
    {
        var whole = AProcess.Ask("show stat\n");
        var session = Session();
        session.Receive("show stat\n"u8);
        var text = new System.Text.StringBuilder();
        Span<byte> one = stackalloc byte[1];
        while (session.Produce(one, 1_000) == 1) text.Append((char)one[0]);
        Assert.Equal(whole, text.ToString());
    }

    [Fact]
    public void A_line_longer_than_the_buffer_is_refused_and_ends_the_session()
    {
        var answer = AProcess.Ask("prompt\necho " + new string('x', CliSession.MaxLineLength) + "\necho y\n");
        Assert.StartsWith("\n> The command line is too big for the buffer size.", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("y\n", answer.Split('\n')[^1], StringComparison.Ordinal);
        Assert.Equal(new string('x', 16_000) + "\n\n", AProcess.Ask("echo " + new string('x', 16_000) + "\n"));
    }

    [Fact]
    public void A_payload_without_end_is_refused_and_ends_the_session()
    {
        var lines = string.Concat(Enumerable.Repeat(new string('p', 99) + "\n", (CliSession.MaxPayloadLength / 100) + 2));
        Assert.StartsWith("The payload is too big.", AProcess.Ask("echo a <<E\n" + lines + "E\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void More_than_64_words_are_refused()
    {
        Assert.Equal(string.Concat(Enumerable.Repeat("a ", 62)) + "a\n\n", AProcess.Ask("echo" + string.Concat(Enumerable.Repeat(" a", 63)) + "\n"));
        Assert.Equal("Too many arguments. Commands must have at most 64 arguments.\n\n",
            AProcess.Ask("echo" + string.Concat(Enumerable.Repeat(" a", 64)) + "\n"));
    }

    [Theory]
    [InlineData("clear counters\n", CommandLevel.User, "Permission denied\n\n")]
    [InlineData("clear counters\n", CommandLevel.Operator, "\n")]
    [InlineData("clear counters all\n", CommandLevel.Operator, "Permission denied\n\n")]
    [InlineData("operator\n", CommandLevel.User, "Permission denied\n\n")]
    [InlineData("show env\n", CommandLevel.User, "Permission denied\n\n")]
    [InlineData("show map\n", CommandLevel.Operator, "Permission denied\n\n")]
    [InlineData("add acl #0 x\n", CommandLevel.Operator, "Permission denied\n\n")]
    [InlineData("show profiling\n", CommandLevel.Operator, "Permission denied\n\n")]
    [InlineData("show pools nope\n", CommandLevel.User,
        "Expects either 'byname', 'bysize', 'byusage', 'match <pfx>', 'detailed', or a max number of output lines.\n\n")]
    [InlineData("set var proc.x int(1)\n", CommandLevel.User, "This command is restricted to experimental mode only.\n\n")]
    [InlineData("show cli level;user;show cli level\n", CommandLevel.Operator, "operator\n\n\nuser\n\n")]
    [InlineData("user;set weight be1/s1 3\n", CommandLevel.Admin, "\nPermission denied\n\n")]
    public void Rights_bound_what_is_carried_out(string typed, CommandLevel level, string answer) => Assert.Equal(answer, AProcess.Ask(typed, level));

    [Fact]
    public void Messages_say_how_serious_they_are_when_asked_to()
    {
        Assert.Equal("\n[3]: No such backend.\n\n[5]: Server counters cleared.\n\n[6]: x\n\n",
            AProcess.Ask("set severity-output number;disable server be9/s1;clear counters server be1/s1;echo x\n"));
        Assert.Equal("\n[err]: Permission denied\n\n# name\nboth\nbe1\n\n",
            AProcess.Ask("set severity-output string;clear counters;show backend\n", CommandLevel.User));
    }

    [Fact]
    public void A_wait_answers_when_its_time_is_over_and_not_before()
    {
        var session = Session();
        Assert.Equal("", AProcess.Converse(session, "wait 300;echo x\n", nowMs: 1_000, close: false));
        Assert.Equal(1_300, session.WakeAtMs);
        Assert.Equal("", AProcess.Converse(session, "", nowMs: 1_299, close: false));
        Assert.Equal("Done.\n\nx\n\n", AProcess.Converse(session, "", nowMs: 1_300, close: false));
    }

    [Fact]
    public void A_command_that_breaks_is_answered_and_the_next_one_runs()
    {
        var table = new CommandTable([RuntimeCommand.ForAll("break", "", "", _ => throw new InvalidOperationException()),
            RuntimeCommand.ForAll("half", "", "", _ => CommandAnswer.Dump(Half())), RuntimeCommand.ForAll("echo", "", "", _ => CommandAnswer.Info("on"))]);
        var session = new CliSession(table, AProcess.Plane(), CommandLevel.Admin, 1_000);
        Assert.Equal("Internal error in 'break': InvalidOperationException.\n\npart\nInternal error: FormatException.\n\non\n\n",
            AProcess.Converse(session, "break;half;echo\n"));

        static IEnumerable<string> Half()
        {
            yield return "part\n";
            throw new FormatException();
        }
    }

    [Fact]
    public void Whatever_is_typed_never_throws() => Gen.Byte.Array[0, 400].Sample(bytes =>
    {
        var session = Session(CommandLevel.User);
        session.Receive(bytes);
        session.EndInput();
        var buffer = new byte[512];
        while (session.Produce(buffer, 1_000) > 0) { }
        Assert.True(session.IsFinished || session.WakeAtMs is not null);
    });
}
