using System.Text;
using Evenkeel.Linux.Pcre;

namespace Evenkeel.Proxy.Servers.Health;

/// <summary>What an `expect` looks for in the bytes a server sent.</summary>
internal abstract class BytePattern
{
    public abstract bool IsIn(ReadOnlySpan<byte> bytes);

    /// <summary>Bytes of a text that is looked for as it stands; 0 for anything else.</summary>
    public virtual int ExactLength => 0;

    public static BytePattern Literal(string text) => new LiteralPattern(Encoding.Latin1.GetBytes(text));

    public static BytePattern Literal(byte[] bytes) => new LiteralPattern(bytes);

    /// <summary>The configuration check has compiled the expression before; one that does not compile here matches nothing.</summary>
    public static BytePattern Regex(string expression, bool ignoreCase = false) =>
        new RegexPattern(PcreRegex.TryCompile(Encoding.UTF8.GetBytes(expression), ignoreCase, out _));

    private sealed class LiteralPattern(byte[] literal) : BytePattern
    {
        public override bool IsIn(ReadOnlySpan<byte> bytes) => bytes.IndexOf(literal) >= 0;

        public override int ExactLength => literal.Length;
    }

    /// <remarks>A probe belongs to one worker, but one program serves the probes of a whole backend: each thread matches with its own data.</remarks>
    private sealed class RegexPattern(PcreRegex? regex) : BytePattern
    {
        [ThreadStatic]
        private static PcreMatch? _match;

        public override bool IsIn(ReadOnlySpan<byte> bytes) => regex is not null && regex.TryMatch(bytes, _match ??= new PcreMatch());
    }
}

/// <summary>`rbinary`: the expression looks at the bytes written as upper-case hexadecimal digits.</summary>
internal sealed class HexadecimalPattern(BytePattern inner) : BytePattern
{
    public override bool IsIn(ReadOnlySpan<byte> bytes) => inner.IsIn(Encoding.ASCII.GetBytes(Convert.ToHexString(bytes)));
}
