using System.Globalization;
using System.Text;
using Evenkeel.Linux;
using Evenkeel.Linux.Processes;

namespace Evenkeel.Daemon.Processes;

/// <summary>
/// What a process tells itself when it executes a new program in its own place (docs/adr/0084): lines of a kind with named values, in a memory file whose
/// descriptor the environment names. Names that one side does not know are passed by, so that two releases understand each other.
/// </summary>
public sealed class CarriedState
{
    /// <summary>What a reader says to show that its program can take over; 0 is one that cannot.</summary>
    public const byte Form = 1;

    private const string Variable = "EVENKEEL_CARRIED";
    private readonly List<CarriedLine> _lines = [];

    public CarriedLine Add(string kind)
    {
        var line = new CarriedLine(kind);
        _lines.Add(line);
        return line;
    }

    public void AddDescriptors(string kind, IEnumerable<int> descriptors)
    {
        foreach (var descriptor in descriptors) Add(kind).SetDescriptor("fd", descriptor);
    }

    public IEnumerable<CarriedLine> All(string kind) => _lines.Where(line => line.Kind == kind);

    /// <summary>The line of its kind; one without values where it is missing.</summary>
    public CarriedLine The(string kind) => All(kind).FirstOrDefault() ?? new CarriedLine(kind);

    /// <summary>Those that are open, in their order.</summary>
    public IEnumerable<int> Descriptors(string kind) => All(kind).Select(static line => line.Descriptor("fd")).Where(static descriptor => descriptor >= 0);

    /// <summary>What the program before this one has left; null when this process began with this one. Works once.</summary>
    public static CarriedState? Take()
    {
        var mark = Environment.GetEnvironmentVariable(Variable);
        if (mark is null) return null;
        Environment.SetEnvironmentVariable(Variable, null);
        SignalNote.SendAgain();
        if (!int.TryParse(mark, NumberStyles.None, CultureInfo.InvariantCulture, out var file) || !Linux.Processes.Descriptors.IsOpen(file)) return null;
        var content = MemoryFile.ReadAll(file);
        _ = Linux.Processes.Descriptors.Close(file);
        return content is null ? null : Parse(Encoding.UTF8.GetString(content));
    }

    /// <summary>Executes the program at a path in the place of this one: same pid, same children, and the descriptors that were named here. Returns only when
    /// it failed, and then nothing has changed.</summary>
    public SysResult Execute(string path, Invocation invocation, IReadOnlyList<string> environment)
    {
        var made = MemoryFile.Create("carried", Encoding.UTF8.GetBytes(Text()), out var file);
        if (made.IsError) return made;
        using (file)
        {
            int[] kept = [file!.Descriptor, .. _lines.SelectMany(static line => line.Descriptors)];
            foreach (var descriptor in kept) _ = Linux.Processes.Descriptors.KeepOnExec(descriptor);
            var executed = Spawner.Replace(path, invocation.Vector, [.. environment, $"{Variable}={file.Descriptor}"]);
            foreach (var descriptor in kept) _ = Linux.Processes.Descriptors.CloseOnExec(descriptor);
            return executed;
        }
    }

    public string Text() => string.Concat(_lines.Select(static line => line + "\n"));

    public static CarriedState Parse(string text)
    {
        var state = new CarriedState();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries)) state._lines.Add(CarriedLine.Parse(line));
        return state;
    }
}

/// <summary>One line of a <see cref="CarriedState"/>: `kind name=value name=value`, values escaped as in a URI.</summary>
public sealed class CarriedLine(string kind)
{
    private readonly Dictionary<string, string> _values = [];
    private readonly List<int> _descriptors = [];

    public string Kind { get; } = kind;

    /// <summary>Those set here.</summary>
    public IReadOnlyList<int> Descriptors => _descriptors;

    public CarriedLine Set(string name, long number) => Set(name, number.ToString(CultureInfo.InvariantCulture));

    public CarriedLine Set(string name, bool flag) => Set(name, flag ? 1 : 0);

    public CarriedLine Set(string name, string text)
    {
        _values[name] = text;
        return this;
    }

    /// <summary>The descriptor outlives the change of the program.</summary>
    public CarriedLine SetDescriptor(string name, int descriptor)
    {
        if (descriptor >= 0) _descriptors.Add(descriptor);
        return Set(name, descriptor);
    }

    public string Word(string name) => _values.GetValueOrDefault(name, "");

    public long Number(string name, long otherwise = 0) =>
        long.TryParse(Word(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : otherwise;

    public bool Flag(string name) => Number(name) != 0;

    /// <summary>A descriptor that is open, no further program's from now on; else -1.</summary>
    public int Descriptor(string name)
    {
        var descriptor = (int)Number(name, -1);
        return descriptor >= 0 && Linux.Processes.Descriptors.CloseOnExec(descriptor).IsOk ? descriptor : -1;
    }

    public override string ToString() =>
        string.Join(' ', _values.Select(static each => $"{each.Key}={Uri.EscapeDataString(each.Value)}").Prepend(Kind));

    public static CarriedLine Parse(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var parsed = new CarriedLine(words.Length > 0 ? words[0] : "");
        foreach (var word in words.Skip(1))
            if (word.Split('=', 2) is [var name, var value]) parsed._values[name] = Uri.UnescapeDataString(value);
        return parsed;
    }
}
