using System.Text;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Servers;
using Evenkeel.Proxy.Servers.Health;

namespace Evenkeel.Tests.Unit.Proxy.Servers.Health;

/// <summary>Answers as servers of these protocols give them, and what HAProxy 3.5 made of the same bytes.</summary>
public class ProtocolAnswerTests
{
    private static string Judge(CheckAnswer answer, string hexadecimal, bool isFinal = false)
    {
        var verdict = ProtocolAnswers.Of(answer)(Convert.FromHexString(hexadecimal.Replace(" ", "", StringComparison.Ordinal)), isFinal);
        return verdict.Result == CheckResult.Unknown ? "wait" : $"{CheckStatusText.Code(verdict.Status)} {verdict.Code} {verdict.Info}";
    }

    private static string Hex(string text) => Convert.ToHexString(Encoding.Latin1.GetBytes(text));

    [Fact]
    public void A_mysql_greeting_tells_the_version()
    {
        Assert.Equal("L7OK 0 5.5.5", Judge(CheckAnswer.MySqlGreeting, "0F0000 00 0A" + Hex("5.5.5\0") + Hex("12345678")));
        Assert.Equal("wait", Judge(CheckAnswer.MySqlGreeting, "0F0000 00 0A"));
        Assert.Equal("L7RSP 0 ", Judge(CheckAnswer.MySqlGreeting, "0F0000 00 0A", isFinal: true));
        Assert.Equal("L7STS 1129 Blocked", Judge(CheckAnswer.MySqlGreeting, "0A0000 00 FF 6904" + Hex("Blocked")));
    }

    [Fact]
    public void A_mysql_login_is_judged_by_the_packet_behind_the_greeting()
    {
        const string Greeting = "020000 00 0A00";
        Assert.Equal("L7OK 0 ", Judge(CheckAnswer.MySqlOk, Greeting + "070000 02 00000002000000"));
        Assert.Equal("L7STS 1045 No", Judge(CheckAnswer.MySqlOk, Greeting + "050000 02 FF 1504" + Hex("No")));
        Assert.Equal("wait", Judge(CheckAnswer.MySqlOk, Greeting + "070000"));
    }

    [Theory]
    [InlineData("300C020101 6107 0A010004000400", "L7OK 0 Success")]
    [InlineData("308400000010 020101 618400000007 0A010004000400", "L7OK 0 Success")]
    [InlineData("300C020101 6107 0A013104000400", "L7STS 49 See RFC: http://tools.ietf.org/html/rfc4511#section-4.1.9")]
    [InlineData("300C020101 6207 0A010004000400", "L7RSP 0 Not LDAPv3 protocol")]
    [InlineData("300C020102 6107 0A010004000400", "L7RSP 0 Not LDAPv3 protocol")]
    [InlineData("300C020101", "wait")]
    [InlineData("308F", "L7RSP 0 Not LDAPv3 protocol")]
    public void An_ldap_bind_response_is_taken_apart(string answer, string expected) => Assert.Equal(expected, Judge(CheckAnswer.LdapBind, answer));

    [Theory]
    [InlineData("00000036 65 00000001 0000 0776657273696F6E 0803322E30 0E6D61782D6672616D652D73697A65 03FCF0 060C6361706162696C6974696573 0800",
        "L7OK 0 SPOA server is ok")]
    [InlineData("00000027 65 00000001 0000 0776657273696F6E 0803322E30 0E6D61782D6672616D652D73697A65 03FCF006", "L7OK 0 SPOA server is ok")]
    [InlineData("00000014 65 00000001 0000 0776657273696F6E 0803312E30", "L7RSP 0 unsupported version")]
    [InlineData("00000014 65 00000001 0000 0776657273696F6E 0803322E30", "L7RSP 0 max-frame-size value not found")]
    [InlineData("00000007 65 00000000 0000", "L7RSP 0 invalid frame received")]
    [InlineData("00000008 65 00000001 0000 FF", "L7RSP 0 invalid frame received")]
    public void A_spop_hello_needs_a_version_and_a_frame_size(string answer, string expected) => Assert.Equal(expected, Judge(CheckAnswer.SpopHello, answer));

    [Theory]
    [InlineData("up\n", "up", null)]
    [InlineData("75%,maxconn:30,maint,down\n", "down", null)]
    [InlineData("down #some text, here\n", "down", "some text, here")]
    [InlineData("up foo bar\r\n", "up", "foo")]
    [InlineData("down#x\n", null, "down#x")]
    public void An_agents_line_is_words_and_a_text(string line, string? operational, string? description)
    {
        var report = AgentReport.TryParse(Encoding.Latin1.GetBytes(line))!;
        Assert.Equal((operational, description), (report.Operational, report.Description));
        Assert.Null(AgentReport.TryParse("75% up"u8));
    }

    [Fact]
    public void An_agent_may_speak_of_weight_limit_and_maintenance_at_once()
    {
        var report = AgentReport.TryParse("weight:20% maxconn:30\tready\n"u8)!;
        Assert.Equal(("20%", 30, "ready", null), (report.Weight, report.MaxConnections, report.Administrative, report.Operational));
    }
}
