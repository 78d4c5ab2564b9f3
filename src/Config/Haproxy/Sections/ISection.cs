namespace Evenkeel.Config.Haproxy.Sections;

/// <summary>A section while it is open: every statement up to the next section goes to it.</summary>
internal interface ISection
{
    /// <summary>What `.SECTION` says while it is open: the section's name, or its type when it has none.</summary>
    string PseudoName { get; }

    /// <summary>Reads one statement; everything wrong with it goes to the diagnostics.</summary>
    void Read(Statement statement);

    /// <summary>Called when the next section or the end of the file closes it.</summary>
    void Close()
    {
    }
}
