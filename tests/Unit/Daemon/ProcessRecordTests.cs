using CsCheck;
using Evenkeel.Daemon.Processes;

namespace Evenkeel.Tests.Unit.Daemon;

public sealed class ProcessRecordTests
{
    [Fact]
    public void What_is_written_is_what_is_read() =>
        Gen.Select(Gen.Enum<RecordType>(), Gen.Byte, Gen.String).Sample((type, value, text) =>
        {
            var room = new byte[ProcessRecord.MostBytes];
            var length = new ProcessRecord(type, value, text).Write(room);
            Assert.True(ProcessRecord.TryRead(room.AsSpan(0, length), out var read));
            Assert.Equal(type, read.Type);
            Assert.Equal(value, read.Value);
            Assert.Equal(System.Text.Encoding.UTF8.GetBytes(text), System.Text.Encoding.UTF8.GetBytes(read.Text));
        });

    [Fact]
    public void A_text_that_is_too_long_is_cut_at_a_character()
    {
        var room = new byte[ProcessRecord.MostBytes];
        var length = new ProcessRecord(RecordType.StatusReply, 0, new string('é', ProcessRecord.MostBytes)).Write(room);
        Assert.True(length <= ProcessRecord.MostBytes);
        Assert.True(ProcessRecord.TryRead(room.AsSpan(0, length), out var read));
        Assert.All(read.Text, character => Assert.Equal('é', character));
    }

    [Fact]
    public void Nothing_but_a_whole_record_of_this_version_is_read()
    {
        var room = new byte[ProcessRecord.MostBytes];
        var length = new ProcessRecord(RecordType.Started, 1, "text").Write(room);
        Assert.False(ProcessRecord.TryRead(room.AsSpan(0, length - 1), out _));
        Assert.False(ProcessRecord.TryRead(room.AsSpan(0, length + 1), out _));
        Assert.False(ProcessRecord.TryRead(default, out _));
        room[0] = ProcessRecord.ProtocolVersion + 1;
        Assert.False(ProcessRecord.TryRead(room.AsSpan(0, length), out _));
        room[0] = ProcessRecord.ProtocolVersion;
        room[1] = 0;
        Assert.False(ProcessRecord.TryRead(room.AsSpan(0, length), out _));
    }

    [Fact]
    public void Random_bytes_never_hurt() =>
        Gen.Byte.Array[0, 64].Sample(bytes => !ProcessRecord.TryRead(bytes, out var record) || record.Text.Length <= bytes.Length);
}
