using Evenkeel.Model.Rules;

namespace Evenkeel.Proxy.Samples.Formats;

/// <summary>Writes what an alias stands for.</summary>
public delegate void LogAliasFunction(SampleContext context, ref LogWriter writer, LogFormatOptions options);

/// <summary>All aliases of log formats with what they write (configuration.txt 8.2.6).</summary>
public static class LogAliasTable
{
    private static readonly Dictionary<string, LogAliasFunction> ByName = new(StringComparer.Ordinal);

    static LogAliasTable()
    {
        foreach (var family in new[] { TimeAliases.Rows, ProxyAliases.Rows, HttpAliases.Rows })
            foreach (var (name, function) in family) ByName[name] = function;
    }

    public static IEnumerable<string> Names => ByName.Keys;

    public static LogAliasFunction Find(string name) => ByName[name];
}
