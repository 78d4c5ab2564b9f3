using Evenkeel.Linux.Processes;

namespace Evenkeel.Tests.EndToEnd.Processes;

/// <summary>Programs really started: exit statuses, descriptors, rights and signals as the new program sees them.</summary>
public sealed class SpawnerTests
{
    [Fact]
    public void A_program_s_exit_code_comes_back()
    {
        using var child = Start(Shell("exit 7"));
        Assert.Equal(ExitStatus.Exited(7), child.WaitForExit());
    }

    [Fact]
    public void A_signalled_program_shows_the_signal()
    {
        using var child = Start(Shell("kill -9 $$"));
        var status = child.WaitForExit();
        Assert.Equal(ExitStatus.Signaled(9), status);
        Assert.Equal(137, status.ShellCode);
    }

    [Fact]
    public void A_missing_program_is_reported_and_leaves_no_child()
    {
        var started = Spawner.Start(new SpawnRequest { Path = "/nowhere/at/all", Arguments = ["all"] }, out var child);
        Assert.True(started.Is(Evenkeel.Linux.Errno.ENOENT));
        Assert.Null(child);
    }

    [Fact]
    public void A_new_program_ignores_and_blocks_no_signal()
    {
        var text = Output("grep -E 'SigIgn|SigBlk' /proc/self/status");
        // The C library keeps its own two (32 and 33) ignored in whatever posix_spawn starts.
        var masks = text.Trim().Split('\n').Select(line => Convert.ToUInt64(line.Split('\t')[1], 16) & ~0x1_8000_0000UL);
        Assert.Equal([0UL, 0UL], masks);
    }

    [Fact]
    public void Only_the_chosen_descriptors_are_open()
    {
        // ls itself opens the directory it lists, hence the fourth number.
        Assert.Equal("0 1 2 3", Output("ls /proc/self/fd | tr '\\n' ' '").Trim());
    }

    [Fact]
    public void Descriptors_can_trade_places()
    {
        using var first = TemporaryFile.With("first");
        using var second = TemporaryFile.With("second");
        int a = first.Descriptor, b = second.Descriptor;
        var text = Output("cat /proc/self/fd/" + b + " /proc/self/fd/" + a, new DescriptorMapping(a, b), new DescriptorMapping(b, a));
        Assert.Equal("firstsecond", text);
    }

    [Fact]
    public void Rights_are_the_new_program_s_alone()
    {
        Assert.SkipUnless(Environment.UserName == "root", "needs root");
        var command = Shell("id -u; id -g; id -G; grep CapEff /proc/self/status; grep ^Uid /proc/self/status");
        var request = command with { RunAs = new Identity(65534, 65534, [65534]) };
        var lines = OutputOf(request).Split('\n');
        Assert.Equal(["65534", "65534", "65534"], lines[..3]);
        Assert.EndsWith("0000000000000000", lines[3]);
        Assert.Equal("Uid:\t65534\t65534\t65534\t65534", lines[4]);
        Assert.Contains("Uid:\t0\t0\t0\t0", File.ReadAllText("/proc/thread-self/status"));
    }

    [Fact]
    public void A_group_can_be_stopped_together()
    {
        var request = Shell("sleep 100 & sleep 100") with { NewGroup = true };
        using var child = Start(request);
        Assert.True(child.SignalGroup(15).IsOk);
        Assert.Equal(ExitStatus.Signaled(15), child.WaitForExit());
    }

    private static SpawnRequest Shell(string command) => new() { Path = "/bin/sh", Arguments = ["sh", "-c", command], CloseFrom = 3 };

    private static ChildProcess Start(SpawnRequest request)
    {
        var started = Spawner.Start(request, out var child);
        Assert.True(started.IsOk, started.ToString());
        return child!;
    }

    private static string Output(string command, params DescriptorMapping[] descriptors) =>
        OutputOf(Shell(command) with { Descriptors = descriptors, CloseFrom = descriptors.Length == 0 ? 3 : null });

    private static string OutputOf(SpawnRequest request)
    {
        using var output = TemporaryFile.With("");
        using var child = Start(request with { Descriptors = [.. request.Descriptors, new DescriptorMapping(output.Descriptor, 1)] });
        Assert.True(child.WaitForExit().IsSuccess);
        return File.ReadAllText(output.Path);
    }

    private sealed class TemporaryFile : IDisposable
    {
        private readonly FileStream _stream;

        private TemporaryFile(string path) => _stream = new FileStream(Path = path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);

        public string Path { get; }

        public int Descriptor => (int)_stream.SafeFileHandle.DangerousGetHandle();

        public static TemporaryFile With(string text)
        {
            var path = System.IO.Path.GetTempFileName();
            File.WriteAllText(path, text);
            return new TemporaryFile(path);
        }

        public void Dispose()
        {
            _stream.Dispose();
            File.Delete(Path);
        }
    }
}
