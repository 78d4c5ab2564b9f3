namespace Evenkeel.Config.Haproxy.Sections;

/// <summary>A section whose opening was wrong, or of a kind that is refused as a whole: its statements cannot be judged.</summary>
/// <param name="complaint">Said for each statement; null says nothing more than what the opening already drew.</param>
internal sealed class SkippedSection(ParseContext context, string name, string? complaint = null) : ISection
{
    public string PseudoName => name;

    public void Read(Statement statement)
    {
        if (complaint is not null) context.Alert(complaint);
    }
}
