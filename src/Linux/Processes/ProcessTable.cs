using System.Globalization;
using System.Text;

namespace Evenkeel.Linux.Processes;

/// <summary>What /proc says of one process: its name (at most 15 characters) and its argument vector.</summary>
public readonly record struct ProcessEntry(int Pid, string Name, IReadOnlyList<string> Arguments);

/// <summary>Reads the processes of this PID namespace from /proc. Zombies are left out: they do not run.</summary>
/// <remarks>Cost: two or three small reads a process; a machine with 1,000 processes takes some 10 ms, so whoever repeats it does so seldom.</remarks>
public static class ProcessTable
{
    /// <summary>Longer command lines are cut: nobody matches on more.</summary>
    private const int MostArgumentBytes = 16_384;

    /// <param name="withArguments">Reads /proc/PID/cmdline too, which may touch swapped-out memory.</param>
    public static List<ProcessEntry> Read(bool withArguments)
    {
        var entries = new List<ProcessEntry>();
        foreach (string directory in Directory.EnumerateDirectories("/proc"))
        {
            var name = Path.GetFileName(directory.AsSpan());
            if (!int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int pid)) continue;
            if (ReadOne(pid, withArguments) is { } entry) entries.Add(entry);
        }
        return entries;
    }

    /// <summary>Null when the process is gone, or a zombie.</summary>
    public static ProcessEntry? ReadOne(int pid, bool withArguments)
    {
        Span<byte> buffer = stackalloc byte[512];
        int length = ReadFile($"/proc/{pid}/stat", buffer);
        // "PID (NAME) STATE ...": the name may hold anything, the last bracket ends it.
        var stat = buffer[..length];
        int open = stat.IndexOf((byte)'('), close = stat.LastIndexOf((byte)')');
        if (open < 0 || close < open || close + 2 >= stat.Length || stat[close + 2] is (byte)'Z' or (byte)'X') return null;
        string name = Encoding.UTF8.GetString(stat[(open + 1)..close]);
        return new ProcessEntry(pid, name, withArguments ? Arguments(pid) : []);
    }

    private static string[] Arguments(int pid)
    {
        var buffer = new byte[MostArgumentBytes];
        int length = ReadFile($"/proc/{pid}/cmdline", buffer);
        return length == 0 ? [] : Encoding.UTF8.GetString(buffer, 0, length).TrimEnd('\0').Split('\0');
    }

    private static int ReadFile(string path, Span<byte> buffer)
    {
        try
        {
            using var handle = File.OpenHandle(path);
            int length = 0;
            while (length < buffer.Length)
            {
                int read = RandomAccess.Read(handle, buffer[length..], length);
                if (read <= 0) break;
                length += read;
            }
            return length;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}
