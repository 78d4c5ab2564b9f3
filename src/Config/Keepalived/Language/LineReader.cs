using Evenkeel.Model;

namespace Evenkeel.Config.Keepalived.Language;

/// <summary>
/// Physical lines -> <b>LineReader</b> -> blocks: obeys `@id` conditions, definitions and sequences, and cuts lines at braces.
/// One reader serves one pass; every pass reads anew, as each process of the original does.
/// </summary>
/// <remarks>Limit: <see cref="MaxLines"/> lines after expansion, so that nested sequences end.</remarks>
internal sealed class LineReader
{
    /// <summary>The original's own example makes 65,024 instances of about ten lines from one; ten times that is plenty.</summary>
    public const int MaxLines = 8_000_000;

    private readonly IReadOnlyList<PhysicalLine> _source;
    private readonly Complaints _complaints;
    private readonly Definitions _definitions;
    private readonly string _configId;
    private readonly Stack<object> _waiting = new();
    private readonly Queue<string> _parts = new();
    private readonly List<string> _following = [];
    private int _next;
    private int _produced;
    private int _depth;

    /// <param name="configId">What `@id` is compared with (`-i`, by default the host's name up to the first dot).</param>
    public LineReader(IReadOnlyList<PhysicalLine> source, IWorld world, string configId, Complaints complaints)
    {
        _source = source;
        _complaints = complaints;
        _configId = configId;
        _definitions = new Definitions(world, configId, seed: world.ProcessId);
    }

    public Definitions Definitions => _definitions;

    /// <summary>The next line, cut at braces and never empty; false at the end of the text.</summary>
    public bool Next(out string line)
    {
        while (_parts.Count == 0)
        {
            if (_produced >= MaxLines || !NextRaw(out string raw))
            {
                line = "";
                return false;
            }
            Take(raw);
        }
        line = _parts.Dequeue();
        _produced++;
        CountBraces(line);
        return true;
    }

    /// <summary>Gives back the line that was just read.</summary>
    public void PutBack(string line)
    {
        var later = _parts.ToArray();
        _parts.Clear();
        _parts.Enqueue(line);
        foreach (string part in later) _parts.Enqueue(part);
    }

    /// <summary>Says how many blocks stayed open; to be called at the end of the text.</summary>
    public void Finish()
    {
        if (_depth > 0) _complaints.ErrorWithoutPosition($"There are {_depth} missing '}}'s or extra '{{'s");
        if (_produced >= MaxLines) _complaints.ErrorWithoutPosition($"The configuration expands to more than {MaxLines} lines - the rest is ignored");
    }

    private void CountBraces(string part)
    {
        if (part == "{") _depth++;
        if (part != "}" || --_depth >= 0) return;
        _complaints.Error("Extra '}' found");
        _depth = 0;
    }

    /// <summary>The next line before any processing: from a definition or sequence being expanded, else from the files.</summary>
    private bool NextRaw(out string raw)
    {
        while (_waiting.TryPeek(out var top))
        {
            if (top is string text)
            {
                _waiting.Pop();
                raw = text;
                return true;
            }
            var block = (SequenceBlock)top;
            if (block.MoveNext(_definitions))
            {
                raw = block.Rest;
                return true;
            }
            _waiting.Pop();
        }
        if (_next >= _source.Count)
        {
            raw = "";
            return false;
        }
        var line = _source[_next++];
        _complaints.At(line.File, line.Number);
        if (line.Complaint != null) _complaints.Error(line.Complaint);
        raw = line.Text;
        return true;
    }

    private void Take(string line)
    {
        if (line.StartsWith('@') && !Condition(ref line)) return;
        if (Definitions.TryParse(line, out string? name, out string? value))
        {
            Define(name, value);
            return;
        }
        if (SequenceBlock.IsOne(line))
        {
            Expand(line);
            return;
        }
        _following.Clear();
        var file = _complaints.Position.File ?? new SourceFile("", "", true);
        if (_definitions.Substitute(line, file, _following) is not { } substituted)
        {
            _complaints.Error($"Definitions in '{Shortened(line)}' contain each other - ignoring line");
            return;
        }
        for (int i = _following.Count - 1; i >= 0; i--) _waiting.Push(_following[i]);
        if (!ReferenceEquals(substituted, line) && LineText.HasOpenQuote(substituted)) _complaints.Error($"Unterminated quote '{Shortened(substituted)}'");
        LineText.SplitAtBraces(substituted.Trim(), _parts);
        if (_parts.Count == 1 && _parts.Peek().Length == 0) _parts.Clear();
    }

    private static string Shortened(string line) => line.Length <= 500 ? line : line[..500];

    /// <summary>`@id rest` and `@^id rest`: false when the line is not for this node.</summary>
    private bool Condition(ref string line)
    {
        bool negated = line.StartsWith("@^", StringComparison.Ordinal);
        int start = negated ? 2 : 1;
        int end = LineText.IndexOfWhiteSpace(line.AsSpan(start));
        string id = end < 0 ? line[start..] : line.Substring(start, end);
        line = end < 0 ? "" : line[(start + end)..].Trim();
        return (id == _configId) != negated;
    }

    /// <summary>A value that ends in a backslash goes on in the next lines, up to one that does not.</summary>
    private void Define(string name, string value)
    {
        if (!value.EndsWith('\\'))
        {
            _definitions.Set(name, [value]);
            return;
        }
        var lines = new List<string>();
        string first = WithoutContinuation(value);
        if (first.Length > 0) lines.Add(first);
        bool more = true;
        while (more && NextRaw(out string raw))
        {
            more = raw.EndsWith('\\');
            string line = (more ? WithoutContinuation(raw) : raw).Trim();
            if (line.Length > 0) lines.Add(line);
        }
        _definitions.Set(name, lines.Count == 0 ? [""] : [.. lines]);
    }

    private static string WithoutContinuation(string line) => line[..^1].TrimEnd();

    /// <summary>Sequences inside sequences nest on the stack; the line itself is repeated, so only what stands before a definition of several lines
    /// matters.</summary>
    private void Expand(string line)
    {
        var problems = new List<string>();
        var block = SequenceBlock.Parse(line, problems);
        foreach (string problem in problems) _complaints.Error(problem);
        if (block != null) _waiting.Push(block);
    }
}
