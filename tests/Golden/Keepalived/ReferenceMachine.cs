using System.Net;
using Evenkeel.Model;

namespace Evenkeel.Tests.Golden.Keepalived;

/// <summary>The machine on which the original's verdicts were recorded: its interfaces, users and the few paths the cases name.</summary>
internal sealed class ReferenceMachine(string directory, IReadOnlyDictionary<string, string> files) : IWorld
{
    private static readonly string[] Interfaces = ["lo", "eth0", "eth1", "eth0p", "eth1p"];

    private static readonly string[] Programs = ["/usr/bin/true", "/usr/bin/false", "/usr/bin/echo", "/usr/bin/pidof", "/usr/bin/killall", "/usr/bin/test"];

    public string HostName => "vm.example";

    public int ProcessId => 4711;

    public int ProcessorCount => 2;

    public string WorkingDirectory => directory;

    public string? EnvironmentVariable(string name) => name switch { "PATH" => "/usr/sbin:/usr/bin:/sbin:/bin", "HOME" => "/root", _ => null };

    public void SetEnvironmentVariable(string name, string? value) => throw new NotSupportedException();

    public IEnumerable<string> EnvironmentVariableNames() => ["PATH", "HOME"];

    public byte[]? ReadFile(string path, out string error)
    {
        error = files.ContainsKey(path) ? "" : "No such file or directory";
        return files.TryGetValue(path, out string? text) ? System.Text.Encoding.UTF8.GetBytes(text) : null;
    }

    public bool FileExists(string path) => files.ContainsKey(path);

    public bool DirectoryExists(string path) => path is "/tmp" or "/" or "/usr/bin";

    public IReadOnlyList<string>? ListFiles(string directory, string suffix) => [];

    public IReadOnlyList<string> Glob(string pattern) => files.ContainsKey(pattern) ? [pattern] : [];

    public IReadOnlyList<IPAddress> Resolve(string host) => host == "localhost" ? [IPAddress.Loopback] : [];

    public uint? UserId(string name) => name switch { "root" => 0, "nobody" => 65534, _ => null };

    public uint? GroupId(string name) => name switch { "root" => 0, "nogroup" => 65534, _ => null };

    public uint? PrimaryGroupOf(string user) => UserId(user);

    public int? InterfaceIndex(string name) => Array.IndexOf(Interfaces, name) is >= 0 and var index ? index + 1 : null;

    public IReadOnlyList<IPAddress> InterfaceAddresses(string name) => name == "eth0" ? [IPAddress.Parse("10.9.9.1")] : [];

    public string? RegexError(string pattern, bool ignoreCase) => null;

    /// <summary>A merged /usr: /bin is a symbolic link.</summary>
    public ScriptPathVerdict CheckScript(string path) =>
        Programs.Contains(path) ? ScriptPathVerdict.Secure
        : path.StartsWith("/bin/", StringComparison.Ordinal) && Programs.Contains("/usr" + path) ? ScriptPathVerdict.SymlinkedDirectory
        : ScriptPathVerdict.NotFound;
}
