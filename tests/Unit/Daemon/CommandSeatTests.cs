using Evenkeel.Control.RuntimeApi;
using Evenkeel.Daemon.Processes;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Tests.Unit.Daemon;

public sealed class CommandSeatTests
{
    [Fact]
    public void Every_seat_survives_the_byte_it_travels_in()
    {
        foreach (var level in Enum.GetValues<CommandLevel>())
        foreach (var mode in Enum.GetValues<CommandMode>())
        foreach (var prompt in Enum.GetValues<PromptMode>())
        foreach (var timed in new[] { false, true })
        {
            var seat = new CommandSeat(level, mode, prompt, timed);
            Assert.Equal(seat, CommandSeat.FromByte(seat.ToByte()));
        }
    }

    [Fact]
    public void No_byte_gives_more_than_there_is()
    {
        for (var value = 0; value <= byte.MaxValue; value++)
        {
            var seat = CommandSeat.FromByte((byte)value);
            Assert.True(Enum.IsDefined(seat.Level) && Enum.IsDefined(seat.Mode) && Enum.IsDefined(seat.Prompt));
        }
    }
}
