using System.Reflection;
using Evenkeel.Linux.Processes;

namespace Evenkeel.Daemon.Node;

/// <summary>`evenkeel run` without files: a small site on loopback to try things on. Its configuration is an ordinary haproxy.cfg inside the program.</summary>
public static class Demonstration
{
    public const string Welcome = """
        the demonstration runs; try, in another terminal:
            curl -i http://127.0.0.1:8080/             each time another of three servers answers
            curl http://127.0.0.1:8404/stats           the same in a browser: who serves how much, who is up
            evenkeel status                            what this node knows about itself
          Ctrl-C ends it.
        """;

    private const string Resource = "demonstration.cfg";

    /// <summary>The configuration as a file that needs no disk; kept open by the caller while it is read.</summary>
    public static MemoryFile OpenConfiguration()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(Resource)!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        var made = MemoryFile.Create(Resource, content, out var file);
        return file ?? throw new IOException($"cannot hold the demonstration's configuration in memory ({made}); raise the limits (ulimit -a)");
    }
}
