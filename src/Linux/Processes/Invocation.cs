using System.Runtime.InteropServices;
using System.Text;

namespace Evenkeel.Linux.Processes;

/// <summary>How this process was called: the name and the path, which .NET loses when a symbolic link led here.</summary>
public sealed record Invocation(string Name, string Path, IReadOnlyList<string> Arguments)
{
    private const ulong AT_EXECFN = 31;

    /// <summary>The file that runs, whatever it is called and even when it was replaced on disk meanwhile.</summary>
    public const string OwnExecutable = "/proc/self/exe";

    /// <summary>The file as it was named at the start, absolute even after a change of the working directory. Links in it are not followed.</summary>
    public string File { get; private init; } = Path;

    /// <summary>argv[0] without directories: `haproxy`, `keepalived` or another.</summary>
    public string ProgramName => System.IO.Path.GetFileName(Name);

    /// <summary>The whole argument vector, for starting the same program again.</summary>
    public IReadOnlyList<string> Vector => [Name, .. Arguments];

    /// <param name="arguments">What `Main` was given: everything behind argv[0].</param>
    public static unsafe Invocation OfThisProcess(string[] arguments)
    {
        var commandLine = System.IO.File.ReadAllBytes("/proc/self/cmdline");
        var end = Array.IndexOf(commandLine, (byte)0);
        var name = end > 0 ? Encoding.UTF8.GetString(commandLine, 0, end) : "evenkeel";
        // The kernel puts the path given to execve(2) on the stack, where it stays for the life of the process.
        var path = LibC.getauxval(AT_EXECFN);
        var executed = path is null ? name : Marshal.PtrToStringUTF8((nint)path)!;
        // A process that we started ourselves was executed by descriptor; its argv[0] is the one of the first call.
        return new Invocation(name, executed == OwnExecutable ? name : executed, arguments) { File = System.IO.Path.GetFullPath(executed) };
    }
}
