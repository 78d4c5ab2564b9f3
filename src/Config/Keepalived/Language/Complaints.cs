using Evenkeel.Config.Diagnostics;
using Evenkeel.Model;

namespace Evenkeel.Config.Keepalived.Language;

/// <summary>Which of the original's processes is reading: each reads the whole file and understands only its own blocks.</summary>
internal enum ParsePass { Parent, Checker, Vrrp, Bfd }

/// <summary>
/// Says what is wrong, in the original's words and with its prefix: `(file: Line N) text`, without the file for the main file in the parent's pass.
/// The same sentence is kept once however many passes say it.
/// </summary>
/// <remarks>
/// Severities: alert = a configuration error (exit code 5), warning = printed by `-t` without consequence, notice = said in the log of a real start only.
/// Limit: <see cref="MaxKept"/> sentences, so that a file of rubbish does not become a list of rubbish of the same size.
/// </remarks>
internal sealed class Complaints(DiagnosticList diagnostics)
{
    public const int MaxKept = 10_000;

    private readonly HashSet<string> _said = new(StringComparer.Ordinal);
    private SourceFile? _file;
    private int _line;

    public ParsePass Pass { get; set; }

    /// <summary>Set when a keyword lacked its parameter: the original ends there with exit code 2. Nothing more is said after it.</summary>
    public bool Fatal { get; private set; }

    public bool AnyError { get; private set; }

    public (SourceFile? File, int Line) Position
    {
        get => (_file, _line);
        set => (_file, _line) = value;
    }

    public SourcePosition SourcePosition => new(_file?.Name ?? "", _line);

    public void At(SourceFile file, int line) => (_file, _line) = (file, line);

    /// <summary>What is said from here on belongs to no line: checks over the whole configuration.</summary>
    public void Nowhere() => (_file, _line) = (null, 0);

    /// <summary>A configuration error at the present line.</summary>
    public void Error(string text)
    {
        AnyError = true;
        Say(Severity.Alert, Prefix() + text);
    }

    /// <summary>A configuration error the original prints without a position.</summary>
    public void ErrorWithoutPosition(string text)
    {
        AnyError = true;
        Say(Severity.Alert, text);
    }

    /// <summary>Printed by `-t` too, but no error.</summary>
    public void Note(string text) => Say(Severity.Warning, Prefix() + text);

    /// <summary>Only for the log of a real start.</summary>
    public void Log(string text) => Say(Severity.Notice, Prefix() + text);

    /// <summary>Printed by `-t` and said in the log of a real start, but no error.</summary>
    public void NoteEverywhere(string text)
    {
        if (Say(Severity.Warning, Prefix() + text)) diagnostics.Notice(SourcePosition, Prefix() + text);
    }

    public void MissingParameter(string keyword, string previous, int position)
    {
        Error($"*** Configuration line starting `{keyword}` is missing a parameter after keyword `{previous}` at word position {position}");
        Fatal = true;
    }

    private string Prefix() => _file == null ? "" : Pass == ParsePass.Parent && _file.IsMain ? $"(Line {_line}) " : $"({_file.Name}: Line {_line}) ";

    /// <returns>False when it was said before.</returns>
    private bool Say(Severity severity, string text)
    {
        if (Fatal || _said.Count > MaxKept || !_said.Add(text)) return false;
        if (_said.Count > MaxKept) text = $"more than {MaxKept} different messages; the rest is not shown";
        var position = SourcePosition;
        switch (severity)
        {
            case Severity.Alert: diagnostics.Alert(position, text); break;
            case Severity.Warning: diagnostics.Warning(position, text); break;
            default: diagnostics.Notice(position, text); break;
        }
        return true;
    }
}
