using System.Text;
using Evenkeel.Proxy.Message;

namespace Evenkeel.Tests.Unit.Proxy.Message;

public sealed class RequestTargetTests
{
    /// <summary>Prefix, path, path with query; a target without any path has none of them.</summary>
    [Theory]
    [InlineData("/a?b", "", "/a", "/a?b")]
    [InlineData("http://h/a?b", "http://h", "/a", "/a?b")]
    [InlineData("http://h?b", "http://h", "", "?b")]
    [InlineData("http://h?b=/c", "http://h", "", "?b=/c")]
    [InlineData("http://h", null, "", "")]
    [InlineData("h:80", null, "", "")]
    [InlineData("*", null, "", "")]
    public void Parts_of_a_target(string text, string? prefix, string path, string both)
    {
        var target = new RequestTarget(Encoding.Latin1.GetBytes(text));
        Assert.Equal(prefix is not null, target.HasPath);
        Assert.Equal($"{prefix}|{path}|{both}", Text(target.Prefix, target.Path, target.PathAndQuery));
    }

    private static string Text(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> third) =>
        $"{Encoding.Latin1.GetString(first)}|{Encoding.Latin1.GetString(second)}|{Encoding.Latin1.GetString(third)}";
}
