using Evenkeel.Control.RuntimeApi;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Daemon.Processes;

/// <summary>How a conversation that a master passes on to a worker begins: what the operator may do there, and how the answers look.</summary>
public readonly record struct CommandSeat(CommandLevel Level, CommandMode Mode, PromptMode Prompt, bool IsPromptTimed)
{
    // Two bits each for level, mode and prompt, one for the time: a record's one byte of payload.
    public byte ToByte() => (byte)((int)Level | ((int)Mode << 2) | ((int)Prompt << 4) | (IsPromptTimed ? 1 << 6 : 0));

    public static CommandSeat FromByte(byte value) =>
        new((CommandLevel)Math.Min(value & 3, (int)CommandLevel.Admin), (CommandMode)Math.Min((value >> 2) & 3, (int)CommandMode.Expert),
            (PromptMode)Math.Min((value >> 4) & 3, (int)PromptMode.Prompt), (value & (1 << 6)) != 0);
}
