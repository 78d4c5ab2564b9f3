namespace Evenkeel.Control.RuntimeApi;

/// <summary>Whether messages say how serious they are (`set severity-output`).</summary>
public enum SeverityOutput { None, Number, Text }

/// <remarks>This part runs commands and turns their answers into pieces of text.</remarks>
public sealed partial class CliSession
{
    private static readonly string[] SeverityWords = ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"];

    private void Run(List<string> words, long nowMs)
    {
        // The last command of a line is the one its payload belongs to.
        var payload = _commands.Count == 0 ? _payload.AsMemory(0, _payloadLength) : default;
        Answer(Execute(words, payload, nowMs));
    }

    private CommandAnswer Execute(List<string> words, ReadOnlyMemory<byte> payload, long nowMs)
    {
        if (words.Count == 0) return CommandAnswer.Done;
        if (words.Count > CommandSplitter.MaxWords)
            return CommandAnswer.Error($"Too many arguments. Commands must have at most {CommandSplitter.MaxWords} arguments.");
        var command = _table.Find(words);
        if (command is null) return CommandAnswer.Info(_table.Unknown(words, Level, Mode));
        if (command.Mode > Mode) return CommandAnswer.Error($"This command is restricted to {command.Mode.ToString().ToLowerInvariant()} mode only.");
        if (command.Level > Level) return CommandAnswer.Error("Permission denied");
        try
        {
            return command.Run(new CommandContext(this, words, payload, nowMs));
        }
        catch (Exception mistake) when (mistake is not OutOfMemoryException)
        {
            // The door between commands and the loop: a mistake in one answer must not end the worker.
            return CommandAnswer.Say(MessageSeverity.Critical, $"Internal error in '{command.Usage}': {mistake.GetType().Name}.");
        }
    }

    private void Answer(CommandAnswer answer)
    {
        if (answer.EndsSession)
        {
            HandsSocketsOver = answer.HandsSocketsOver;
            _commands.Clear();
            _lineRunning = false;
            _closing = true;
        }
        else if (answer.Postponed is { } postponed) _postponed = postponed;
        else if (answer.Pieces is { } pieces)
        {
            _pieces = pieces.GetEnumerator();
            _afterPieces = answer.Then;
        }
        else Emit(MessageText(answer));
    }

    /// <summary>The message with its severity, ended by an empty line; only the empty line when there is nothing to say.</summary>
    private string MessageText(CommandAnswer answer)
    {
        if (answer.Message is not { Length: > 0 } text) return "\n";
        var severity = SeverityOutput switch
        {
            SeverityOutput.Number => $"[{(int)answer.Severity}]: ",
            SeverityOutput.Text => $"[{SeverityWords[(int)answer.Severity]}]: ",
            _ => "",
        };
        return text.EndsWith('\n') ? severity + text + "\n" : severity + text + "\n\n";
    }

    private bool NextPiece()
    {
        bool more;
        string? next = null;
        try
        {
            more = _pieces!.MoveNext();
            if (more) next = _pieces.Current;
        }
        catch (Exception mistake) when (mistake is not OutOfMemoryException)
        {
            // The same door as above, for what a dump does later.
            more = false;
            next = $"Internal error: {mistake.GetType().Name}.\n\n";
        }

        if (!more)
        {
            _pieces!.Dispose();
            _pieces = null;
        }

        if (more || _afterPieces is null) Emit(next ?? "\n");
        else (_postponed, _afterPieces) = (_afterPieces, null);
        return true;
    }

    private bool AskAgain(long nowMs)
    {
        var waiting = _postponed!;
        if (nowMs >= waiting.DeadlineMs || waiting.IntervalMs > 0)
        {
            if (waiting.Ask(nowMs) is { } answer)
            {
                _postponed = null;
                Answer(answer);
                return true;
            }
        }

        WakeAtMs = waiting.IntervalMs > 0 ? Math.Min(waiting.DeadlineMs, nowMs + waiting.IntervalMs) : waiting.DeadlineMs;
        return false;
    }
}
