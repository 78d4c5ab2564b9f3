using System.Text;
using Evenkeel.Config.Diagnostics;
using Evenkeel.Linux.Files;
using Evenkeel.Model.Process;

namespace Evenkeel.Daemon.Haproxy;

/// <summary>
/// What haproxy says on the terminal while it starts, in the shape scripts know: `[ALERT]    (pid) : text`, the version and the executable in two notices
/// before the first warning or alert (management.txt 3; shapes compared with 3.5-dev5).
/// </summary>
/// <remarks>Any thread may speak: servers change on the workers' threads.</remarks>
/// <param name="quiet">`-q`: says nothing at all.</param>
/// <param name="write">Where text goes: the descriptor (1 or 2) and the text.</param>
public sealed class HaproxyConsole(int pid, string executable, bool quiet, Action<int, string> write)
{
    // Tags are padded so that the pids stand under each other.
    private const int TagWidth = 11;

    /// <summary>Enough for the start-up of a large and sloppy configuration.</summary>
    private const int MostKept = 16_384;
    private bool _introduced;
    private readonly StringBuilder _said = new();
    private readonly Lock _writing = new();
    private List<(int Descriptor, string Text)>? _heldBack;

    public bool IsQuiet { get; set; } = quiet;

    public int Warnings { get; private set; }

    /// <summary>What was said so far, for `show startup-logs`; only what a start says is kept.</summary>
    public string Said
    {
        get
        {
            lock (_writing) return _said.ToString();
        }
    }

    /// <summary>The alerts of this start.</summary>
    public string Alerts => string.Join('\n', Said.Split('\n').Where(static line => line.StartsWith("[ALERT]", StringComparison.Ordinal)));

    /// <summary>The first alert of what a process has said, without its tag; empty when there is none.</summary>
    public static string FirstAlertIn(string said)
    {
        var line = Array.Find(said.Split('\n'), static line => line.StartsWith("[ALERT]", StringComparison.Ordinal)) ?? "";
        var colon = line.IndexOf(" : ", StringComparison.Ordinal);
        return colon < 0 ? line : line[(colon + 3)..];
    }

    /// <summary>Another start begins in this process: what the last one said is forgotten.</summary>
    public void BeginAnew()
    {
        lock (_writing)
        {
            _said.Clear();
            _introduced = false;
        }
    }

    /// <summary>Keeps what another process has said itself.</summary>
    public void Note(string text)
    {
        lock (_writing)
            if (_said.Length < MostKept) _said.Append(text);
    }

    public void Alert(string text) => Say(Severity.Alert, text);

    public void Warning(string text) => Say(Severity.Warning, text);

    public void Notice(string text) => Say(Severity.Notice, text);

    public void Print(Diagnostic diagnostic) => Say(diagnostic.Severity, diagnostic.HaproxyLine);

    /// <summary>Keeps everything said from now on until it is let go or forgotten: it is not known yet which process will run.</summary>
    public void HoldBack() => _heldBack = [];

    public void LetGo()
    {
        var said = _heldBack ?? [];
        _heldBack = null;
        foreach (var (descriptor, text) in said) write(descriptor, text);
    }

    /// <summary>Drops what was kept: another process says it again.</summary>
    public void Forget() => (_heldBack, _introduced, Warnings) = (null, false, 0);

    /// <summary>A plain line on standard output, for the answers a caller asked for.</summary>
    public void Answer(string line)
    {
        if (!IsQuiet) Put(StandardStream.Output, line + "\n");
    }

    public void Say(Severity severity, string text)
    {
        if (severity == Severity.Warning) Warnings++;
        if (IsQuiet) return;
        if (!_introduced && severity is Severity.Warning or Severity.Alert)
        {
            _introduced = true;
            PutMessage("NOTICE", $"haproxy version is {ProductVersion.Haproxy}");
            PutMessage("NOTICE", $"path to executable is {executable}");
        }
        PutMessage(TagOf(severity), text);
    }

    private void Put(int descriptor, string text)
    {
        lock (_writing)
        {
            if (_said.Length < MostKept) _said.Append(text);
            if (_heldBack is null) write(descriptor, text);
            else _heldBack.Add((descriptor, text));
        }
    }

    /// <summary>Further lines stand as they are: those that are to be drawn under the first say so themselves.</summary>
    private void PutMessage(string tag, string text) => Put(StandardStream.Error, $"[{tag}]".PadRight(TagWidth) + $"({pid}) : {text.TrimEnd('\n')}\n");

    private static string TagOf(Severity severity) => severity switch
    {
        Severity.Alert => "ALERT",
        Severity.Warning => "WARNING",
        Severity.Notice => "NOTICE",
        _ => "DIAG",
    };
}
