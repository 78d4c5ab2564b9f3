using Evenkeel.Control.RuntimeApi;
using Evenkeel.Control.RuntimeApi.Families;

namespace Evenkeel.Tests.Unit.Control.RuntimeApi;

public sealed class CommandTableTests
{
    [Fact]
    public void The_command_with_the_most_words_is_meant()
    {
        Assert.Equal("set maxconn server", string.Join(' ', RuntimeCommands.Table.Find(["set", "maxconn", "server", "a/b", "3"])!.Words));
        Assert.Null(RuntimeCommands.Table.Find(["set", "maxconn"]));
        Assert.Null(RuntimeCommands.Table.Find(["sho", "info"]));
    }

    [Fact]
    public void No_command_is_both_there_and_said_to_be_missing()
    {
        var names = RuntimeCommands.Table.Commands.Select(command => string.Join(' ', command.Words)).ToList();
        Assert.Equal(names.Count, names.Distinct().Count());
    }

    [Fact]
    public void A_missing_command_says_that_it_is_missing()
    {
        Assert.All(UnsupportedCommands.Names, name =>
            Assert.Equal($"The command '{name}' is not supported yet.\n\n", AProcess.Ask(name + " x\n")));
    }

    [Fact]
    public void An_unknown_command_is_answered_with_those_that_begin_alike()
    {
        var answer = AProcess.Ask("set maxconn\n");
        Assert.StartsWith("Unknown command: 'set', but maybe one of the following ones is a better match:\n", answer, StringComparison.Ordinal);
        Assert.Equal(["  set maxconn frontend <frontend> <value> ", "  set maxconn global <value>              ", "  set maxconn server <bk>/<srv>           ",
            "  help [<command>]                        ", "  prompt [help | n | i | p | timed ]*     ", "  quit                                    "],
            answer.Split('\n')[1..^2].Select(line => line[..42]));
    }

    [Fact]
    public void A_misspelt_command_is_answered_with_the_nearest() =>
        Assert.Contains("  show info", AProcess.Ask("shaw info\n"), StringComparison.Ordinal);

    [Fact]
    public void Help_lists_only_what_the_level_allows()
    {
        Assert.Contains("  set server <bk>/<srv> [opts]            : ", AProcess.Ask("help\n"), StringComparison.Ordinal);
        Assert.DoesNotContain("  set server", AProcess.Ask("help\n", Model.Proxy.CommandLevel.User), StringComparison.Ordinal);
    }
}
