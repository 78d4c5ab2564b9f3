using System.Text;
using Evenkeel.Model.Process;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Control.RuntimeApi;

/// <summary>How a session goes on after a line (management.txt 9.3, "prompt").</summary>
public enum PromptMode { NonInteractive, Interactive, Prompt }

/// <summary>
/// One conversation on a stats socket, without the socket: bytes typed go in by <see cref="Receive"/>, bytes to send come out by
/// <see cref="Produce"/>. Socket -> <b>CliSession</b> -> CommandTable -> commands -> answers.
/// </summary>
/// <remarks>
/// Owner: the loop its connection lives on. Bounded: a line, a payload and the answer's current piece are all it keeps; it neither reads further nor
/// produces further while the client does not take what is there.
/// </remarks>
public sealed partial class CliSession
{
    /// <summary>Longest line, bytes: tune.bufsize of the original's default configuration.</summary>
    public const int MaxLineLength = 16_384;

    /// <summary>Longest payload, bytes, its ending included (management.txt: tune.cli.max-payload-size).</summary>
    public const int MaxPayloadLength = 131_072;

    private const string LineTooLong =
        "The command line is too big for the buffer size. Please change 'tune.bufsize' in the configuration to use a bigger command.\n";

    private const string PayloadTooLong =
        "The payload is too big. Please change 'tune.cli.max-payload-size' in the configuration to use a bigger payload.\n";

    private readonly CommandTable _table;
    private readonly byte[] _input = new byte[MaxLineLength];
    private int _inputLength;
    private bool _inputEnded;

    private readonly Queue<List<string>> _commands = new();
    private StringBuilder? _payload;
    private string _payloadEnding = "";
    private string _payloadText = "";

    private IEnumerator<string>? _pieces;
    private string _piece = "";
    private int _pieceOffset;
    private Postponement? _postponed;
    private Postponement? _afterPieces;
    private bool _lineRunning;
    private bool _closing;

    /// <param name="level">What the socket it came in by allows.</param>
    /// <param name="timeoutMs">`stats timeout`; the session may change it for itself.</param>
    public CliSession(CommandTable table, ControlPlane plane, CommandLevel level, int timeoutMs)
    {
        _table = table;
        Plane = plane;
        Level = level;
        TimeoutMs = timeoutMs;
    }

    public ControlPlane Plane { get; }

    public CommandTable Table => _table;

    /// <summary>May only be lowered.</summary>
    public CommandLevel Level { get; set; }

    public CommandMode Mode { get; set; }

    /// <summary>Hides names and addresses from those this session's answers are shown to (`set anon`).</summary>
    public Anonymizer Anonymizer { get; set; }

    public PromptMode PromptMode { get; set; }

    /// <summary>The prompt carries the process's uptime.</summary>
    public bool IsPromptTimed { get; set; }

    /// <summary>The socket it came in by has `expose-fd listeners`.</summary>
    public bool MayTakeSockets { get; init; }

    /// <summary>The listening sockets are to be sent before the connection closes.</summary>
    public bool HandsSocketsOver { get; private set; }

    public SeverityOutput SeverityOutput { get; set; }

    /// <summary>Idle time after which the connection is closed, milliseconds.</summary>
    public int TimeoutMs { get; set; }

    /// <summary>Everything has been sent and nothing more will come: close.</summary>
    public bool IsFinished => _closing && _pieceOffset >= _piece.Length && _pieces is null && _postponed is null;

    /// <summary>Something was typed, or the client is done typing, since the last line was taken.</summary>
    public bool HasInput => _inputLength > 0 || _inputEnded;

    /// <summary>Forgets what was typed ahead: it only ended what was running.</summary>
    public void DropInput() => _inputLength = 0;

    /// <summary>There is room to read into and reason to read.</summary>
    public bool WantsInput => !_closing && !_inputEnded && _inputLength < _input.Length;

    /// <summary>Bytes <see cref="Receive"/> would take now.</summary>
    public int InputRoom => _input.Length - _inputLength;

    /// <summary>An answer is under way that goes on without anything from outside.</summary>
    public bool HasMore =>
        _postponed is null && (_pieceOffset < _piece.Length || _pieces is not null || _commands.Count > 0 || _lineRunning);

    /// <summary>Loop time at which <see cref="Produce"/> is worth calling again although nothing arrived; null when only input helps.</summary>
    public long? WakeAtMs { get; private set; }

