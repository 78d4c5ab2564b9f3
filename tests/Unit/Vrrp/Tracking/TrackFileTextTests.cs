using System.Text;
using Evenkeel.Vrrp.Tracking;

namespace Evenkeel.Tests.Unit.Vrrp.Tracking;

public sealed class TrackFileTextTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("20\n", 20)]
    [InlineData("  -7 rest", -7)]
    [InlineData("+3", 3)]
    [InlineData("abc", 0)]
    [InlineData("", 0)]
    [InlineData("-", 0)]
    [InlineData("99999999999999999999", int.MaxValue)]
    [InlineData("-99999999999999999999", -int.MaxValue)]
    public void The_number_at_the_start_counts_and_nothing_else_does(string text, int expected) =>
        Assert.Equal(expected, TrackFileText.Parse(Encoding.UTF8.GetBytes(text)));
}
