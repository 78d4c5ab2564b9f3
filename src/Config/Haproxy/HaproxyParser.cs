using Evenkeel.Config.Diagnostics;
using Evenkeel.Config.Haproxy.Checks;
using Evenkeel.Config.Haproxy.Expressions;
using Evenkeel.Config.Haproxy.Reuse;
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
    /// <param name="inForce">Files of patterns that say what they said for this one are not read again.</param>
    /// <returns>Null when anything was wrong enough to refuse the configuration.</returns>
    public static ConfigurationModel? Parse(IReadOnlyList<string> files, HaproxyOptions options, IWorld world, SignatureRegistry registry,
        DiagnosticList diagnostics, ConfigurationModel? inForce = null)
    {
        var before = diagnostics.Alerts;
        if (ConfigurationFiles.Load(files, world, diagnostics) is not { } sources) return null;
        var patterns = new PatternFiles((inForce?.LateReader as LateReader)?.PatternFiles);
        var context = new ParseContext(world, options, registry, diagnostics) { PatternFiles = patterns };
        var model = Parse(sources, context);
        return diagnostics.Alerts > before ? null : model;
    }

    /// <summary>Reads files of which most says what it said in the configuration before: only sections that changed are read, and the models of the others
    /// stay the objects they are.</summary>
    /// <returns>Null when it cannot be done this way, or when there is anything at all to say about it: <see cref="Parse"/> has to judge the whole.</returns>
    public static ConfigurationModel? ParseChanges(ConfigurationModel before, IReadOnlyList<string> files, HaproxyOptions options, IWorld world,
        SignatureRegistry registry)
    {
        if (before.LateReader is not LateReader { Text: { IsOfNoUse: false } text } known) return null;
        var diagnostics = new DiagnosticList();
        if (ConfigurationFiles.Load(files, world, diagnostics) is not { } sources) return null;
        if (!sources.Select(static source => source.Path).SequenceEqual(text.Files.Select(static file => file.Path))) return null;
        var context = new ParseContext(world, options, registry, diagnostics) 
        {
            Before = text, PatternFiles = new PatternFiles(known.PatternFiles),
        };
        if (!context.Text.Environment.SequenceEqual(text.Environment)) return null;
        context.Draft.Expect(before.Frontends.Length + before.Backends.Length);
        var model = Parse(sources, context);
        if (model is null || diagnostics.Items.Count > 0 || context.Text.IsOfNoUse || !context.Text.HeardAlike(text)) return null;
        return model.Global.Logs.SequenceEqual(before.Global.Logs) ? model : null;
    }

    private static ConfigurationModel? Parse(IReadOnlyList<(string Path, byte[] Bytes)> sources, ParseContext context)
    {
        if (context.Options.SkipsServerVerification) context.Draft.ServersAreNotVerified = true;
        // First only the environment is prepared and the grammar of all lines checked: a file that cannot be cut into words is not read any further.
        if (!ReadAll(sources, context, isEarlyPass: true) || !ReadAll(sources, context, isEarlyPass: false)) return null;
        var model = CrossChecks.Complete(context);
        if (context.IsFatal) context.Diagnostics.Say(Severity.Alert, SourcePosition.None, FatalErrors);
        context.Text.IsOfNoUse |= context.Diagnostics.Items.Count > 0;
        return model;
    }

    private static bool ReadAll(IReadOnlyList<(string Path, byte[] Bytes)> sources, ParseContext context, bool isEarlyPass)
    {
        var ok = true;
        var frame = 0;
        for (var i = 0; i < sources.Count; i++)
        {
            var (path, bytes) = sources[i];
            var before = context.Diagnostics.Alerts;
            DefaultPath.Apply(context, path);
            var reuse = context.Before is { } text ? new SectionReuse(text.Files[i], bytes, frame) : null;
            if (isEarlyPass) ReadEarly(path, bytes, context, reuse);
            else frame = ReadFile(path, bytes, context, reuse, frame);
            if (reuse is { IsSame: false }) return false;
            context.Files.Directory = "";
            if (context.Diagnostics.Alerts == before) continue;
            ok = false;
            context.Diagnostics.Alert(SourcePosition.None, $"Error(s) found in configuration file : {path}");
            if (context.IsAborted) return false;
        }
        if (!ok) context.Diagnostics.Alert(SourcePosition.None, FatalErrors);
        return ok;
    }

    private static void ReadEarly(string path, byte[] bytes, ParseContext context, SectionReuse? reuse)
    {
        ISection? section = null;
        var opener = new SectionOpener(context, isEarlyPass: true);
        var preprocessor = new Preprocessor(context, path, bytes, () => section?.PseudoName ?? "", isEarlyPass: true);
        while (true)
        {
            if (reuse is not null && reuse.TryPass(preprocessor.Offset, out var length, out var known))
            {
                section?.Close();
                section = null;
                preprocessor.Pass(length + known.Length);
                continue;
            }
            if (!preprocessor.TryNext(out var statement)) break;
            if (SectionOpener.Opens(statement))
            {
                section?.Close();
                if (!SectionReuse.IsProxy(statement.Keyword)) reuse?.Check(preprocessor.StatementOffset);
                section = opener.Open(statement);
            }
            else if (section is not null && TryUnprefix(statement, context, isEarlyPass: true, out var plain)) section.Read(plain);
        }
        section?.Close();
        reuse?.End();
    }

    /// <param name="frame">Sections other than proxies in the files before this one.</param>
    /// <returns>The same, with those of this file.</returns>
    private static int ReadFile(string path, byte[] bytes, ParseContext context, SectionReuse? reuse, int frame)
    {
        ISection? section = null;
        var opener = new SectionOpener(context, isEarlyPass: false);
        var preprocessor = new Preprocessor(context, path, bytes, () => section?.PseudoName ?? "", isEarlyPass: false);
        var recorder = new TextRecorder(context, path, bytes, frame);
        while (true)
        {
            if (reuse is not null && reuse.TryPass(preprocessor.Offset, out var length, out var known) && opener.TryKeep(known.Section!))
            {
                section?.Close();
                section = null;
                preprocessor.Pass(length);
                recorder.Keep(known, preprocessor.Offset, preprocessor.NextLine);
                preprocessor.Pass(known.Length);
                continue;
            }
            if (!preprocessor.TryNext(out var statement)) break;
            if (SectionOpener.Opens(statement))
            {
                section?.Close();
                if (!SectionReuse.IsProxy(statement.Keyword)) reuse?.Check(preprocessor.StatementOffset);
                recorder.End(preprocessor.StatementOffset);
                statement = preprocessor.BeginSection(statement, out var place);
                context.Options.Dump?.Section(statement);
                recorder.Begin(place, statement, preprocessor.StatementOffset);
                section = opener.Open(statement);
                recorder.Opened(section);
            }
            else
            {
                context.Options.Dump?.Line(statement);
                if (section is null) context.AlertTight($"unknown keyword '{statement.Keyword}' out of section.");
                else if (TryUnprefix(statement, context, isEarlyPass: false, out var plain)) section.Read(plain);
            }
        }
        section?.Close();
        recorder.End(bytes.Length);
        reuse?.End();
        return recorder.Frame;
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
