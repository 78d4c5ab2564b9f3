using Evenkeel.Config.Diagnostics;
using Evenkeel.Model;

namespace Evenkeel.Config.Haproxy;

/// <summary>What `-f` names: files as they are, directories as their visible `*.cfg` files in alphabetical order.</summary>
internal static class ConfigurationFiles
{
    /// <summary>Paths and contents in order; null after an error, which has been said.</summary>
    public static IReadOnlyList<(string Path, byte[] Bytes)>? Load(IReadOnlyList<string> names, IWorld world, DiagnosticList diagnostics)
    {
        var files = new List<(string, byte[])>();
        foreach (var name in names)
        {
            if (world.DirectoryExists(name))
            {
                if (world.ListFiles(name, ".cfg") is not { } members) return Fail(name, "Permission denied", diagnostics);
                foreach (var member in members)
                {
                    // The world may name the files alone or with their folder.
                    var path = member.Contains('/') ? member : $"{name.TrimEnd('/')}/{member}";
                    if (world.ReadFile(path, out var error) is not { } content) return Fail(path, error, diagnostics);
                    files.Add((path, content));
                }
                continue;
            }
            if (world.ReadFile(name, out var reason) is not { } bytes) return Fail(name, reason, diagnostics);
            files.Add((name, bytes));
        }
        return files;
    }

    private static IReadOnlyList<(string, byte[])>? Fail(string name, string reason, DiagnosticList diagnostics)
    {
        diagnostics.Alert(SourcePosition.None, $"Cannot open configuration file/directory {name} : {reason}");
        return null;
    }
}
