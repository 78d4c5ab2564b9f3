using System.Globalization;
using System.Net;
using System.Text;
using Evenkeel.Linux.Pcre;
using Evenkeel.Model;

namespace Evenkeel.Daemon.Machine;

/// <summary>The machine as another process found it. It opens nothing, so that it serves a worker behind a chroot; what was not asked then has no answer now.
/// </summary>
internal sealed class RecordedWorld : IWorld
{
    private readonly WorldRecord _record;
    private readonly Dictionary<string, string> _environment = new(StringComparer.Ordinal);

    public RecordedWorld(WorldRecord record)
    {
        _record = record;
        foreach (var variable in WorldAnswer.ToList(Find(WorldQuestion.Environment, "")) ?? [])
        {
            var equals = variable.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0) _environment[variable[..equals]] = variable[(equals + 1)..];
        }
    }

    /// <summary>Something was asked that the record has no answer to.</summary>
    public bool LacksAnswers { get; private set; }

    public string HostName => WorldAnswer.ToText(Find(WorldQuestion.HostName, "")) ?? "";

    public string WorkingDirectory => WorldAnswer.ToText(Find(WorldQuestion.WorkingDirectory, "")) ?? "/";

    public int ProcessId => Environment.ProcessId;

    public int ProcessorCount => (int)(Number(WorldQuestion.ProcessorCount, "") ?? 1);

    public string? EnvironmentVariable(string name) => _environment.GetValueOrDefault(name);

    public void SetEnvironmentVariable(string name, string? value)
    {
        if (value is null) _environment.Remove(name);
        else _environment[name] = value;
    }

    public IEnumerable<string> EnvironmentVariableNames() => _environment.Keys;

    public byte[]? ReadFile(string path, out string error)
    {
        var bytes = Find(WorldQuestion.File, path);
        error = bytes is not null ? "" : WorldAnswer.ToText(Find(WorldQuestion.FileError, path)) ?? "not read by the process that has the right to";
        return bytes;
    }

    public bool HoldsFile(string path, byte[] bytes) =>
        _record.TryLook(WorldQuestion.File, path, out var now, out var isThere) && isThere && now.SequenceEqual(bytes);

    public bool FileExists(string path) => Find(WorldQuestion.FileExists, path) is not null;

    public bool DirectoryExists(string path) => Find(WorldQuestion.DirectoryExists, path) is not null;

    public IReadOnlyList<string>? ListFiles(string directory, string suffix) => WorldAnswer.ToList(Find(WorldQuestion.Listing, directory + '\0' + suffix));

    public IReadOnlyList<string> Glob(string pattern) => WorldAnswer.ToList(Find(WorldQuestion.Glob, pattern)) ?? [];

    public IReadOnlyList<IPAddress> Resolve(string host) => WorldAnswer.ToAddresses(Find(WorldQuestion.Resolve, host));

    public uint? UserId(string name) => (uint?)Number(WorldQuestion.UserId, name);

    public uint? GroupId(string name) => (uint?)Number(WorldQuestion.GroupId, name);

    public uint? PrimaryGroupOf(string user) => (uint?)Number(WorldQuestion.PrimaryGroup, user);

    public int? InterfaceIndex(string name) => (int?)Number(WorldQuestion.InterfaceIndex, name);

    public ulong? NetworkNamespace(string name) => (ulong?)Number(WorldQuestion.NetworkNamespace, name);

    public IReadOnlyList<IPAddress> InterfaceAddresses(string name) => WorldAnswer.ToAddresses(Find(WorldQuestion.InterfaceAddresses, name));

    public string? RegexError(string pattern, bool ignoreCase) =>
        PcreRegex.TryCompile(Encoding.Latin1.GetBytes(pattern), ignoreCase, out var error) is null ? error : null;

    public string? CertificateProblem(string path) => WorldAnswer.ToText(Find(WorldQuestion.CertificateProblem, path));

    public string? AuthorityProblem(string path) => WorldAnswer.ToText(Find(WorldQuestion.AuthorityProblem, path));

    /// <summary>A proxy's configuration names no scripts.</summary>
    public ScriptPathVerdict CheckScript(string path) => ScriptPathVerdict.NotFound;

    public bool IsDescriptorOpen(int descriptor) => Find(WorldQuestion.DescriptorOpen, descriptor.ToString(CultureInfo.InvariantCulture)) is not null;

    private byte[]? Find(WorldQuestion question, string subject)
    {
        LacksAnswers |= !_record.TryFind(question, subject, out var answer);
        return answer;
    }

    private long? Number(WorldQuestion question, string subject) =>
        long.TryParse(WorldAnswer.ToText(Find(question, subject)), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
