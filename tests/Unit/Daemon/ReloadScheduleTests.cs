using System.Globalization;
using Evenkeel.Daemon.Keepalived;

namespace Evenkeel.Tests.Unit.Daemon;

public sealed class ReloadScheduleTests
{
    /// <summary>Noon in a zone that is two hours ahead.</summary>
    private static readonly DateTimeOffset Now = DateTimeOffset.Parse("2026-11-22T12:00:00+02:00", CultureInfo.InvariantCulture);

    [Theory]
    [InlineData("12:00:01", "2026-11-22T10:00:01Z")]
    [InlineData("12:00:00", "2026-11-23T10:00:00Z")]
    [InlineData("10:30:00Z", "2026-11-22T10:30:00Z")]
    [InlineData("09:30:00Z\nmore", "2026-11-23T09:30:00Z")]
    [InlineData("26-12-24 18:00:00", "2026-12-24T16:00:00Z")]
    [InlineData("2026-12-24 18:00:00Z", "2026-12-24T18:00:00Z")]
    public void The_forms_of_the_manual_are_understood(string text, string expected)
    {
        var next = ReloadSchedule.Next(text, Now, _ => TimeSpan.FromHours(2));
        Assert.Equal(DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture), next);
    }

    [Theory]
    [InlineData("")]
    [InlineData("12:00")]
    [InlineData(" 13:00:00")]
    [InlineData("13:00:00 ")]
    [InlineData("24:00:00")]
    [InlineData("2026-11-22  13:00:00")]
    [InlineData("2026-11-22 11:00:00")]
    [InlineData("2026-02-30 11:00:00")]
    public void Anything_else_and_the_past_plan_nothing(string text) => Assert.Null(ReloadSchedule.Next(text, Now, _ => TimeSpan.FromHours(2)));
}
