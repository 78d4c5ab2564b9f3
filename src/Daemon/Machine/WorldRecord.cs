using System.Net;
using System.Text;
using Evenkeel.Linux;
using Evenkeel.Linux.Memory;
using Evenkeel.Linux.Processes;
using Evenkeel.Model;

namespace Evenkeel.Daemon.Machine;

/// <summary>
/// All that a reading of the configuration learned of the machine: files, names, users, environment. A process that has its rights writes it down while it
/// reads (<see cref="RecordingWorld"/>), one that gave them up reads the same configuration again from it (<see cref="RecordedWorld"/>): same answers, same
/// model.
/// </summary>
/// <remarks>
/// One that came from another process is read where that one wrote it: a map of a million lines is copied only if somebody wants it. With
/// <see cref="Dispose"/> such large answers are gone, and small ones stay for what operators add later. Owner: whoever made it.
/// </remarks>
internal sealed class WorldRecord : IDisposable
{
    private const int Version = 1;

    /// <summary>A longer answer stays where it was written, bytes.</summary>
    private const int MostCopied = 65_536;

    private readonly Dictionary<(WorldQuestion Question, string Subject), Answer> _answers = [];
    private readonly FileMapping? _file;

    /// <summary>An empty one, to be written.</summary>
    public WorldRecord()
    {
    }

    private WorldRecord(FileMapping file) => _file = file;

    /// <summary>Where an answer is: its own bytes, or a part of the file; a negative length is no answer.</summary>
    private readonly record struct Answer(byte[]? Bytes, long Offset, int Length);

    /// <summary>What was asked so far.</summary>
    public IReadOnlyCollection<(WorldQuestion Question, string Subject)> Questions => _answers.Keys;

    public bool TryFind(WorldQuestion question, string subject, out byte[]? answer)
    {
        var found = TryLook(question, subject, out var bytes, out var isThere);
        answer = isThere ? bytes.ToArray() : null;
        return found;
    }

    /// <summary>The same without a copy.</summary>
    /// <param name="bytes">There until this is disposed, which nobody does meanwhile.</param>
    /// <param name="isThere">False when the answer was that there is nothing.</param>
    public bool TryLook(WorldQuestion question, string subject, out ReadOnlySpan<byte> bytes, out bool isThere)
    {
        var found = _answers.TryGetValue((question, subject), out var answer) && (answer.Bytes is not null || answer.Length < 0 || !_file!.IsClosed);
        isThere = found && answer.Length >= 0;
        bytes = isThere ? Look(answer) : default;
        return found;
    }

    public void Add(WorldQuestion question, string subject, byte[]? answer) => _answers[(question, subject)] = new Answer(answer, 0, answer?.Length ?? -1);

    /// <summary>As a file that can be handed to another process.</summary>
    public SysResult ToFile(out MemoryFile? file) => MemoryFile.Create("configuration", ToBytes(), out file);

    /// <summary>From a file that another process made; null for anything this version did not write.</summary>
    public static WorldRecord? FromFile(int descriptor)
    {
        if (FileMapping.Of(descriptor) is not { } file) return null;
        var record = new WorldRecord(file);
        if (record.TryRead(file)) return record;
        record.Dispose();
        return null;
    }

    public void Dispose() => _file?.Dispose();

    private ReadOnlySpan<byte> Look(Answer answer) => answer.Bytes is { } own ? own : _file!.Part(answer.Offset, answer.Length);

    private ReadOnlySpan<byte> ToBytes()
    {
        var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        writer.Write(Version);
        writer.Write(_answers.Count);
        foreach (var ((question, subject), answer) in _answers)
        {
            writer.Write((byte)question);
            writer.Write(subject);
            writer.Write(answer.Length);
            if (answer.Length >= 0) writer.Write(Look(answer));
        }
        writer.Flush();
        return bytes.GetBuffer().AsSpan(0, (int)bytes.Length);
    }

    private bool TryRead(FileMapping file)
    {
        try
        {
            using var bytes = new UnmanagedMemoryStream(file, 0, (long)file.ByteLength);
            using var reader = new BinaryReader(bytes, Encoding.UTF8);
            if (reader.ReadInt32() != Version) return false;
            for (var left = reader.ReadInt32(); left > 0; left--)
            {
                var key = ((WorldQuestion)reader.ReadByte(), reader.ReadString());
                var length = reader.ReadInt32();
                if (length > bytes.Length - bytes.Position) return false;
                if (length is >= 0 and <= MostCopied) Add(key.Item1, key.Item2, reader.ReadBytes(length));
                else
                {
                    _answers[key] = new Answer(null, bytes.Position, length);
                    bytes.Position += Math.Max(0, length);
                }
            }
            return true;
        }
        catch (Exception failure) when (failure is IOException or FormatException or ArgumentException)
        {
            return false;
        }
    }
}

/// <summary>What was asked. Numbers stand in records that two versions of the program may exchange: only ever add.</summary>
internal enum WorldQuestion : byte
{
    Environment = 1, File, FileError, FileExists, DirectoryExists, Listing, Glob, Resolve, UserId, GroupId, PrimaryGroup, InterfaceIndex, InterfaceAddresses,
    CertificateProblem, AuthorityProblem, DescriptorOpen, WorkingDirectory, HostName, ProcessorCount, NetworkNamespace,
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
