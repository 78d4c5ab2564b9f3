using Evenkeel.Config.Haproxy.Sections;

namespace Evenkeel.Config.Haproxy;

/// <summary>What relative paths start from (configuration.txt 3.1, `default-path`).</summary>
internal enum DefaultPathMode
{
    Current,
    Config,
    Parent,
    Origin,
}

/// <summary>`default-path`: where the relative paths of a configuration start.</summary>
internal static class DefaultPath
{
    public static void Read(GlobalSection section, Statement statement)
    {
        var context = section.Context;
        var mode = statement[1] switch
        {
            "current" => DefaultPathMode.Current,
            "config" => DefaultPathMode.Config,
            "parent" => DefaultPathMode.Parent,
            "origin" => DefaultPathMode.Origin,
            _ => (DefaultPathMode?)null,
        };
        if (mode is null)
            context.Alert($"{(statement.Has(1) ? "unsupported" : "missing")} default-path mode '{statement[1]}' for 'default-path', supported modes include "
                + "'current', 'config', 'parent', and 'origin'.");
        else if (mode == DefaultPathMode.Origin && !statement.Has(2)) context.Alert("'default-path origin' expects a directory as an argument.");
        else
        {
            context.DefaultPath = (mode.Value, statement[2]);
            Apply(context, context.Position.File);
        }
    }

    /// <summary>Lets relative paths start where the policy says for a file; a directory that cannot be entered is an error.</summary>
    public static void Apply(ParseContext context, string file)
    {
        var (mode, origin) = context.DefaultPath;
        var slash = file.LastIndexOf('/');
        var folder = slash < 0 ? "" : slash == 0 ? "/" : file[..slash];
        context.Files.Directory = "";
        var directory = mode switch
        {
            DefaultPathMode.Config => folder,
            DefaultPathMode.Parent => folder.Length == 0 ? ".." : $"{folder.TrimEnd('/')}/..",
            DefaultPathMode.Origin => origin,
            _ => "",
        };
        if (directory.Length == 0 || context.World.DirectoryExists(directory)) context.Files.Directory = directory;
        else
            context.Alert($"couldn't set 'default-path' to origin '{directory}': Impossible to get back to directory '{context.World.WorkingDirectory}': "
                + "No such file or directory.");
    }
}
