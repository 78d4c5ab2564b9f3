using Evenkeel.Config.Keepalived.Blocks;
using Evenkeel.Config.Keepalived.Drafts;
using Evenkeel.Model.Vrrp;

namespace Evenkeel.Config.Keepalived.Keywords;

/// <summary>`track_interface`, `track_script`, `track_file`, `track_process` and `track_bfd` of instances and sync groups.</summary>
internal static class TrackKeywords
{
    /// <param name="owner">The block's name and its list of tracked things.</param>
    public static IEnumerable<Keyword> For(Func<KeywordLine, (string Name, TrackDraft Tracks)> owner)
    {
        yield return Keyword.Works("track_interface", line => line.ReadEntries(entry => Interface(entry, owner(entry))));
        yield return Keyword.Works("track_script", line => line.ReadEntries(entry => Script(entry, owner(entry))));
        yield return Keyword.Works("track_file", line => line.ReadEntries(entry => File(entry, owner(entry))));
        yield return Keyword.Works("track_process", line => line.ReadEntries(entry => Process(entry, owner(entry))));
        yield return Keyword.Works("track_bfd", line => line.ReadEntries(entry => Bfd(entry, owner(entry))));
    }

    private static bool IsDuplicate(KeywordLine line, (string Name, TrackDraft Tracks) owner, List<TrackedItemModel> list, string kind)
    {
        string name = line.Words[0];
        if (!list.Exists(item => item.Name == name)) return false;
        line.Error($"({owner.Name}) duplicate {kind} {name} - ignoring");
        return true;
    }

    private static void Interface(KeywordLine line, (string Name, TrackDraft Tracks) owner)
    {
        string name = line.Words[0];
        Values.InterfaceExists(line, name, $"({owner.Name}) tracked interface {name} doesn't exist");
        if (IsDuplicate(line, owner, owner.Tracks.Interfaces, "track_interface")) return;
        int weight = 0;
        bool reverse = false;
        for (int i = 1; i < line.Count; i++)
        {
            if (line.Words[i] != "weight")
            {
                line.Error($"({owner.Name}) unknown track_interface {name} option {line.Words[i]} - ignoring");
                break;
            }
            if (line.WordOrNull(++i) is not { } text)
            {
                line.Error($"({owner.Name}) weight without value specified for track_interface {name} - ignoring");
                break;
            }
            string refused = $"({owner.Name}) weight {text} for {name} must be between [-253..253] inclusive. Ignoring...";
            if (Values.Signed(line, text, -254, 254, refused) is not { } read)
                break;
            weight = (int)Math.Clamp(read, -253, 253);
            if (line.WordOrNull(i + 1) is not { } option) continue;
            i++;
            if (option == "reverse") reverse = true;
            else line.Error($"({owner.Name}) unknown track_interace {name} weight option {option} - ignoring");
        }
        owner.Tracks.Interfaces.Add(new TrackedItemModel(name, weight, reverse));
    }

    private static void Script(KeywordLine line, (string Name, TrackDraft Tracks) owner)
    {
        string name = line.Words[0];
        if (line.Draft.Scripts.Find(name) is not { } script)
        {
            line.Error($"({owner.Name}) track script {name} not found, ignoring...");
            return;
        }
        if (IsDuplicate(line, owner, owner.Tracks.Scripts, "track_script")) return;
        var item = Weighted(line, owner.Name, new TrackedItemModel(name, script.Weight, script.Reverse), "track script", "track_script", 254,
            text => $"({owner.Name}) track script {name}: weight must be between [-253..253] inclusive, ignoring...");
        owner.Tracks.Scripts.Add(item);
    }

    private static void File(KeywordLine line, (string Name, TrackDraft Tracks) owner)
    {
        string name = line.Words[0];
        if (line.Draft.TrackFiles.Find(name) is not { } file)
        {
            line.Error($"({owner.Name}) track file {name} not found, ignoring...");
            return;
        }
        if (IsDuplicate(line, owner, owner.Tracks.Files, "track_file")) return;
        owner.Tracks.Files.Add(Weighted(line, owner.Name, new TrackedItemModel(name, file.Weight, file.Reverse), "track file", "track_file", 254,
            _ => $"({owner.Name}) weight for track file {name} must be in [-254..254] inclusive. Ignoring..."));
    }

    private static void Process(KeywordLine line, (string Name, TrackDraft Tracks) owner)
    {
        string name = line.Words[0];
        if (line.Draft.TrackProcesses.Find(name) is not { } process)
        {
            line.Error($"({owner.Name}) track process {name} not found, ignoring...");
            return;
        }
        if (IsDuplicate(line, owner, owner.Tracks.Processes, "track_process")) return;
        owner.Tracks.Processes.Add(Weighted(line, owner.Name, new TrackedItemModel(name, process.Weight, process.Reverse), "track process", "track_process",
            254,
            _ => $"({owner.Name}) weight for track process {name} must be in [-254..254] inclusive. Ignoring..."));
    }

    private static void Bfd(KeywordLine line, (string Name, TrackDraft Tracks) owner)
    {
        string name = line.Words[0];
        if (line.Draft.BfdInstances.Find(b => b.Model.Name == name && b.Model.ForVrrp) is not { } bfd)
        {
            line.Error($"({owner.Name}) track bfd {name} not found, ignoring...");
            return;
        }
        if (IsDuplicate(line, owner, owner.Tracks.Bfd, "track_bfd")) return;
        owner.Tracks.Bfd.Add(Weighted(line, owner.Name, new TrackedItemModel(name, bfd.Model.Weight, bfd.Model.Reverse), "track bfd", "track_bfd", 253,
            _ => $"({owner.Name}) weight for track bfd {name} must be in [-253..253] inclusive. Ignoring..."));
    }

    /// <summary>`[weight N [reverse|noreverse]]` behind a tracked thing that brings its own weight.</summary>
    private static TrackedItemModel Weighted(KeywordLine line, string owner, TrackedItemModel item, string kind, string keyword, int limit, Func<string,
        string> refused)
    {
        if (line.Count < 2) return item;
        if (line.Words[1] != "weight")
        {
            line.Error($"({owner}) unknown {kind} option {line.Words[1]} - ignoring");
            return item;
        }
        if (line.WordOrNull(2) is not { } text)
        {
            line.Error($"({owner}) weight without value specified for {kind} {item.Name} - ignoring");
            return item;
        }
        if (Values.Signed(line, text, -limit, limit, refused(text)) is not { } weight) return item;
        item = item with { Weight = (int)weight, Reverse = false };
        switch (line.WordOrNull(3))
        {
            case null or "noreverse": return item;
            case "reverse": return item with { Reverse = true };
            default:
                line.Error($"({owner}) unknown {keyword} {item.Name} weight option {line.Words[3]} - ignoring");
                return item;
        }
    }
}
