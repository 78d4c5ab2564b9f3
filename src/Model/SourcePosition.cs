namespace Evenkeel.Model;

/// <summary>Where in the operator's text something was said; every diagnostic carries one. Line is 1-based, 0 when there is no line.</summary>
public readonly struct SourcePosition : IEquatable<SourcePosition>
{
    // The file's name, or the section that the line is counted from.
    private readonly object? _origin;
    private readonly int _line;

    public SourcePosition(string file, int line) => (_origin, _line) = (file, line);

    /// <summary>A line that moves with its section.</summary>
    public SourcePosition(SourceSection section, int line) => (_origin, _line) = (section, line - section.FirstLine);

    public static readonly SourcePosition None = new("", 0);

    public string File => _origin is SourceSection section ? section.File : _origin as string ?? "";

    public int Line => _origin is SourceSection section ? section.FirstLine + _line : _line;

    public static bool operator ==(SourcePosition left, SourcePosition right) => left.Equals(right);

    public static bool operator !=(SourcePosition left, SourcePosition right) => !left.Equals(right);

    public bool Equals(SourcePosition other) => Line == other.Line && File == other.File;

    public override bool Equals(object? obj) => obj is SourcePosition other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(File, Line);

    public override string ToString() => Line > 0 ? $"{File}:{Line}" : File;
}

/// <summary>Where one section of the operator's text stands. It outlives that text: a reload that finds the same section elsewhere says so here.
/// </summary>
public sealed class SourceSection(string file, int firstLine)
{
    private volatile int _firstLine = firstLine;

    public string File { get; } = file;

    /// <summary>1-based.</summary>
    public int FirstLine
    {
        get => _firstLine;
        set => _firstLine = value;
    }
}
