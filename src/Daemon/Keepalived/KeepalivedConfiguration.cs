using Evenkeel.Config.Diagnostics;
using Evenkeel.Config.Keepalived;
using Evenkeel.Daemon.Machine;
using Evenkeel.Linux.Processes;

namespace Evenkeel.Daemon.Keepalived;

/// <summary>Which keepalived.conf is read, and for which node; read anew by every reload.</summary>
public sealed record KeepalivedConfiguration(string File, string? ConfigurationId)
{
    public const string DefaultFile = "/etc/keepalived/keepalived.conf";

    public static KeepalivedConfiguration Of(KeepalivedCommandLine line) => new(line.File ?? DefaultFile, line.ConfigurationId);

    /// <summary>Reads the file for a start or a reload; what is wrong goes to the log, as the original words it.</summary>
    public KeepalivedResult Read(KeepalivedLog log)
    {
        var diagnostics = new DiagnosticList
        {
            Added = said =>
            {
                // A warning is for the eyes of `-t` only.
                if (said.Severity == Severity.Alert) log.Error(said.Text);
                else if (said.Severity == Severity.Notice) log.Notice(said.Text);
            },
        };
        return Parse(diagnostics);
    }

    /// <summary>What the parent must know before its children read the file and say what is wrong with it.</summary>
    public KeepalivedResult ReadQuietly() => Parse(new DiagnosticList());

    /// <summary>`-t`: every complaint, one a line.</summary>
    public KeepalivedResult Test(Action<string> say) => Parse(new DiagnosticList
    {
        Added = said =>
        {
            if (said.Severity is Severity.Alert or Severity.Warning) say(said.Text);
        },
    });

    /// <summary>Whether there is a file to read at all; the original treats its absence as an error of its own.</summary>
    public bool IsMissing => !System.IO.File.Exists(File);

    /// <summary>Why there is nothing to read, and what to do; null when there is a file.</summary>
    public string? Obstacle
    {
        get
        {
            if (IsMissing) return $"Config files missing '{File}'. Create it, or name another one (-f).";
            if (new ThisMachine().ReadFile(File, out var error) is not null) return null;
            var problem = $"Unable to read configuration file {File} ({error}): ";
            return FileTrouble.RemediesIn(problem).FirstOrDefault() is { } remedy
                ? problem + remedy
                : problem + $"let user {ProcessRights.UserId} read it, or start as root";
        }
    }

    private KeepalivedResult Parse(DiagnosticList diagnostics) =>
        KeepalivedParser.Parse(File, new KeepalivedOptions { ConfigId = ConfigurationId }, new ThisMachine(), diagnostics);
}
