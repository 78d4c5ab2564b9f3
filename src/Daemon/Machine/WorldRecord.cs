using System.Net;
using System.Text;
using Evenkeel.Linux;
using Evenkeel.Linux.Processes;
using Evenkeel.Model;

namespace Evenkeel.Daemon.Machine;

/// <summary>
/// All that a reading of the configuration learned of the machine: files, names, users, environment. A process that has its rights writes it down while it
/// reads (<see cref="RecordingWorld"/>), one that gave them up reads the same configuration again from it (<see cref="RecordedWorld"/>): same answers, same
/// model.
/// </summary>
internal sealed class WorldRecord
{
    private const int Version = 1;

    private readonly Dictionary<(WorldQuestion Question, string Subject), byte[]?> _answers = [];

    /// <summary>What was asked so far.</summary>
    public IReadOnlyCollection<(WorldQuestion Question, string Subject)> Questions => _answers.Keys;

    public bool TryFind(WorldQuestion question, string subject, out byte[]? answer) => _answers.TryGetValue((question, subject), out answer);

    public void Add(WorldQuestion question, string subject, byte[]? answer) => _answers[(question, subject)] = answer;

    /// <summary>As a file that can be handed to another process.</summary>
    public SysResult ToFile(out MemoryFile? file) => MemoryFile.Create("configuration", ToBytes(), out file);

    /// <summary>From a file that another process made; null for anything this version did not write.</summary>
    public static WorldRecord? FromFile(int descriptor) => MemoryFile.ReadAll(descriptor) is { } bytes ? FromBytes(bytes) : null;

    public byte[] ToBytes()
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        writer.Write(Version);
        writer.Write(_answers.Count);
        foreach (var ((question, subject), answer) in _answers)
        {
            writer.Write((byte)question);
            writer.Write(subject);
            writer.Write(answer?.Length ?? -1);
            if (answer is not null) writer.Write(answer);
        }
        writer.Flush();
        return bytes.ToArray();
    }

    /// <summary>Null for anything this version did not write.</summary>
    public static WorldRecord? FromBytes(byte[] bytes)
    {
        try
        {
            using var reader = new BinaryReader(new MemoryStream(bytes), Encoding.UTF8);
            if (reader.ReadInt32() != Version) return null;
            var record = new WorldRecord();
            for (var left = reader.ReadInt32(); left > 0; left--)
            {
                var key = ((WorldQuestion)reader.ReadByte(), reader.ReadString());
                var length = reader.ReadInt32();
                record._answers[key] = length < 0 ? null : reader.ReadBytes(length);
            }
            return record;
        }
        catch (Exception failure) when (failure is IOException or FormatException or ArgumentException)
        {
            return null;
        }
    }
}

/// <summary>What was asked. Numbers stand in records that two versions of the program may exchange: only ever add.</summary>
internal enum WorldQuestion : byte
{
    Environment = 1, File, FileError, FileExists, DirectoryExists, Listing, Glob, Resolve, UserId, GroupId, PrimaryGroup, InterfaceIndex, InterfaceAddresses,
    CertificateProblem, AuthorityProblem, DescriptorOpen, WorkingDirectory, HostName, ProcessorCount,
}

/// <summary>Answers as bytes: text in UTF-8, lists with a zero behind each entry, numbers as text.</summary>
internal static class WorldAnswer
{
    public static byte[]? OfText(string? text) => text is null ? null : Encoding.UTF8.GetBytes(text);

    public static string? ToText(byte[]? answer) => answer is null ? null : Encoding.UTF8.GetString(answer);

    public static byte[]? OfList(IEnumerable<string>? list) =>
        list is null ? null : Encoding.UTF8.GetBytes(string.Concat(list.Select(static entry => entry + '\0')));

    public static string[]? ToList(byte[]? answer) => answer is null ? null : Encoding.UTF8.GetString(answer).Split('\0')[..^1];

    public static byte[] OfAddresses(IEnumerable<IPAddress> addresses) => OfList(addresses.Select(static address => address.ToString()))!;

    public static IReadOnlyList<IPAddress> ToAddresses(byte[]? answer) => [.. (ToList(answer) ?? []).Select(IPAddress.Parse)];
}
