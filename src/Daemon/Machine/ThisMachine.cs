using System.Text;
using Evenkeel.Linux.Pcre;
using System.Net;
using Evenkeel.Linux;
using Evenkeel.Linux.Files;
using Evenkeel.Linux.Names;
using Evenkeel.Model;

namespace Evenkeel.Daemon.Machine;

/// <summary>The real machine behind <see cref="IWorld"/>: what `-c`, `-t` and every start ask while a configuration is read.</summary>
public sealed class ThisMachine : IWorld
{
    /// <summary>Most bytes that are read at once.</summary>
    private const int Piece = 1 << 18;

    public string HostName => HostNames.Own;

    public int ProcessId => Environment.ProcessId;

    public string? EnvironmentVariable(string name) => Environment.GetEnvironmentVariable(name);

    public void SetEnvironmentVariable(string name, string? value) => Environment.SetEnvironmentVariable(name, value);

    public IEnumerable<string> EnvironmentVariableNames() => Environment.GetEnvironmentVariables().Keys.Cast<string>();

    public byte[]? ReadFile(string path, out string error)
    {
        error = "";
        try
        {
            // The common refusals get the kernel's own words, which .NET replaces by sentences of its own.
            var looked = FileStatus.Of(path, followLink: true, out var status);
            if (looked.IsError) error = ErrnoText.Of(looked.Errno);
            else if (status.IsDirectory) error = ErrnoText.Of(Errno.EISDIR);
            else return status.Size > Piece ? ReadInPieces(path) : File.ReadAllBytes(path);
        }
        catch (UnauthorizedAccessException)
        {
            error = ErrnoText.Of(Errno.EACCES);
        }
        catch (IOException failure)
        {
            error = ErrnoText.Of(FileTrouble.ErrnoOf(failure, path));
        }
        return null;
    }

    /// <summary>One call for a large file can hold a processor for a tenth of a second, and a worker that was woken on it waits.</summary>
    private static byte[] ReadInPieces(string path)
    {
        using var file = File.OpenHandle(path, options: FileOptions.SequentialScan);
        var bytes = GC.AllocateUninitializedArray<byte>((int)Math.Min(Array.MaxLength, RandomAccess.GetLength(file)));
        var got = 0;
        while (got < bytes.Length && RandomAccess.Read(file, bytes.AsSpan(got, Math.Min(Piece, bytes.Length - got)), got) is > 0 and var count) got += count;
        return got == bytes.Length ? bytes : bytes[..got];
    }

    public bool FileExists(string path) => FileStatus.Of(path, followLink: true, out var status).IsOk && !status.IsDirectory;

    public bool DirectoryExists(string path) => FileStatus.Of(path, followLink: true, out var status).IsOk && status.IsDirectory;

    public IReadOnlyList<string>? ListFiles(string directory, string suffix)
    {
        try
        {
            var files = Directory.GetFiles(directory).Where(path => path.EndsWith(suffix, StringComparison.Ordinal))
                .Where(path => !Path.GetFileName(path).StartsWith('.') && FileStatus.Of(path, followLink: true, out var status).IsOk && status.IsRegular);
            return [.. files.Order(StringComparer.Ordinal)];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public IReadOnlyList<string> Glob(string pattern) => PathGlob.Match(pattern);

    public IReadOnlyList<IPAddress> Resolve(string host) => HostNames.Resolve(host);

    public uint? UserId(string name) => UserDatabase.FindUser(name)?.UserId;

    public uint? GroupId(string name) => UserDatabase.FindGroup(name);

    public uint? PrimaryGroupOf(string user) => UserDatabase.FindUser(user)?.GroupId;

    public int? InterfaceIndex(string name) => NetworkInterfaces.IndexOf(name);

    public IReadOnlyList<IPAddress> InterfaceAddresses(string name) => NetworkInterfaces.AddressesOf(name);

    public int? InterfaceMtu(string name) => NetworkInterfaces.MtuOf(name);

    public ulong? NetworkNamespace(string name) => Linux.Sockets.NetworkNamespace.InodeOf(name);

    public string? RegexError(string pattern, bool ignoreCase) =>
        PcreRegex.TryCompile(Encoding.Latin1.GetBytes(pattern), ignoreCase, out var error) is null ? error : null;

    public string? CertificateProblem(string path) => CertificateFile.Problem(this, path);

    public string? AuthorityProblem(string path) => CertificateFile.AuthorityProblem(this, path);

    public ScriptPathVerdict CheckScript(string path) => ScriptPath.Check(path);
}
