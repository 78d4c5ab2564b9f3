using Evenkeel.Model.Process;

namespace Evenkeel.Config.Haproxy;

/// <summary>
/// The lines of `-dC` (management.txt 3): statements as they were cut into words, without comments and quotes. With a key what could tell strangers something
/// is hashed or left out, `[...]` standing for it; a keyword that is not known here keeps no more than its first argument.
/// </summary>
/// <param name="write">Takes one line at a time, its end included.</param>
public sealed class ConfigurationDump(Anonymizer anonymizer, Action<string> write)
{
    private const string LeftOut = "[...]";

    internal void Section(Statement statement)
    {
        if (!anonymizer.IsOn) write(string.Join(' ', statement.Words) + "\n");
        else write(statement.Has(1) ? $"{statement.Keyword} {Id(statement[1])}\n" : statement.Keyword + "\n");
    }

    internal void Line(Statement statement) =>
        write("\t" + (anonymizer.IsOn ? string.Join(' ', Safe(statement)) : string.Join(' ', statement.Words)) + "\n");

    private string Id(string name) => $"ID({anonymizer.Name(name)})";

    private IEnumerable<string> Safe(Statement statement)
    {
        var next = 0;
        foreach (var word in Beginning(statement))
        {
            if (next++ >= statement.Count) yield break;
            yield return word;
        }
        if (next < statement.Count) yield return LeftOut;
    }

    /// <summary>The words that may be seen; those behind them are left out.</summary>
    private string[] Beginning(Statement line) => line.Keyword switch
    {
        "no" or "default" => [line.Keyword, .. Beginning(new Statement(line.Words[1..], line.Position))],
        "server" or "peer" or "mailer" or "nameserver" => [line.Keyword, Id(line[1]), anonymizer.Place(line[2])],
        "acl" => [line.Keyword, Id(line[1]), line[2]],
        "user" or "group" or "use_backend" or "default_backend" or "use-server" or "server-template" or "table" or "cookie" => [line.Keyword, Id(line[1])],
        "bind" or "dgram-bind" or "source" or "log" => [line.Keyword, anonymizer.Place(line[1])],
        "stats" when line[1] is "socket" => [line.Keyword, line[1], anonymizer.Place(line[2])],
        "stats" when line[1] is "auth" or "realm" or "uri" or "scope" => [line.Keyword, line[1], anonymizer.Name(line[2])],
        "errorfile" => [line.Keyword, line[1], $"PATH({anonymizer.Name(line[2])})"],
        "redirect" => [line.Keyword, line[1], $"PATH({anonymizer.Name(line[2])})"],
        "timeout" or "hold" => line.Words,
        "http-request" or "http-response" or "http-after-response" or "option" or "stats" or "email-alert" or "errorloc" or "errorloc302" or "errorloc303"
            or "capture" or "http-error" => [line.Keyword, line[1]],
        "tcp-request" or "tcp-response" or "http-check" or "tcp-check" => [line.Keyword, line[1], line[2]],
        "anonkey" or "description" or "node" or "dynamic-cookie-key" or "guid" or "setenv" or "presetenv" or "set-var" or "set-var-fmt" or "cluster-secret"
            or "stats-file" or "log-tag" or "unique-id-format" or "log-format" or "log-format-sd" or "error-log-format" or "monitor-uri" or "declare"
            or "command" or "localpeer" => [line.Keyword],
        _ => [line.Keyword, line[1].StartsWith('/') ? $"PATH({anonymizer.Name(line[1])})" : line[1]],
    };
}
