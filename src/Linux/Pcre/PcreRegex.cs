using System.Runtime.InteropServices;
using System.Text;

namespace Evenkeel.Linux.Pcre;

/// <summary>
/// A regular expression over bytes: libpcre2-8 with its just-in-time compiler, so that syntax and results are those of HAProxy built with PCRE2.
/// </summary>
/// <remarks>
/// Compiled once at start and shared by all threads; the native code lives as long as the object. A match needs the caller's own <see cref="PcreMatch"/>.
/// </remarks>
public sealed unsafe partial class PcreRegex
{
    private const string Library = "libpcre2-8.so.0";
    private const uint PCRE2_CASELESS = 0x00000008;
    private const uint PCRE2_NO_AUTO_CAPTURE = 0x00002000;
    private const uint PCRE2_JIT_COMPLETE = 0x00000001;
    private const int MessageLength = 256;

    private readonly nint _code;

    private PcreRegex(nint code) => _code = code;

    ~PcreRegex() => pcre2_code_free_8(_code);

    /// <summary>Null with the original's complaint, "error=TEXT, erroffset=N", when the pattern is wrong.</summary>
    /// <param name="withoutGroups">Parentheses only group: their contents are not wanted.</param>
    public static PcreRegex? TryCompile(ReadOnlySpan<byte> pattern, bool ignoreCase, out string error, bool withoutGroups = false)
    {
        error = "";
        fixed (byte* bytes = pattern)
        {
            // An empty span pins to null, which PCRE2 takes with length 0 only since 10.43.
            byte nothing = 0;
            var options = (ignoreCase ? PCRE2_CASELESS : 0) | (withoutGroups ? PCRE2_NO_AUTO_CAPTURE : 0);
            var code = pcre2_compile_8(bytes is null ? &nothing : bytes, (nuint)pattern.Length, options, out var number, out var offset, 0);
            if (code == 0)
            {
                error = $"error={Message(number)}, erroffset={offset}";
                return null;
            }
            // Without a JIT (a kernel that forbids writable code) the interpreter is used.
            _ = pcre2_jit_compile_8(code, PCRE2_JIT_COMPLETE);
            return new PcreRegex(code);
        }
    }

    /// <summary>Looks for the expression in <paramref name="subject"/> from <paramref name="start"/>.</summary>
    /// <returns>True when it is there; its groups are then in <paramref name="match"/>. A match limit that is reached counts as no match.</returns>
    public bool TryMatch(ReadOnlySpan<byte> subject, PcreMatch match, int start = 0)
    {
        fixed (byte* bytes = subject)
        {
            byte nothing = 0;
            var count = pcre2_match_8(_code, bytes is null ? &nothing : bytes, (nuint)subject.Length, (nuint)start, 0, match.Data, 0);
            // 0: it matched with more groups than there is room for.
            match.Count = count == 0 ? PcreMatch.MaxGroups : count;
            return match.Count > 0;
        }
    }

    private static string Message(int number)
    {
        var text = stackalloc byte[MessageLength];
        var length = pcre2_get_error_message_8(number, text, MessageLength);
        return length > 0 ? Encoding.ASCII.GetString(text, length) : number.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    [LibraryImport(Library)]
    private static partial nint pcre2_compile_8(byte* pattern, nuint length, uint options, out int errorNumber, out nuint errorOffset, nint context);

    [LibraryImport(Library)]
    private static partial int pcre2_jit_compile_8(nint code, uint options);

    [LibraryImport(Library)]
    private static partial int pcre2_match_8(nint code, byte* subject, nuint length, nuint start, uint options, nint matchData, nint context);

    [LibraryImport(Library)]
    private static partial int pcre2_get_error_message_8(int number, byte* buffer, nuint length);

    [LibraryImport(Library)]
    private static partial void pcre2_code_free_8(nint code);
}
