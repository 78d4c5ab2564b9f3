using System.Net;
using Evenkeel.Daemon.Machine;
using Evenkeel.Model;

namespace Evenkeel.Tests.Golden.Haproxy;

/// <summary>The machine on which HAProxy's verdicts were recorded, as far as the configurations ask for it: one file, root, localhost, lo.</summary>
internal sealed class ReferenceMachine(string file, byte[] content) : IWorld
{
    public int ProcessorCount => 2;

    private readonly Dictionary<string, string> _variables = new(StringComparer.Ordinal) { ["HOME"] = "/root", ["PATH"] = "/bin" };

    public string HostName => "vm";

    public int ProcessId => 4711;

    public string? EnvironmentVariable(string name) => _variables.GetValueOrDefault(name);

    public void SetEnvironmentVariable(string name, string? value)
    {
        if (value is null) _variables.Remove(name);
        else _variables[name] = value;
    }

    public IEnumerable<string> EnvironmentVariableNames() => _variables.Keys;

    public byte[]? ReadFile(string path, out string error)
    {
        error = "No such file or directory";
        if (ReferenceCertificates.Files.TryGetValue(path, out var pem)) return pem;
        return path == file ? content : path == "/dev/null" ? [] : null;
    }

    public bool FileExists(string path) => path == file || path == "/dev/null" || ReferenceCertificates.Files.ContainsKey(path);

    public bool DirectoryExists(string path) => path is "/" or "/tmp" or "/tls/dir";

    public IReadOnlyList<string>? ListFiles(string directory, string suffix) => directory == "/tls/dir" ? ["a.pem", "b.pem"] : [];

    public string? CertificateProblem(string path) => CertificateFile.Problem(this, path);

    public string? AuthorityProblem(string path) => CertificateFile.AuthorityProblem(this, path);

    public IReadOnlyList<string> Glob(string pattern) => [];

    public IReadOnlyList<IPAddress> Resolve(string host) => host == "localhost" ? [IPAddress.Loopback] : [];

    public uint? UserId(string name) => name switch { "root" => 0, "haproxy" => 105, _ => null };

    public uint? GroupId(string name) => name switch { "root" => 0, "haproxy" => 110, _ => null };

    public uint? PrimaryGroupOf(string user) => UserId(user);

    public int? InterfaceIndex(string name) => name == "lo" ? 1 : null;

    public IReadOnlyList<IPAddress> InterfaceAddresses(string name) => [];

    public string? RegexError(string pattern, bool ignoreCase) => null;

    public ScriptPathVerdict CheckScript(string path) => ScriptPathVerdict.NotFound;

    public bool IsDescriptorOpen(int descriptor) => descriptor is >= 0 and <= 2;
}
