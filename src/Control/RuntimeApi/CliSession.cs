using System.Buffers;
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
    private int _inputStart;
    private int _inputEnd;
    private bool _inputEnded;

    private readonly Queue<List<string>> _commands = new();
    private byte[] _payload = [];
    private int _payloadLength;
    private bool _readsPayload;
    private byte[] _payloadEnding = [];

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
    public bool HasInput => _inputStart < _inputEnd || _inputEnded;

    /// <summary>Forgets what was typed ahead: it only ended what was running.</summary>
    public void DropInput() => _inputStart = _inputEnd = 0;

    /// <summary>There is room to read into and reason to read.</summary>
    public bool WantsInput => !_closing && !_inputEnded && InputRoom > 0;

    /// <summary>Bytes <see cref="Receive"/> would take now.</summary>
    public int InputRoom => _input.Length - (_inputEnd - _inputStart);

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
        if (bytes.Length > _input.Length - _inputEnd)
        {
            _input.AsSpan(_inputStart.._inputEnd).CopyTo(_input);
            (_inputStart, _inputEnd) = (0, _inputEnd - _inputStart);
        }
        var taken = Math.Min(bytes.Length, _input.Length - _inputEnd);
        bytes[..taken].CopyTo(_input.AsSpan(_inputEnd));
        _inputEnd += taken;
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
        if (!TryTakeLine(out var typed))
        {
            if (InputRoom == 0) Refuse(LineTooLong);
            else if (_inputEnded) _closing = true;
            else return false;
            return true;
        }

        if (_readsPayload)
        {
            AddPayload(typed);
            return true;
        }

        var line = Encoding.Latin1.GetString(typed);
        if (CommandSplitter.AnnouncesPayload(line, out var command, out var ending))
        {
            (_readsPayload, _payloadEnding) = (true, Encoding.Latin1.GetBytes(ending));
            line = command;
        }

        foreach (var words in CommandSplitter.Split(line)) _commands.Enqueue(words);
        if (!_readsPayload) _lineRunning = true;
        else HoldForPayload();
        return true;
    }

    private void HoldForPayload()
    {
        _heldCommands = [.. _commands];
        _commands.Clear();
        if (PromptMode == PromptMode.Prompt && _inputStart == _inputEnd) Emit("+ ");
    }

    private List<List<string>> _heldCommands = [];

    private void AddPayload(ReadOnlySpan<byte> line)
    {
        if (line.SequenceEqual(_payloadEnding))
        {
            _readsPayload = false;
            foreach (var words in _heldCommands) _commands.Enqueue(words);
            _heldCommands = [];
            _lineRunning = true;
            return;
        }

        Append(line);
        if (_payloadLength > MaxPayloadLength) Refuse(PayloadTooLong);
        else if (PromptMode == PromptMode.Prompt && _inputStart == _inputEnd) Emit("+ ");
    }

    /// <summary>A payload lies in the pool's memory: those who fill a map send thousands of them, one after the other.</summary>
    private void Append(ReadOnlySpan<byte> line)
    {
        if (_payloadLength + line.Length + 1 > _payload.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(4_096, 2 * (_payloadLength + line.Length + 1)));
            _payload.AsSpan(0, _payloadLength).CopyTo(larger);
            ReturnPayload();
            _payload = larger;
        }

        line.CopyTo(_payload.AsSpan(_payloadLength));
        _payload[_payloadLength + line.Length] = (byte)'\n';
        _payloadLength += line.Length + 1;
    }

    private void ReturnPayload()
    {
        if (_payload.Length > 0) ArrayPool<byte>.Shared.Return(_payload);
        _payload = [];
    }

    private void ForgetPayload()
    {
        ReturnPayload();
        (_payloadLength, _readsPayload) = (0, false);
    }

    private void EndLine()
    {
        _lineRunning = false;
        ForgetPayload();
        if (PromptMode == PromptMode.NonInteractive) _closing = true;
        else if (PromptMode == PromptMode.Prompt) Emit(PromptText());
    }

    private string PromptText()
    {
        if (!IsPromptTimed) return "> ";
        var up = Plane.Process.Uptime;
        return $"[{up.Days}:{up.Hours:00}:{up.Minutes:00}:{up.Seconds:00}]> ";
    }

    /// <summary>The next line typed, without its end. A NUL ends a line too, as in the original.</summary>
    /// <param name="line">Only good until more is received.</param>
    /// <returns>False while it is incomplete.</returns>
    private bool TryTakeLine(out ReadOnlySpan<byte> line)
    {
        var typed = _input.AsSpan(_inputStart.._inputEnd);
        var end = typed.IndexOfAny((byte)'\n', (byte)0);
        line = end < 0 ? default : typed[..end].TrimEnd((byte)'\r');
        _inputStart += end + 1;
        return end >= 0;
    }

    private void Refuse(string text)
    {
        Emit(text);
        _closing = true;
        DropInput();
        ForgetPayload();
    }

    private void Emit(string text)
    {
        _piece = text;
        _pieceOffset = 0;
    }
}
