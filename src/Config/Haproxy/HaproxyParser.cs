using Evenkeel.Config.Diagnostics;
using Evenkeel.Config.Haproxy.Checks;
using Evenkeel.Config.Haproxy.Sections;
using Evenkeel.Model;
using Evenkeel.Model.Proxy;
using Evenkeel.Model.Samples;

namespace Evenkeel.Config.Haproxy;

/// <summary>
/// Reads haproxy.cfg files into a <see cref="ConfigurationModel"/>: files -> Preprocessor -> sections -> draft -> CrossChecks -> model.
/// Everything wrong is in the diagnostics, in the original's words and order, with its closing lines ("Error(s) found in configuration file", "Fatal errors
/// found in configuration."); whoever prints adds only the level and the process id.
/// </summary>
public static class HaproxyParser
{
    private const string FatalErrors = "Fatal errors found in configuration.";

    /// <param name="files">What `-f` named, in order: files and directories.</param>
    /// <returns>Null when anything was wrong enough to refuse the configuration.</returns>
    public static ConfigurationModel? Parse(IReadOnlyList<string> files, HaproxyOptions options, IWorld world, SignatureRegistry registry,
        DiagnosticList diagnostics)
    {
        var before = diagnostics.Alerts;
        if (ConfigurationFiles.Load(files, world, diagnostics) is not { } sources) return null;
        var context = new ParseContext(world, options, registry, diagnostics);
        if (options.SkipsServerVerification) context.Draft.ServersAreNotVerified = true;
        // First only the environment is prepared and the grammar of all lines checked: a file that cannot be cut into words is not read any further.
        if (!ReadAll(sources, context, isEarlyPass: true) || !ReadAll(sources, context, isEarlyPass: false)) return null;
        var model = CrossChecks.Complete(context);
        if (context.IsFatal) diagnostics.Say(Severity.Alert, SourcePosition.None, FatalErrors);
        return diagnostics.Alerts > before ? null : model;
    }

    private static bool ReadAll(IReadOnlyList<(string Path, byte[] Bytes)> sources, ParseContext context, bool isEarlyPass)
    {
        var ok = true;
        foreach (var (path, bytes) in sources)
        {
            var before = context.Diagnostics.Alerts;
            DefaultPath.Apply(context, path);
            ReadFile(path, bytes, context, isEarlyPass);
            context.Files.Directory = "";
            if (context.Diagnostics.Alerts == before) continue;
            ok = false;
            context.Diagnostics.Alert(SourcePosition.None, $"Error(s) found in configuration file : {path}");
            if (context.IsAborted) return false;
        }
        if (!ok) context.Diagnostics.Alert(SourcePosition.None, FatalErrors);
        return ok;
    }

    private static void ReadFile(string path, byte[] bytes, ParseContext context, bool isEarlyPass)
    {
        ISection? section = null;
        var opener = new SectionOpener(context, isEarlyPass);
        var preprocessor = new Preprocessor(context, path, bytes, () => section?.PseudoName ?? "", isEarlyPass);
        while (preprocessor.TryNext(out var statement))
        {
            if (SectionOpener.Opens(statement))
            {
                section?.Close();
                section = opener.Open(statement);
            }
            else if (section is null)
            {
                if (!isEarlyPass) context.AlertTight($"unknown keyword '{statement.Keyword}' out of section.");
            }
            else if (TryUnprefix(statement, context, isEarlyPass, out var plain)) section.Read(plain);
        }
        section?.Close();
    }

    /// <summary>Takes a `no` or `default` off the front; only some keywords may have one.</summary>
    private static bool TryUnprefix(Statement statement, ParseContext context, bool isEarlyPass, out Statement plain)
    {
        plain = statement;
        if (statement.Keyword is not ("no" or "default")) return true;
        var isNo = statement.Keyword == "no";
        plain = new Statement(statement.Words[1..], statement.Position) { IsNegated = isNo, IsReset = !isNo };
        var allowed = plain.Keyword is "option" || (isNo && plain.Keyword is "log" or "busy-polling" or "set-dumpable" or "strict-limits"
            or "insecure-fork-wanted" or "numa-cpu-mapping");
        if (!allowed && !isEarlyPass)
        {
            context.AlertTight("negation/default currently supported only for options, log, busy-polling, set-dumpable, strict-limits, "
                + "insecure-fork-wanted and numa-cpu-mapping.");
        }
        return allowed;
    }
}
