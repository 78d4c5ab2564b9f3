using System.Net;
using Evenkeel.Model;

namespace Evenkeel.Config.Haproxy;

/// <summary>
/// The machine as seen from the directory `default-path` names: relative paths start there while files are read, all else is the machine itself.
/// </summary>
internal sealed class RelativeWorld(IWorld machine) : IWorld
{
    /// <summary>Where relative paths start; empty for the directory the process was started in.</summary>
    public string Directory { get; set; } = "";

    public string HostName => machine.HostName;

    public string WorkingDirectory => Directory.Length == 0 ? machine.WorkingDirectory : Path.Join(machine.WorkingDirectory, Directory);

    public int ProcessId => machine.ProcessId;

    public int ProcessorCount => machine.ProcessorCount;

    public string? EnvironmentVariable(string name) => machine.EnvironmentVariable(name);

    public void SetEnvironmentVariable(string name, string? value) => machine.SetEnvironmentVariable(name, value);

    public IEnumerable<string> EnvironmentVariableNames() => machine.EnvironmentVariableNames();

    public byte[]? ReadFile(string path, out string error) => machine.ReadFile(Located(path), out error);

    public bool FileExists(string path) => machine.FileExists(Located(path));

    public bool DirectoryExists(string path) => machine.DirectoryExists(Located(path));

    public IReadOnlyList<string>? ListFiles(string directory, string suffix) => machine.ListFiles(Located(directory), suffix);

    public IReadOnlyList<string> Glob(string pattern) => machine.Glob(Located(pattern));

    public IReadOnlyList<IPAddress> Resolve(string host) => machine.Resolve(host);

    public uint? UserId(string name) => machine.UserId(name);

    public uint? GroupId(string name) => machine.GroupId(name);

    public uint? PrimaryGroupOf(string user) => machine.PrimaryGroupOf(user);

    public int? InterfaceIndex(string name) => machine.InterfaceIndex(name);

    public IReadOnlyList<IPAddress> InterfaceAddresses(string name) => machine.InterfaceAddresses(name);

    public string? RegexError(string pattern, bool ignoreCase) => machine.RegexError(pattern, ignoreCase);

    public string? CertificateProblem(string path) => machine.CertificateProblem(Located(path));

    public string? AuthorityProblem(string path) => machine.AuthorityProblem(path.StartsWith('@') ? path : Located(path));

    public ScriptPathVerdict CheckScript(string path) => machine.CheckScript(Located(path));

    public bool IsDescriptorOpen(int descriptor) => machine.IsDescriptorOpen(descriptor);

    private string Located(string path) => Directory.Length == 0 || path.StartsWith('/') ? path : $"{Directory.TrimEnd('/')}/{path}";
}
