using Evenkeel.Model;

namespace Evenkeel.Config.Diagnostics;

/// <summary>How bad a thing said about a configuration is; the order is the original's own.</summary>
public enum Severity { Diag, Notice, Warning, Alert }

/// <summary>One thing said about the operator's text. <see cref="Text"/> may have several lines.</summary>
public sealed record Diagnostic(Severity Severity, SourcePosition Position, string Text)
{
    /// <summary>The text is the whole message already: the original words some messages without its usual `parsing [file:line]` opening.</summary>
    public bool IsWholeLine { get; init; }

    /// <summary>What haproxy prints behind `[LEVEL] (pid) : `.</summary>
    public string HaproxyLine => IsWholeLine ? Text
        : Position.Line > 0 ? $"config : parsing [{Position.File}:{Position.Line}] : {Text}"
        : $"config : {Text}";
}

/// <summary>
/// Collects what is said while a configuration is read. Parsing never throws for what the operator wrote: it reports here and goes on,
/// so that every error of a file is shown at once.
/// </summary>
public sealed class DiagnosticList
{
    private readonly List<Diagnostic> _items = [];

    public IReadOnlyList<Diagnostic> Items => _items;

    public int Alerts { get; private set; }

    public int Warnings { get; private set; }

    public bool HasErrors => Alerts > 0;

    /// <summary>Called for each diagnostic as it is added; the daemon prints them in this order.</summary>
    public Action<Diagnostic>? Added { get; set; }

    /// <summary>Called when the text itself asks that nothing more be said (`quiet` in `global`).</summary>
    public Action? Silenced { get; set; }

    public void Alert(SourcePosition position, string text) => Add(new Diagnostic(Severity.Alert, position, text));

    public void Warning(SourcePosition position, string text) => Add(new Diagnostic(Severity.Warning, position, text));

    public void Notice(SourcePosition position, string text) => Add(new Diagnostic(Severity.Notice, position, text));

    public void Diag(SourcePosition position, string text) => Add(new Diagnostic(Severity.Diag, position, text));

    /// <summary>Adds a message whose wording is complete: nothing is put before it when it is printed.</summary>
    public void Say(Severity severity, SourcePosition position, string wholeLine) =>
        Add(new Diagnostic(severity, position, wholeLine) { IsWholeLine = true });

    /// <summary>As <see cref="Say"/>, without counting: the original shows some lines as alerts and accepts the file all the same.</summary>
    public void Remark(Severity severity, SourcePosition position, string wholeLine)
    {
        var diagnostic = new Diagnostic(severity, position, wholeLine) { IsWholeLine = true };
        _items.Add(diagnostic);
        Added?.Invoke(diagnostic);
    }

    private void Add(Diagnostic diagnostic)
    {
        if (diagnostic.Severity == Severity.Alert) Alerts++;
        if (diagnostic.Severity == Severity.Warning) Warnings++;
        _items.Add(diagnostic);
        Added?.Invoke(diagnostic);
    }
}
