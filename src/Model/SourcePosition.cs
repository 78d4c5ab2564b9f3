namespace Evenkeel.Model;

/// <summary>Where in the operator's text something was said; every diagnostic carries one. Line is 1-based, 0 when there is no line.</summary>
public readonly record struct SourcePosition(string File, int Line)
{
    public static readonly SourcePosition None = new("", 0);

    public override string ToString() => Line > 0 ? $"{File}:{Line}" : File;
}
