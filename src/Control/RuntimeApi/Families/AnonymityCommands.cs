using System.Globalization;
using System.Security.Cryptography;
using Evenkeel.Model.Process;

namespace Evenkeel.Control.RuntimeApi.Families;

/// <summary>Commands that have a session show hashes in the place of names and addresses (management.txt 9.3 "set anon").</summary>
public static class AnonymityCommands
{
    public static IEnumerable<RuntimeCommand> All =>
    [
        RuntimeCommand.ForAll("set anon on", "[value]", "show hashes instead of names and addresses", SwitchOn),
        RuntimeCommand.ForAll("set anon off", "", "show names and addresses again", static context => Use(context, 0)),
        RuntimeCommand.ForAdmins("set anon global-key", "<value>", "change the key that hashes are made with", SetGlobalKey),
        RuntimeCommand.ForAll("show anon", "", "show whether names are hashed", Show),
        RuntimeCommand.ForAll("debug dev hash", "[msg]", "hash a text as names are", Hash) with { Mode = CommandMode.Expert },
    ];

    private static CommandAnswer SwitchOn(CommandContext context)
    {
        if (context.Word(3).Length > 0)
            return TryKey(context.Word(3), out var key) && key != 0 ? Use(context, key) : CommandAnswer.Error("Value out of range (1 to 4294967295 expected).");
        if (context.Session.Anonymizer.IsOn) return CommandAnswer.Done;
        var global = context.Plane.AnonymizingKey;
        return Use(context, global != 0 ? global : (uint)RandomNumberGenerator.GetInt32(int.MaxValue) + 1);
    }

    private static CommandAnswer Use(CommandContext context, uint key)
    {
        context.Session.Anonymizer = new Anonymizer(key);
        return CommandAnswer.Done;
    }

    private static CommandAnswer SetGlobalKey(CommandContext context)
    {
        // What begins with no number is none, and none is 0, as in the original.
        var digits = string.Concat(context.Word(3).TakeWhile(char.IsAsciiDigit));
        if (!TryKey(digits.Length > 0 ? digits : "0", out var key)) return CommandAnswer.Error("Value out of range (0 to 4294967295 expected).");
        context.Plane.AnonymizingKey = key;
        return CommandAnswer.Done;
    }

    private static CommandAnswer Show(CommandContext context) => CommandAnswer.Dump(context.Session.Anonymizer is { IsOn: true, Key: var key }
        ? string.Create(CultureInfo.InvariantCulture, $"Anonymized mode enabled\nKey : {key}\n") : "Anonymized mode disabled\n");

    private static CommandAnswer Hash(CommandContext context) => CommandAnswer.Dump(context.Session.Anonymizer.Name(context.Word(3)) + "\n");

    private static bool TryKey(string text, out uint key) => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out key);
}
