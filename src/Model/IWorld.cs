using System.Net;

namespace Evenkeel.Model;

/// <summary>
/// What a configuration check must know of the machine it runs on: one door, implemented in Daemon, so that `-c` and `-t`
/// give the original's verdicts while tests need no machine.
/// </summary>
/// <remarks>Called while parsing only, never per request. Every method answers with a value or null; none throws for what the operator wrote.</remarks>
public interface IWorld
{
    /// <summary>The variable's value, or null when it is unset (an empty value is not unset).</summary>
    string? EnvironmentVariable(string name);

    void SetEnvironmentVariable(string name, string? value);

    IEnumerable<string> EnvironmentVariableNames();

    /// <summary>The file's bytes, or null with the reason in <paramref name="error"/> (the errno's text).</summary>
    byte[]? ReadFile(string path, out string error);

    /// <summary>Whether the file holds these very bytes: whoever has them needs no other copy.</summary>
    bool HoldsFile(string path, byte[] bytes) => ReadFile(path, out _) is { } now && now.AsSpan().SequenceEqual(bytes);

    bool FileExists(string path);

    bool DirectoryExists(string path);

    /// <summary>
    /// Regular, not hidden files directly inside a directory whose name ends with <paramref name="suffix"/>, in alphabetical order;
    /// null when it cannot be read.
    /// </summary>
    IReadOnlyList<string>? ListFiles(string directory, string suffix);

    /// <summary>Paths that match a shell glob (`{a,b}` braces included), sorted; empty when nothing does.</summary>
    IReadOnlyList<string> Glob(string pattern);

    /// <summary>Addresses of a host name as the C library resolves it (getaddrinfo), empty when it does not resolve.</summary>
    IReadOnlyList<IPAddress> Resolve(string host);

    uint? UserId(string name);

    uint? GroupId(string name);

    /// <summary>Primary group of a user, null when the user is unknown.</summary>
    uint? PrimaryGroupOf(string user);

    /// <summary>Kernel index of a network interface, null when there is none of that name.</summary>
    int? InterfaceIndex(string name);

    /// <summary>IPv4 and IPv6 addresses an interface carries now; empty when it has none or does not exist.</summary>
    IReadOnlyList<IPAddress> InterfaceAddresses(string name);

    /// <summary>Longest packet of an interface, bytes; null when it does not exist.</summary>
    int? InterfaceMtu(string name) => null;

    /// <summary>The inode of a network namespace that has a name (ip-netns(8)); null when there is none.</summary>
    ulong? NetworkNamespace(string name) => null;

    /// <summary>Null when the PCRE2 pattern compiles, else PCRE2's message.</summary>
    string? RegexError(string pattern, bool ignoreCase);

    /// <summary>Null when the file holds a certificate with its private key, else what is wrong with it, in HAProxy's words.</summary>
    string? CertificateProblem(string path) => null;

    /// <summary>Null when the file holds certificates of authorities (or revoked ones), else why it is of no use: an errno's text or TLS's own.</summary>
    string? AuthorityProblem(string path) => null;

    /// <summary>Whether every component of a script's path is owned and writable by root only, and who may run it (keepalived's script security).</summary>
    ScriptPathVerdict CheckScript(string path);

    /// <summary>Whether a descriptor number is open in this process: `fd@N` names one that was inherited.</summary>
    bool IsDescriptorOpen(int descriptor) => true;

    string HostName { get; }

    /// <summary>Where relative paths start; absolute, without a slash at the end.</summary>
    string WorkingDirectory => Environment.CurrentDirectory;

    int ProcessId { get; }

    int ProcessorCount => Environment.ProcessorCount;
}

/// <summary>What the file system says of a script that is about to be run as root.</summary>
public enum ScriptPathVerdict
{
    Secure,
    NotFound,
    NotExecutable,
    /// <summary>A component of the path is writable by someone else than root, or not owned by root.</summary>
    Insecure,
    /// <summary>A directory of the path is a symbolic link, which keepalived 2.4 refuses.</summary>
    SymlinkedDirectory,
}
