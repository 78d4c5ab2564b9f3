using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Evenkeel.Model;

namespace Evenkeel.Config.Keepalived.Language;

/// <summary>`$NAME=VALUE` definitions and the pre-defined ones; substitution is late and recursive (keepalived.conf(5), "Parameter substitution").</summary>
/// <remarks>Limits: a line grows to at most <see cref="MaxLineLength"/> characters in at most <see cref="MaxReplacements"/> steps; definitions that
/// contain each other end there.</remarks>
internal sealed class Definitions(IWorld world, string configId, int seed)
{
    public const int MaxReplacements = 1_000;
    public const int MaxLineLength = 1 << 16;

    /// <summary>Characters copied by all replacements of one pass: what the largest sensible file needs is a hundredth of it.</summary>
    public const long MaxWork = 1L << 31;

    private readonly Dictionary<string, string[]> _values = new(StringComparer.Ordinal);
    private Random _random = new(seed);
    private long _work;

    public void Set(string name, string[] lines) => _values[name] = lines;

    /// <summary>`random_seed`: the draws of `${_RANDOM}` repeat from here.</summary>
    public void Reseed(int newSeed) => _random = new Random(newSeed);

    /// <summary>Splits `$NAME=VALUE`; false when the line is none.</summary>
    public static bool TryParse(string line, [NotNullWhen(true)] out string? name, [NotNullWhen(true)] out string? value)
    {
        name = value = null;
        int length = line.StartsWith('$') ? NameLength(line, 1) : 0;
        if (length == 0 || 1 + length >= line.Length || line[1 + length] != '=') return false;
        name = line.Substring(1, length);
        value = line[(length + 2)..].Trim();
        return true;
    }

    /// <summary>Letters, digits and underscore, not starting with a digit.</summary>
    private static int NameLength(string line, int from)
    {
        int i = from;
        while (i < line.Length && (char.IsAsciiLetterOrDigit(line[i]) || line[i] == '_')) i++;
        return i > from && char.IsAsciiDigit(line[from]) ? 0 : i - from;
    }

    /// <summary>
    /// Replaces what is defined. A definition of several lines is replaced only at the end of the line: its first line goes there, the others follow.
    /// </summary>
    /// <param name="following">Lines to be read next, in order; empty in the usual case.</param>
    /// <returns>The line, or null when it grew past the limits.</returns>
    public string? Substitute(string line, SourceFile file, List<string> following)
    {
        if (!line.Contains('$', StringComparison.Ordinal)) return line;
        int from = 0;
        for (int step = 0; step < MaxReplacements; step++)
        {
            int dollar = line.IndexOf('$', from);
            if (dollar < 0) return line;
            if (!TryReference(line, dollar, out string name, out string arguments, out int end) || !TryValue(name, arguments, file, out var value)
                || (value.Length > 1 && end != line.Length))
            {
                from = dollar + 1;
                continue;
            }
            if (line.Length - (end - dollar) + value[0].Length > MaxLineLength) return null;
            _work += line.Length + value[0].Length;
            if (_work > MaxWork) return null;
            line = string.Concat(line.AsSpan(0, dollar), value[0], line.AsSpan(end));
            if (value.Length > 1)
            {
                following.InsertRange(0, value.AsSpan(1).ToArray());
                if (following.Count > MaxReplacements) return null;
            }
            from = dollar;
        }
        return null;
    }

    /// <summary>`$NAME` before white space or the end, or `${NAME arguments}`.</summary>
    private static bool TryReference(string line, int dollar, out string name, out string arguments, out int end)
    {
        name = arguments = "";
        end = 0;
        bool braced = dollar + 1 < line.Length && line[dollar + 1] == '{';
        int start = dollar + (braced ? 2 : 1);
        int length = NameLength(line, start);
        if (length == 0) return false;
        name = line.Substring(start, length);
        int after = start + length;
        if (!braced)
        {
            end = after;
            return after == line.Length || LineText.IsWhiteSpace(line[after]) || line[after] == '$' || line[after] == '"';
        }
        int close = line.IndexOf('}', after);
        if (close < 0 || (close > after && !LineText.IsWhiteSpace(line[after]))) return false;
        arguments = line[after..close].Trim();
        end = close + 1;
        return true;
    }

    private bool TryValue(string name, string arguments, SourceFile file, [NotNullWhen(true)] out string[]? value)
    {
        if (_values.TryGetValue(name, out value)) return arguments.Length == 0;
        string? predefined = name switch
        {
            "_PWD" => AbsoluteDirectory(file),
            "_INSTANCE" => configId,
            "_HASH" => "#",
            "_BANG" => "!",
            "_RANDOM" => Draw(arguments),
            "_ENV" when arguments.Length > 0 => world.EnvironmentVariable(arguments) ?? "",
            _ => null,
        };
        value = predefined == null ? null : [predefined];
        return predefined != null;
    }

    private string AbsoluteDirectory(SourceFile file)
    {
        if (file.Directory.StartsWith('/')) return file.Directory;
        string start = world.WorkingDirectory;
        return file.Directory.Length == 0 ? start : Path.GetFullPath($"{start}/{file.Directory}");
    }

    private string Draw(string arguments)
    {
        var bounds = arguments.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        int low = bounds.Length > 0 && int.TryParse(bounds[0], CultureInfo.InvariantCulture, out int first) ? first : 0;
        int high = bounds.Length > 1 && int.TryParse(bounds[1], CultureInfo.InvariantCulture, out int second) ? second : 32_767;
        return (high < low ? low : _random.NextInt64(low, (long)high + 1)).ToString(CultureInfo.InvariantCulture);
    }
}
