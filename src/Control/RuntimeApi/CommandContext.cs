namespace Evenkeel.Control.RuntimeApi;

/// <summary>What a command sees while it runs: what was typed, who typed it, what time it is, and the living process.</summary>
public sealed class CommandContext
{
    internal CommandContext(CliSession session, IReadOnlyList<string> words, ReadOnlyMemory<byte> payload, long nowMs)
    {
        Session = session;
        Words = words;
        Payload = payload;
        NowMs = nowMs;
    }

    public CliSession Session { get; }

    /// <summary>Everything typed, the command's own words included.</summary>
    public IReadOnlyList<string> Words { get; }

    /// <summary>The lines after `&lt;&lt;`, each with its line feed; empty without a payload. Only good until the command has returned.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>Loop time, milliseconds.</summary>
    public long NowMs { get; }

    public ControlPlane Plane => Session.Plane;

    /// <summary>The word at a position, empty when nothing was typed there.</summary>
    public string Word(int index) => index < Words.Count ? Words[index] : "";
}
