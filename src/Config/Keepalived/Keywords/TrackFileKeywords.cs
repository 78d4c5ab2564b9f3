using Evenkeel.Config.Keepalived.Blocks;
using Evenkeel.Config.Keepalived.Drafts;
using Evenkeel.Config.Keepalived.Language;
using static Evenkeel.Config.Keepalived.Blocks.Keyword;

namespace Evenkeel.Config.Keepalived.Keywords;

/// <summary>`track_file`, of old `vrrp_track_file`.</summary>
internal static class TrackFileKeywords
{
    public static Block Build(string name) => new(name, ParsePass.Vrrp,
    [
        Works("file", File),
        Works("weight", Weight),
        Works("init_file", InitFile),
    ])
    {
        End = line =>
        {
            var file = line.Draft.TrackFile!;
            if (file.Path == null) line.Error($"No file set for track_file {file.Name} - ignoring");
            else if (!DirectoryExists(line, file.Path)) line.Error($"realpath() error 2 (No such file or directory) for {file.Name}");
            else line.Draft.TrackFiles.Add(file);
        },
    };

    public static bool Begin(KeywordLine line)
    {
        line.Draft.TrackFile = new TrackFileDraft(line.Word(1), line.Complaints.SourcePosition);
        return !line.Complaints.Fatal;
    }

    /// <summary>The file may come later, its directory may not: that is what is watched.</summary>
    private static bool DirectoryExists(KeywordLine line, string path)
    {
        int slash = path.LastIndexOf('/');
        return slash <= 0 || line.World.DirectoryExists(path[..slash]);
    }

    private static void File(KeywordLine line)
    {
        string path = line.Word(1);
        if (line.Complaints.Fatal) return;
        var file = line.Draft.TrackFile!;
        if (file.Path != null) line.Error($"File already set for track file {file.Name} - ignoring {path}");
        else file.Path = path;
    }

    private static void Weight(KeywordLine line)
    {
        var file = line.Draft.TrackFile!;
        if (line.WordOrNull(1) is not { } text)
        {
            line.Error($"No weight specified for track file {file.Name} - ignoring");
            return;
        }
        if (Values.Signed(line, text, -254, 254,
            $"Weight ({text}) for track_file {file.Name} must be between [-254..254] inclusive. Ignoring...") is { } weight)
            file.Weight = (int)weight;
        if (line.WordOrNull(2) is not { } option) return;
        if (option == "reverse") file.Reverse = true;
        else line.Error($"track_file {file.Name} unknown weight option {option}");
    }

    private static void InitFile(KeywordLine line)
    {
        var file = line.Draft.TrackFile!;
        file.InitialValue = 0;
        foreach (string word in line.Words.Skip(1))
        {
            if (word == "overwrite") file.Overwrite = true;
            else if (int.TryParse(word, System.Globalization.CultureInfo.InvariantCulture, out int value)) file.InitialValue = value;
            else line.Error($"Unknown track file init option {word}");
        }
    }
}
