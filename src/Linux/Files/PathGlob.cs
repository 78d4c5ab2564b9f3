using System.Runtime.InteropServices;

namespace Evenkeel.Linux.Files;

/// <summary>Shell patterns for paths as the C library matches them: glob(3) with `{a,b}` braces.</summary>
public static unsafe partial class PathGlob
{
    private const int GLOB_BRACE = 1 << 10;

    // glob_t is 72 bytes on 64 bit: gl_pathc at 0, gl_pathv at 8 (glob.h).
    private const int GlobLength = 128;

    /// <summary>The paths that match, sorted bytewise; empty when none does or the pattern is no pattern.</summary>
    public static IReadOnlyList<string> Match(string pattern)
    {
        var state = stackalloc byte[GlobLength];
        new Span<byte>(state, GlobLength).Clear();
        var paths = new List<string>();
        if (glob(pattern, GLOB_BRACE, 0, state) == 0)
        {
            // Bound: the C library's own count; it owns the strings until globfree.
            var count = (int)*(nuint*)state;
            var vector = *(byte***)(state + 8);
            for (var i = 0; i < count; i++) paths.Add(Marshal.PtrToStringUTF8((nint)vector[i])!);
        }
        globfree(state);
        return paths;
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int glob(string pattern, int flags, nint onError, byte* state);

    [LibraryImport("libc")]
    private static partial void globfree(byte* state);
}
