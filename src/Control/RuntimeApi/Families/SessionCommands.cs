using System.Globalization;
using System.Text;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Control.RuntimeApi.Families;

/// <summary>Commands about the conversation itself: how it is held, by whom, and when it ends.</summary>
public static class SessionCommands
{
    private const string PromptUsage =
        "Usage: prompt [help | n | i | p | timed]*\n"
        + "Changes how the session goes on after a line:\n"
        + "  help    show this\n"
        + "  n       answer one line, then close\n"
        + "  i       go on without a prompt\n"
        + "  p       go on with a prompt\n"
        + "  timed   show the uptime in the prompt, or no longer\n"
        + "Without a word it changes between a prompt and none.\n";

    public static IEnumerable<RuntimeCommand> All =>
    [
        RuntimeCommand.ForAll("help", "[<command>]", "list the commands, or those that resemble one", Help),
        RuntimeCommand.ForAll("prompt", "[help | n | i | p | timed ]*", "switch the prompt, keep the session open", Prompt),
        RuntimeCommand.ForAll("quit", "", "end the session", static _ => CommandAnswer.Quit),
        RuntimeCommand.ForAll("user", "", "give up all rights but a user's for this session", static context => Lower(context, CommandLevel.User)),
        RuntimeCommand.ForOperators("operator", "", "give up an admin's rights for this session",
            static context => Lower(context, CommandLevel.Operator)),
        RuntimeCommand.ForAdmins("expert-mode", "[on|off]", "", static context => SwitchMode(context, CommandMode.Expert)),
        RuntimeCommand.ForAdmins("experimental-mode", "[on|off]", "", static context => SwitchMode(context, CommandMode.Experimental)),
        RuntimeCommand.ForAll("echo", "<text>", "answer with the text", static context => CommandAnswer.Info(string.Join(' ', context.Words.Skip(1)) + "\n")),
        RuntimeCommand.ForAll("set severity-output", "[none|number|string]", "show how serious messages are", SetSeverityOutput),
        RuntimeCommand.ForAll("set timeout", "[cli] <delay>", "change after how long an idle session is closed", SetTimeout),
        RuntimeCommand.ForAll("show cli level", "", "show the rights of this session", ShowLevel),
        RuntimeCommand.ForAll("show cli sockets", "", "list the sockets commands are taken on", ShowSockets),
    ];

    private static CommandAnswer Help(CommandContext context) =>
        CommandAnswer.Info(context.Session.Table.Help([.. context.Words.Skip(1)], context.Session.Level, context.Session.Mode));

    private static CommandAnswer Prompt(CommandContext context)
    {
        var session = context.Session;
        if (context.Words.Count == 1)
        {
            session.PromptMode = session.PromptMode == PromptMode.Prompt ? PromptMode.NonInteractive : PromptMode.Prompt;
            return CommandAnswer.Done;
        }

        var (mode, timed) = (session.PromptMode, session.IsPromptTimed);
        var named = false;
        foreach (var word in context.Words.Skip(1))
        {
            switch (word)
            {
                case "n": mode = PromptMode.NonInteractive; named = true; break;
                case "i": mode = PromptMode.Interactive; named = true; break;
                case "p": mode = PromptMode.Prompt; named = true; break;
                case "timed": timed = !timed; break;
                default: return CommandAnswer.Info(PromptUsage);
            }
        }

        session.PromptMode = named ? mode : PromptMode.Prompt;
        session.IsPromptTimed = timed;
        return CommandAnswer.Done;
    }

    private static CommandAnswer Lower(CommandContext context, CommandLevel level)
    {
        context.Session.Level = level;
        return CommandAnswer.Done;
    }

    private static CommandAnswer SwitchMode(CommandContext context, CommandMode mode)
    {
        var session = context.Session;
        switch (context.Word(1))
        {
            case "":
                return CommandAnswer.Info($"{context.Words[0]} is {(session.Mode >= mode ? "ON" : "OFF")}");
            case "on":
                if (session.Mode < mode) session.Mode = mode;
                break;
            default:
                session.Mode = CommandMode.Normal;
                break;
        }

        return CommandAnswer.Done;
    }

    private static CommandAnswer SetSeverityOutput(CommandContext context)
    {
        SeverityOutput? output = context.Word(2) switch
        {
            "none" => SeverityOutput.None,
            "number" => SeverityOutput.Number,
            "string" => SeverityOutput.Text,
            _ => null,
        };
        if (output is null) return CommandAnswer.Error("one of 'none', 'number', 'string' is a required argument");
        context.Session.SeverityOutput = output.Value;
        return CommandAnswer.Done;
    }

    private static CommandAnswer SetTimeout(CommandContext context)
    {
        if (context.Word(2) != "cli") return CommandAnswer.Error("'set timeout' only supports 'cli'.");
        if (context.Word(3).Length == 0) return CommandAnswer.Error("Expects an integer value.");
        // A bare number counts seconds here, unlike everywhere else.
        if (CommandNumbers.TryDuration(context.Word(3), 1000, out var timeoutMs) && timeoutMs > 0)
        {
            context.Session.TimeoutMs = (int)Math.Min(timeoutMs, int.MaxValue);
            return CommandAnswer.Done;
        }

        return CommandAnswer.Error("Invalid timeout value.");
    }

    private static CommandAnswer ShowLevel(CommandContext context) =>
        CommandAnswer.Info(context.Session.Level.ToString().ToLower(CultureInfo.InvariantCulture));

    private static CommandAnswer ShowSockets(CommandContext context)
    {
        var text = new StringBuilder("# socket lvl processes\n");
        foreach (var socket in context.Plane.Proxies.Model.Global.StatsSockets)
        {
            var family = socket.Address.Family switch { SocketFamily.IPv4 => "ipv4@", SocketFamily.IPv6 => "ipv6@", _ => "" };
            text.Append(family).Append(socket.Address).Append(' ').Append(socket.Level.ToString().ToLower(CultureInfo.InvariantCulture)).Append(" all\n");
        }

        return CommandAnswer.Dump(text.ToString());
    }
}