    /// <summary>Takes what fits; the rest stays with the caller (in the socket) until something has been worked off.</summary>
    /// <returns>Bytes taken.</returns>
    public int Receive(ReadOnlySpan<byte> bytes)
    {
        if (_closing) return bytes.Length;
        var taken = Math.Min(bytes.Length, _input.Length - _inputLength);
        bytes[..taken].CopyTo(_input.AsSpan(_inputLength));
        _inputLength += taken;
        return taken;
    }

    /// <summary>The client will not type any more. What it has typed is still answered; a line without an end is not.</summary>
    public void EndInput() => _inputEnded = true;

    /// <summary>Works commands off and writes what they answer.</summary>
    /// <returns>Bytes written; 0 when there is nothing to send now.</returns>
    public int Produce(Span<byte> destination, long nowMs)
    {
        var written = 0;
        while (written < destination.Length)
        {
            if (_pieceOffset < _piece.Length)
            {
                var length = Math.Min(destination.Length - written, _piece.Length - _pieceOffset);
                Encoding.Latin1.GetBytes(_piece.AsSpan(_pieceOffset, length), destination[written..]);
                _pieceOffset += length;
                written += length;
                continue;
            }

            if (!Advance(nowMs)) break;
        }

        return written;
    }

    /// <summary>Finds the next piece to send: of the running answer, the next command, the next line.</summary>
    /// <returns>False when there is nothing more for now.</returns>
    private bool Advance(long nowMs)
    {
        WakeAtMs = null;
        if (_pieces is not null) return NextPiece();
        if (_postponed is not null) return AskAgain(nowMs);
        if (_closing) return false;
        if (_commands.TryDequeue(out var words))
        {
            Run(words, nowMs);
            return true;
        }

        if (_lineRunning)
        {
            EndLine();
            return true;
        }

        return NextLine();
    }

    private bool NextLine()
    {
        if (TakeLine() is not { } line)
        {
            if (_inputLength == _input.Length) Refuse(LineTooLong);
            else if (_inputEnded) _closing = true;
            else return false;
            return true;
        }

        if (_payload is not null)
        {
            AddPayload(line);
            return true;
        }

        if (CommandSplitter.AnnouncesPayload(line, out var command, out _payloadEnding))
        {
            _payload = new StringBuilder();
            line = command;
        }

        foreach (var words in CommandSplitter.Split(line)) _commands.Enqueue(words);
        if (_payload is null) _lineRunning = true;
        else HoldForPayload();
        return true;
    }

    private void HoldForPayload()
    {
        _heldCommands = [.. _commands];
        _commands.Clear();
        if (PromptMode == PromptMode.Prompt && _inputLength == 0) Emit("+ ");
    }

    private List<List<string>> _heldCommands = [];

    private void AddPayload(string line)
    {
        if (line == _payloadEnding)
        {
            _payloadText = _payload!.ToString();
            _payload = null;
            foreach (var words in _heldCommands) _commands.Enqueue(words);
            _heldCommands = [];
            _lineRunning = true;
            return;
        }

        _payload!.Append(line).Append('\n');
        if (_payload.Length > MaxPayloadLength) Refuse(PayloadTooLong);
        else if (PromptMode == PromptMode.Prompt && _inputLength == 0) Emit("+ ");
    }

    private void EndLine()
    {
        _lineRunning = false;
        _payloadText = "";
        if (PromptMode == PromptMode.NonInteractive) _closing = true;
        else if (PromptMode == PromptMode.Prompt) Emit(PromptText());
    }

    private string PromptText()
    {
        if (!IsPromptTimed) return "> ";
        var up = Plane.Process.Uptime;
        return $"[{up.Days}:{up.Hours:00}:{up.Minutes:00}:{up.Seconds:00}]> ";
    }

    /// <summary>The next line typed without its end, or null while it is incomplete. A NUL ends a line too, as in the original.</summary>
    private string? TakeLine()
    {
        var typed = _input.AsSpan(0, _inputLength);
        var end = typed.IndexOfAny((byte)'\n', (byte)0);
        if (end < 0) return null;
        var line = Encoding.Latin1.GetString(typed[..end].TrimEnd((byte)'\r'));
        typed[(end + 1)..].CopyTo(_input);
        _inputLength -= end + 1;
        return line;
    }

    private void Refuse(string text)
    {
        Emit(text);
        _closing = true;
        _inputLength = 0;
    }

    private void Emit(string text)
    {
        _piece = text;
        _pieceOffset = 0;
    }
}
