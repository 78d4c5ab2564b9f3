using System.Text;
using System.Text.RegularExpressions;

namespace Evenkeel.Tests.EndToEnd.Parity.Differential;

/// <summary>
/// The lines that a program wrote on its standard output: a file takes them all at once and keeps their order, where a socket may lose some. Each has the
/// tag that tells its frontend.
/// </summary>
internal sealed partial class LogFile(string path)
{
    public string Path => path;

    public IEnumerable<(string Tag, string Text)> Read() => Beginning().Split(File.ReadAllText(path, Encoding.Latin1))
        .Where(line => line.Length > 0 && !EndOfProxy().IsMatch(line)).Select(line => (Tag().Match(line).Groups[1].Value, line));

    // A value may have line feeds.
    [GeneratedRegex(@"(?=^<\d+>\w{3} [ \d]\d \d\d:\d\d:\d\d )", RegexOptions.Multiline)]
    private static partial Regex Beginning();

    [GeneratedRegex(@"(F\d+)\[")]
    private static partial Regex Tag();

    /// <summary>What is said of a proxy when the program ends.</summary>
    [GeneratedRegex(@"\]: (Proxy|Backend) \S+ stopped \(|\]: Stopping ")]
    private static partial Regex EndOfProxy();
}
