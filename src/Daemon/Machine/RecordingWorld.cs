using System.Globalization;
using System.Net;
using Evenkeel.Model;

namespace Evenkeel.Daemon.Machine;

/// <summary>The machine, with a note of every answer it gives.</summary>
internal sealed class RecordingWorld : IWorld
{
    private readonly IWorld _machine;

    public RecordingWorld(IWorld machine)
    {
        _machine = machine;
        // What the configuration sets itself it sets again when it is read again.
        var variables = machine.EnvironmentVariableNames().Select(name => name + "=" + machine.EnvironmentVariable(name));
        Record.Add(WorldQuestion.Environment, "", WorldAnswer.OfList(variables));
        Record.Add(WorldQuestion.WorkingDirectory, "", WorldAnswer.OfText(machine.WorkingDirectory));
        Record.Add(WorldQuestion.HostName, "", WorldAnswer.OfText(machine.HostName));
        Record.Add(WorldQuestion.ProcessorCount, "", WorldAnswer.OfText(machine.ProcessorCount.ToString(CultureInfo.InvariantCulture)));
    }

    public WorldRecord Record { get; } = new();

    public string HostName => _machine.HostName;

    public string WorkingDirectory => _machine.WorkingDirectory;

    public int ProcessId => _machine.ProcessId;

    public int ProcessorCount => _machine.ProcessorCount;

    public string? EnvironmentVariable(string name) => _machine.EnvironmentVariable(name);

    public void SetEnvironmentVariable(string name, string? value) => _machine.SetEnvironmentVariable(name, value);

    public IEnumerable<string> EnvironmentVariableNames() => _machine.EnvironmentVariableNames();

    public byte[]? ReadFile(string path, out string error)
    {
        var bytes = _machine.ReadFile(path, out error);
        Record.Add(WorldQuestion.File, path, bytes);
        if (bytes is null) Record.Add(WorldQuestion.FileError, path, WorldAnswer.OfText(error));
        return bytes;
    }

    public bool FileExists(string path) => Kept(WorldQuestion.FileExists, path, _machine.FileExists(path));

    public bool DirectoryExists(string path) => Kept(WorldQuestion.DirectoryExists, path, _machine.DirectoryExists(path));

    public IReadOnlyList<string>? ListFiles(string directory, string suffix)
    {
        var files = _machine.ListFiles(directory, suffix);
        Record.Add(WorldQuestion.Listing, directory + '\0' + suffix, WorldAnswer.OfList(files));
        return files;
    }

    public IReadOnlyList<string> Glob(string pattern)
    {
        var files = _machine.Glob(pattern);
        Record.Add(WorldQuestion.Glob, pattern, WorldAnswer.OfList(files));
        return files;
    }

    public IReadOnlyList<IPAddress> Resolve(string host) => Kept(WorldQuestion.Resolve, host, _machine.Resolve(host));

    public uint? UserId(string name) => Kept(WorldQuestion.UserId, name, _machine.UserId(name));

    public uint? GroupId(string name) => Kept(WorldQuestion.GroupId, name, _machine.GroupId(name));

    public uint? PrimaryGroupOf(string user) => Kept(WorldQuestion.PrimaryGroup, user, _machine.PrimaryGroupOf(user));

    public ulong? NetworkNamespace(string name)
    {
        var inode = _machine.NetworkNamespace(name);
        Record.Add(WorldQuestion.NetworkNamespace, name, WorldAnswer.OfText(inode?.ToString(CultureInfo.InvariantCulture)));
        return inode;
    }

    public int? InterfaceIndex(string name)
    {
        var index = _machine.InterfaceIndex(name);
        Record.Add(WorldQuestion.InterfaceIndex, name, WorldAnswer.OfText(index?.ToString(CultureInfo.InvariantCulture)));
        return index;
    }

    public IReadOnlyList<IPAddress> InterfaceAddresses(string name) => Kept(WorldQuestion.InterfaceAddresses, name, _machine.InterfaceAddresses(name));

    /// <summary>Needs nothing but the library: asked anew when it is read again.</summary>
    public string? RegexError(string pattern, bool ignoreCase) => _machine.RegexError(pattern, ignoreCase);

    public string? CertificateProblem(string path) => Kept(WorldQuestion.CertificateProblem, path, _machine.CertificateProblem(path));

    public string? AuthorityProblem(string path) => Kept(WorldQuestion.AuthorityProblem, path, _machine.AuthorityProblem(path));

    public ScriptPathVerdict CheckScript(string path) => _machine.CheckScript(path);

    public bool IsDescriptorOpen(int descriptor) =>
        Kept(WorldQuestion.DescriptorOpen, descriptor.ToString(CultureInfo.InvariantCulture), _machine.IsDescriptorOpen(descriptor));

    /// <summary>Asks everything that was asked before, and nothing else.</summary>
    public void AskAgain(WorldRecord earlier)
    {
        foreach (var (question, subject) in earlier.Questions) AskAgain(question, subject);
    }

    private void AskAgain(WorldQuestion question, string subject)
    {
        switch (question)
        {
            case WorldQuestion.File: _ = ReadFile(subject, out _); break;
            case WorldQuestion.FileExists: _ = FileExists(subject); break;
            case WorldQuestion.DirectoryExists: _ = DirectoryExists(subject); break;
            case WorldQuestion.Listing when subject.Split('\0') is [var directory, var suffix]: _ = ListFiles(directory, suffix); break;
            case WorldQuestion.Glob: _ = Glob(subject); break;
            case WorldQuestion.Resolve: _ = Resolve(subject); break;
            case WorldQuestion.UserId: _ = UserId(subject); break;
            case WorldQuestion.GroupId: _ = GroupId(subject); break;
            case WorldQuestion.PrimaryGroup: _ = PrimaryGroupOf(subject); break;
            case WorldQuestion.InterfaceIndex: _ = InterfaceIndex(subject); break;
            case WorldQuestion.NetworkNamespace: _ = NetworkNamespace(subject); break;
            case WorldQuestion.InterfaceAddresses: _ = InterfaceAddresses(subject); break;
            case WorldQuestion.CertificateProblem: _ = CertificateProblem(subject); break;
            case WorldQuestion.AuthorityProblem: _ = AuthorityProblem(subject); break;
            case WorldQuestion.DescriptorOpen: _ = IsDescriptorOpen(int.Parse(subject, NumberStyles.None, CultureInfo.InvariantCulture)); break;
        }
    }

    private bool Kept(WorldQuestion question, string subject, bool answer)
    {
        Record.Add(question, subject, answer ? [1] : null);
        return answer;
    }

    private string? Kept(WorldQuestion question, string subject, string? answer)
    {
        Record.Add(question, subject, WorldAnswer.OfText(answer));
        return answer;
    }

    private uint? Kept(WorldQuestion question, string subject, uint? answer)
    {
        Record.Add(question, subject, WorldAnswer.OfText(answer?.ToString(CultureInfo.InvariantCulture)));
        return answer;
    }

    private IReadOnlyList<IPAddress> Kept(WorldQuestion question, string subject, IReadOnlyList<IPAddress> answer)
    {
        Record.Add(question, subject, WorldAnswer.OfAddresses(answer));
        return answer;
    }
}
