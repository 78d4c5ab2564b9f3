using Evenkeel.Daemon.MasterWorker;

namespace Evenkeel.Tests.Unit.Daemon.MasterWorker;

public sealed class MasterLineTests
{
    [Theory]
    [InlineData("show proc", new[] { "show proc" })]
    [InlineData("@1; show info;show stat;", new[] { "@1", " show info", "show stat" })]
    [InlineData("echo a\\;b;quit", new[] { "echo a\\;b", "quit" })]
    [InlineData("", new[] { "" })]
    public void Semicolons_part_commands_unless_escaped(string line, string[] commands) => Assert.Equal(commands, MasterLine.Split(line));

    [Fact]
    public void Behind_two_at_signs_everything_is_one_conversation() =>
        Assert.Equal(["show proc", " @@1 show info; show stat"], MasterLine.Split("show proc; @@1 show info; show stat"));

    [Theory]
    [InlineData("show proc", nameof(CommandTarget.Unnamed), 0, "show proc")]
    [InlineData("@ show proc", nameof(CommandTarget.Master), 0, "show proc")]
    [InlineData("@master show proc", nameof(CommandTarget.Master), 0, "show proc")]
    [InlineData(" @1 show info", nameof(CommandTarget.Worker), 1, "show info")]
    [InlineData("@!4711 show info", nameof(CommandTarget.Pid), 4711, "show info")]
    [InlineData("@1", nameof(CommandTarget.Worker), 1, "")]
    [InlineData("@abc show info", nameof(CommandTarget.Unknown), 0, "show info")]
    [InlineData("@!", nameof(CommandTarget.Unknown), 0, "")]
    [InlineData("@99999999999 x", nameof(CommandTarget.Unknown), 0, "x")]
    public void The_prefix_says_who_is_meant(string command, string target, int number, string text)
    {
        var parsed = MasterCommand.Parse(command);
        Assert.Equal((target, number, text, false), (parsed.Target.ToString(), parsed.Number, parsed.Text, parsed.IsConversation));
    }

    [Fact]
    public void Two_at_signs_open_a_conversation()
    {
        var parsed = MasterCommand.Parse("@@!12 wait 1s");
        Assert.Equal((CommandTarget.Pid, 12, "wait 1s", true, "@@!12"), (parsed.Target, parsed.Number, parsed.Text, parsed.IsConversation, parsed.Prefix));
    }
}
