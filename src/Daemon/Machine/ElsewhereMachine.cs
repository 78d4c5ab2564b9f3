using System.Net;
using Evenkeel.Model;

namespace Evenkeel.Daemon.Machine;

/// <summary>
/// A machine that is not here, for configurations that are read for another node: every interface, user and script they name is there; files they include are
/// this machine's.
/// </summary>
internal sealed class ElsewhereMachine : IWorld
{
    private readonly ThisMachine _here = new();
    private readonly Dictionary<string, int> _interfaces = new(StringComparer.Ordinal) { ["lo"] = 1 };

    public string HostName => _here.HostName;

    public int ProcessId => _here.ProcessId;

    public int ProcessorCount => 1_024;

    public string? EnvironmentVariable(string name) => _here.EnvironmentVariable(name);

    public void SetEnvironmentVariable(string name, string? value) => _here.SetEnvironmentVariable(name, value);

    public IEnumerable<string> EnvironmentVariableNames() => _here.EnvironmentVariableNames();

    public byte[]? ReadFile(string path, out string error) => _here.ReadFile(path, out error);

    public bool FileExists(string path) => _here.FileExists(path);

    public bool DirectoryExists(string path) => _here.DirectoryExists(path);

    public IReadOnlyList<string>? ListFiles(string directory, string suffix) => _here.ListFiles(directory, suffix);

    public IReadOnlyList<string> Glob(string pattern) => _here.Glob(pattern);

    public IReadOnlyList<IPAddress> Resolve(string host) => [IPAddress.Loopback];

    public uint? UserId(string name) => 0;

    public uint? GroupId(string name) => 0;

    public uint? PrimaryGroupOf(string user) => 0;

    public int? InterfaceIndex(string name)
    {
        if (_interfaces.TryGetValue(name, out var index)) return index;
        return _interfaces[name] = _interfaces.Count + 1;
    }

    public IReadOnlyList<IPAddress> InterfaceAddresses(string name) => [];

    public string? RegexError(string pattern, bool ignoreCase) => null;

    public ScriptPathVerdict CheckScript(string path) => ScriptPathVerdict.Secure;
}
