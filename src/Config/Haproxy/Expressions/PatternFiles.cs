using System.Collections.Immutable;
using System.Text;
using Evenkeel.Model;
using Evenkeel.Model.Samples;

namespace Evenkeel.Config.Haproxy.Expressions;

/// <summary>Reads pattern and map files: one entry a line, blanks around it dropped, `#` at a line's start is a comment.</summary>
public static class PatternFiles
{
    /// <summary>Reads a file; `virt@` names have none and start empty, `opt@` ones may be missing.</summary>
    /// <returns>Null with the original's complaint when the file cannot be read.</returns>
    public static PatternFileModel? Load(string name, IWorld world, out string error)
    {
        error = "";
        if (name.StartsWith("virt@", StringComparison.Ordinal)) return new PatternFileModel(name, []);
        var optional = name.StartsWith("opt@", StringComparison.Ordinal);
        var path = optional ? name[4..] : name.StartsWith("file@", StringComparison.Ordinal) ? name[5..] : name;
        if (path.Length > 0 && world.DirectoryExists(path))
        {
            error = $"error encountered while reading  <{path}> : Is a directory";
            return null;
        }
        var bytes = path.Length == 0 ? null : world.ReadFile(path, out _);
        if (bytes is not null) return new PatternFileModel(name, Lines(bytes));
        if (optional) return new PatternFileModel(name, []);
        error = $"failed to open pattern file <{path}>";
        return null;
    }

    /// <summary>What stands before the first blank of a map's line.</summary>
    public static string KeyOf(string line)
    {
        var end = line.AsSpan().IndexOfAny(' ', '\t');
        return end < 0 ? line : line[..end];
    }

    private static ImmutableArray<PatternFileLine> Lines(byte[] bytes)
    {
        var lines = ImmutableArray.CreateBuilder<PatternFileLine>();
        var rest = bytes.AsSpan();
        for (var number = 1; !rest.IsEmpty; number++)
        {
            var end = rest.IndexOf((byte)'\n');
            var line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? [] : rest[(end + 1)..];
            line = line.Trim(" \t\r"u8);
            if (line.IsEmpty || line[0] == '#') continue;
            lines.Add(new PatternFileLine(number, Encoding.Latin1.GetString(line)));
        }
        return lines.ToImmutable();
    }
}
