using System.Collections.Immutable;
using Evenkeel.Config.Diagnostics;
using Evenkeel.Config.Keepalived.Blocks;
using Evenkeel.Config.Keepalived.Checks;
using Evenkeel.Config.Keepalived.Drafts;
using Evenkeel.Config.Keepalived.Keywords;
using Evenkeel.Config.Keepalived.Language;
using Evenkeel.Model;
using Evenkeel.Model.Vrrp;

namespace Evenkeel.Config.Keepalived;

/// <summary>
/// Reads a keepalived.conf: files -> <see cref="SourceReader"/> -> <see cref="LineReader"/> -> keyword tables -> checks -> model.
/// </summary>
/// <remarks>
/// The original has four processes that each read the whole text and understand their own blocks; the order and form of its messages come from that, so the
/// text is walked four times here too. Diagnostics carry the original's whole line as text (alert = configuration error, warning = printed by `-t` only,
/// notice = log of a real start).
/// </remarks>
public static class KeepalivedParser
{
    private static readonly ParsePass[] Passes = [ParsePass.Parent, ParsePass.Bfd, ParsePass.Checker, ParsePass.Vrrp];

    private static readonly Lazy<Block> Top = new(TopKeywords.Build);

    /// <summary>The table of everything the parser knows, for the documentation and its test.</summary>
    internal static Block Keywords => Top.Value;

    public static KeepalivedResult Parse(string file, KeepalivedOptions options, IWorld world, DiagnosticList diagnostics)
    {
        var complaints = new Complaints(diagnostics);
        var source = new SourceReader(world, complaints);
        source.ReadMain(file);
        string configId = options.ConfigId ?? world.HostName.Split('.')[0];
        var draft = new Draft();
        foreach (var pass in Passes)
        {
            Run(pass, source, configId, draft, complaints, world);
            if (complaints.Fatal) return new KeepalivedResult(null, KeepalivedResult.ExitFatal);
            if (source.IncludeFailed) return new KeepalivedResult(null, KeepalivedResult.ExitSecurity);
        }
        complaints.Nowhere();
        if (draft.InterfaceMissing) complaints.ErrorWithoutPosition("Non-existent interface specified in configuration");
        ScriptChecks.SayViolation(draft, complaints);
        bool violated = draft.ScriptsWithoutSecurity || draft.CheckScriptsWithoutSecurity;
        int exitCode = violated ? KeepalivedResult.ExitSecurity : complaints.AnyError ? KeepalivedResult.ExitErrors : KeepalivedResult.ExitOk;
        var model = ModelBuilder.Build(draft, world.HostName);
        return new KeepalivedResult(model, exitCode)
        {
            StartRefusals = Refusals(draft, model),
            StartWarnings = Warnings(draft),
        };
    }

    private static void Run(ParsePass pass, SourceReader source, string configId, Draft draft, Complaints complaints, IWorld world)
    {
        complaints.Pass = pass;
        complaints.Nowhere();
        var reader = new LineReader(source.Lines, world, configId, complaints);
        var line = new KeywordLine(reader, complaints, draft, world);
        new BlockParser(reader, line, complaints).ParseTop(Keywords);
        if (complaints.Fatal) return;
        reader.Finish();
        complaints.Nowhere();
        switch (pass)
        {
            case ParsePass.Parent:
                ScriptChecks.RunGlobal(draft, line, complaints);
                break;
            case ParsePass.Checker:
                VirtualServerChecks.Run(draft, complaints);
                ScriptChecks.RunCheckers(draft, line, complaints);
                break;
            case ParsePass.Vrrp:
                // Without an interface it names the original looks no further.
                if (draft.InterfaceMissing) break;
                ScriptChecks.Run(draft, line, complaints);
                if (InstanceChecks.Run(draft, world, complaints)) GroupChecks.Run(draft, complaints);
                break;
        }
    }

    private static ImmutableArray<string> Refusals(Draft draft, KeepalivedModel model)
    {
        var refusals = ImmutableArray.CreateBuilder<string>();
        if (draft.InterfaceMissing) refusals.Add("Non-existent interface specified in configuration");
        if (draft.StartRefusal is { } refusal) refusals.Add(refusal);
        foreach (var instance in model.Instances)
            if (instance.CannotRun is { } reason) refusals.Add($"({instance.Name}) {reason}");
        return refusals.ToImmutable();
    }

    /// <summary>One sentence for each kind of thing that is not done, with the first place that asks for it.</summary>
    private static ImmutableArray<string> Warnings(Draft draft)
    {
        var warnings = ImmutableArray.CreateBuilder<string>();
        if (draft.HasVirtualServers) warnings.Add("virtual_server blocks are read and checked, but layer-4 kernel balancing is not there yet; the rest is run");
        foreach (var group in draft.NotSupported.GroupBy(u => u.What))
        {
            var first = group.First();
            string where = first.Position.Line > 0 ? $" ({first.Position.File}: Line {first.Position.Line})" : "";
            string others = group.Count() > 1 ? $" and {group.Count() - 1} more" : "";
            warnings.Add($"{first.Keyword}{where}{others}: {first.What}");
        }
        return warnings.ToImmutable();
    }
}
