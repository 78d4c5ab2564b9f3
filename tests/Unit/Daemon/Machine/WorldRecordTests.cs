using System.Text;
using Evenkeel.Daemon.Machine;
using Evenkeel.Linux.Processes;
using Evenkeel.Model;
using Evenkeel.Tests.Unit.Config;

namespace Evenkeel.Tests.Unit.Daemon.Machine;

public sealed class WorldRecordTests
{
    private static WorldRecord? Read(ReadOnlySpan<byte> content)
    {
        Assert.True(MemoryFile.Create("test", content, out var file).IsOk);
        using (file) return WorldRecord.FromFile(file!.Descriptor);
    }

    private static WorldRecord Carried(WorldRecord written)
    {
        Assert.True(written.ToFile(out var file).IsOk);
        using (file) return WorldRecord.FromFile(file!.Descriptor)!;
    }

    [Fact]
    public void Another_process_finds_what_this_one_learned()
    {
        var here = new RecordingWorld(new FakeWorld().With("a.map", "key value\n").With("empty", ""));
        _ = here.ReadFile("a.map", out _);
        _ = here.ReadFile("empty", out _);
        _ = here.ReadFile("missing", out _);
        using var record = Carried(here.Record);
        var there = new RecordedWorld(record);
        Assert.Equal("key value\n", Encoding.Latin1.GetString(there.ReadFile("a.map", out _)!));
        Assert.Empty(there.ReadFile("empty", out _)!);
        Assert.Null(there.ReadFile("missing", out var error));
        Assert.Equal("No such file or directory", error);
        Assert.False(there.LacksAnswers);
        Assert.Null(there.ReadFile("never asked", out _));
        Assert.True(there.LacksAnswers);
    }

    [Fact]
    public void Whoever_has_a_file_can_compare_without_a_copy()
    {
        var text = new byte[1 << 20];
        var here = new RecordingWorld(new FakeWorld { Files = { ["a.map"] = text, ["other"] = [1] } });
        _ = here.ReadFile("a.map", out _);
        using var record = Carried(here.Record);
        IWorld there = new RecordedWorld(record);
        _ = there.HoldsFile("a.map", text);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.True(there.HoldsFile("a.map", text));
        Assert.False(there.HoldsFile("a.map", [0]));
        Assert.False(there.HoldsFile("other", [1]));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4_096);
    }

    [Fact]
    public void Large_files_go_with_it_and_small_answers_stay()
    {
        var here = new RecordingWorld(new FakeWorld { Files = { ["large"] = new byte[1 << 20], ["small"] = [1] } });
        _ = here.ReadFile("large", out _);
        _ = here.ReadFile("small", out _);
        var record = Carried(here.Record);
        var there = new RecordedWorld(record);
        record.Dispose();
        Assert.Equal([1], there.ReadFile("small", out _)!);
        Assert.Null(there.ReadFile("large", out var error));
        Assert.NotEmpty(error);
    }

    [Fact]
    public void What_no_program_of_ours_wrote_is_no_record()
    {
        Assert.Null(Read(""u8));
        Assert.Null(Read("nonsense, and more of it"u8));
        // A version that is right, and the promise of an answer of two gigabytes.
        Assert.Null(Read([1, 0, 0, 0, 1, 0, 0, 0, 2, 1, (byte)'a', 255, 255, 255, 127]));
        Assert.Null(Read([1, 0, 0, 0, 255, 255, 255, 127]));
        Assert.Null(WorldRecord.FromFile(-1));
    }
}
