using Evenkeel.Model;

namespace Evenkeel.Config.Haproxy.Reuse;

/// <summary>
/// The files of a configuration about which there was nothing to say, cut into sections: whoever reads the next one under it passes by what has not
/// changed (<see cref="SectionReuse"/>). Written while files are read, then only read.
/// </summary>
internal sealed class ReadText(string[] environment)
{
    private readonly List<(SourceSection Place, int Line)> _moves = [];

    public List<ReadFile> Files { get; } = [];

    /// <summary>Sections that speak for others heard the same from the machine.</summary>
    public bool HeardAlike(ReadText other) => Files.SelectMany(static file => file.Answers).SequenceEqual(other.Files.SelectMany(static file => file.Answers));

    /// <summary>Variables as they were before the first line.</summary>
    public string[] Environment { get; } = environment;

    /// <summary>Something was read of which this text cannot tell whether it says the same the next time.</summary>
    public bool IsOfNoUse { get; set; }

    public static string[] EnvironmentOf(IWorld world) => [.. world.EnvironmentVariableNames().Order(StringComparer.Ordinal)
        .Select(name => name + "=" + world.EnvironmentVariable(name))];

    /// <summary>A section stands elsewhere than before.</summary>
    public void Move(SourceSection place, int line)
    {
        if (place.FirstLine != line) _moves.Add((place, line));
    }

    /// <summary>This text is the one in force: sections stand where it has them.</summary>
    public void TakeEffect()
    {
        foreach (var (place, line) in _moves) place.FirstLine = line;
        _moves.Clear();
    }
}

/// <summary>One file of a <see cref="ReadText"/>.</summary>
internal sealed class ReadFile(string path, byte[] bytes)
{
    public string Path { get; } = path;

    public byte[] Bytes { get; } = bytes;

    /// <summary>Bytes before the first section.</summary>
    public int Preamble { get; set; }

    public List<SectionSpan> Sections { get; } = [];

    /// <summary>What the machine answered to sections that speak for others, as `defaults` with error files (<see cref="RelativeWorld.Answers"/>).</summary>
    public List<ulong> Answers { get; } = [];

    public ReadOnlySpan<byte> TextOf(in SectionSpan span) => Bytes.AsSpan(span.Offset, span.Length);
}
