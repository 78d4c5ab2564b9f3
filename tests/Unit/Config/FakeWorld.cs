using System.Net;
using System.Text;
using Evenkeel.Model;

namespace Evenkeel.Tests.Unit.Config;

/// <summary>A machine that exists only in the test: files, names and variables are what the test puts here.</summary>
internal sealed class FakeWorld : IWorld
{
    public Dictionary<string, byte[]> Files { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, string> Variables { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, IPAddress> Hosts { get; } = new(StringComparer.Ordinal) { ["localhost"] = IPAddress.Loopback };

    public HashSet<string> Directories { get; } = new(StringComparer.Ordinal);

    public HashSet<int> OpenDescriptors { get; } = [];

    public FakeWorld With(string path, string text)
    {
        Files[path] = Encoding.Latin1.GetBytes(text);
        return this;
    }

    public string? EnvironmentVariable(string name) => Variables.GetValueOrDefault(name);

    public void SetEnvironmentVariable(string name, string? value)
    {
        if (value is null) Variables.Remove(name);
        else Variables[name] = value;
    }

    public IEnumerable<string> EnvironmentVariableNames() => Variables.Keys;

    public byte[]? ReadFile(string path, out string error)
    {
        error = "No such file or directory";
        return Files.GetValueOrDefault(path);
    }

    public bool FileExists(string path) => Files.ContainsKey(path);

    public bool DirectoryExists(string path) => Directories.Contains(path);

    public IReadOnlyList<string>? ListFiles(string directory, string suffix) =>
        [.. Files.Keys.Where(path => path.StartsWith(directory + "/", StringComparison.Ordinal) && path.EndsWith(suffix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)];

    /// <summary>Knows `*` only; braces are for the real machine.</summary>
    public IReadOnlyList<string> Glob(string pattern) =>
        [.. Files.Keys.Concat(Directories).Where(path => path.Count(c => c == '/') == pattern.Count(c => c == '/')
            && System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(pattern, path, ignoreCase: false))
            .Order(StringComparer.Ordinal)];

    public IReadOnlyList<IPAddress> Resolve(string host) => Hosts.TryGetValue(host, out var address) ? [address] : [];

    public uint? UserId(string name) => name == "root" ? 0u : null;

    public uint? GroupId(string name) => name == "root" ? 0u : null;

    public uint? PrimaryGroupOf(string user) => user == "root" ? 0u : null;

    public int? InterfaceIndex(string name) => name switch { "lo" => 1, "eth0" => 2, _ => null };

    public ulong? NetworkNamespace(string name) => name switch { "blue" => 7, "red" => 8, _ => null };

    public int Mtu { get; init; } = 1_500;

    public int? InterfaceMtu(string name) => Mtu;

    public IReadOnlyList<IPAddress> InterfaceAddresses(string name) => [];

    public string? RegexError(string pattern, bool ignoreCase) => pattern == "(" ? "missing closing parenthesis" : null;

    public ScriptPathVerdict Scripts { get; init; } = ScriptPathVerdict.NotFound;

    public ScriptPathVerdict CheckScript(string path) => Scripts;

    public bool IsDescriptorOpen(int descriptor) => OpenDescriptors.Contains(descriptor);

    public string HostName => "node";

    public int ProcessId => 1;
}
