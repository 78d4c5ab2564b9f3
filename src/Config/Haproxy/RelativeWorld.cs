using System.Net;
using Evenkeel.Model;

namespace Evenkeel.Config.Haproxy;

/// <summary>
/// The machine as seen from the directory `default-path` names: relative paths start there while files are read, all else is the machine itself.
/// </summary>
internal sealed class RelativeWorld(IWorld machine) : IWorld
{
    /// <summary>Questions asked so far of which the answer may be another one tomorrow.</summary>
    public int Asked { get; private set; }

    /// <summary>Of what was answered to them, in this order (FNV-1a): the same for the same answers.</summary>
    public ulong Answers { get; private set; } = 0xCBF29CE484222325;

    /// <summary>What is asked from here on counts alone.</summary>
    public void BeginAnswers() => Answers = 0xCBF29CE484222325;

    /// <summary>Where relative paths start; empty for the directory the process was started in.</summary>
    public string Directory { get; set; } = "";

    public string HostName => machine.HostName;

    public string WorkingDirectory => Directory.Length == 0 ? machine.WorkingDirectory : Path.Join(machine.WorkingDirectory, Directory);

    public int ProcessId => machine.ProcessId;

    public int ProcessorCount => machine.ProcessorCount;

    public string? EnvironmentVariable(string name) => machine.EnvironmentVariable(name);

    public void SetEnvironmentVariable(string name, string? value) => machine.SetEnvironmentVariable(name, value);

    public IEnumerable<string> EnvironmentVariableNames() => machine.EnvironmentVariableNames();

    public byte[]? ReadFile(string path, out string error) => Heard(machine.ReadFile(Located(path), out error));

    /// <summary>It counts as reading them when it does: the same answer, whoever gives it.</summary>
    public bool HoldsFile(string path, byte[] bytes)
    {
        var holds = machine.HoldsFile(Located(path), bytes);
        if (holds) _ = Heard(bytes);
        return holds;
    }

    public bool FileExists(string path) => Heard(machine.FileExists(Located(path)));

    public bool DirectoryExists(string path) => Heard(machine.DirectoryExists(Located(path)));

    public IReadOnlyList<string>? ListFiles(string directory, string suffix) => Heard(machine.ListFiles(Located(directory), suffix));

    public IReadOnlyList<string> Glob(string pattern) => Heard(machine.Glob(Located(pattern)));

    public IReadOnlyList<IPAddress> Resolve(string host) => Heard(machine.Resolve(host));

    public uint? UserId(string name) => Heard(machine.UserId(name));

    public uint? GroupId(string name) => Heard(machine.GroupId(name));

    public uint? PrimaryGroupOf(string user) => Heard(machine.PrimaryGroupOf(user));

    public int? InterfaceIndex(string name) => Heard(machine.InterfaceIndex(name));

    public IReadOnlyList<IPAddress> InterfaceAddresses(string name) => Heard(machine.InterfaceAddresses(name));

    public ulong? NetworkNamespace(string name) => Heard(machine.NetworkNamespace(name));

    public string? RegexError(string pattern, bool ignoreCase) => machine.RegexError(pattern, ignoreCase);

    public string? CertificateProblem(string path) => Heard(machine.CertificateProblem(Located(path)));

    public string? AuthorityProblem(string path) => Heard(machine.AuthorityProblem(path.StartsWith('@') ? path : Located(path)));

    public ScriptPathVerdict CheckScript(string path) => Heard(machine.CheckScript(Located(path)));

    public bool IsDescriptorOpen(int descriptor) => Heard(machine.IsDescriptorOpen(descriptor));

    private T Heard<T>(T answer)
    {
        Asked++;
        switch (answer)
        {
            case byte[] bytes:
                foreach (var each in bytes) Fold(each);
                break;
            case string text:
                foreach (var each in text) Fold(each);
                break;
            case System.Collections.IEnumerable list:
                foreach (var each in list) _ = Heard(each.ToString());
                break;
            default:
                foreach (var each in answer?.ToString() ?? "") Fold(each);
                break;
        }
        // What follows is another answer.
        Fold('\n');
        return answer;
    }

    private void Fold(char part) => Answers = (Answers ^ part) * 0x100000001B3;

    private void Fold(byte part) => Fold((char)part);

    private string Located(string path) => Directory.Length == 0 || path.StartsWith('/') ? path : $"{Directory.TrimEnd('/')}/{path}";
}
