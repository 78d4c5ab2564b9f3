namespace Evenkeel.Tests.EndToEnd.Harness;

/// <summary>Where the published binary and its neighbours are. What is tested here is what users run.</summary>
internal static class Published
{
    public static readonly string Root = FindRoot();

    public static string Haproxy => Binary("haproxy");

    public static string Keepalived => Binary("keepalived");

    public static string Evenkeel => Binary("evenkeel");

    public static string Probe => Binary("evenkeel-probe");

    public static string Example(string name) => Path.Combine(Root, "examples", name);

    private static string Binary(string name)
    {
        var path = Path.Combine(Environment.GetEnvironmentVariable("EVENKEEL_BIN") ?? Path.Combine(Root, "artifacts", "bin"), name);
        return File.Exists(path) ? path : throw new FileNotFoundException("run ./dev build first", path);
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "evenkeel.slnx"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("the tests must run inside the repository");
    }
}
