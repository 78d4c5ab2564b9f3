using System.Text;
using Evenkeel.Proxy.Message;

namespace Evenkeel.Tests.Unit.Proxy.Message;

/// <summary>The examples of the manual, and what HAProxy 3.5 made of the edges.</summary>
public sealed class UriNormalizersTests
{
    private static string Run(UriNormalizers.Normalizer normalizer, string text)
    {
        var normal = new byte[text.Length * 3];
        var length = normalizer(Encoding.Latin1.GetBytes(text), normal);
        return length < 0 ? "broken" : Encoding.Latin1.GetString(normal, 0, length);
    }

    [Theory]
    [InlineData("/.", "/")]
    [InlineData("/./bar/", "/bar/")]
    [InlineData("/a/./a", "/a/a")]
    [InlineData("/.well-known/", "/.well-known/")]
    public void Single_dots_are_left_out(string path, string expected) => Assert.Equal(expected, Run(UriNormalizers.StripDot, path));

    [Theory]
    [InlineData("/foo/../", "/", "/")]
    [InlineData("/foo/../bar/", "/bar/", "/bar/")]
    [InlineData("/foo/bar/../", "/foo/", "/foo/")]
    [InlineData("/../bar/", "/../bar/", "/bar/")]
    [InlineData("/bar/../../", "/../", "/")]
    [InlineData("/foo//../", "/foo/", "/foo/")]
    [InlineData("/x/..", "/", "/")]
    [InlineData("/foo/%2E%2E/", "/foo/%2E%2E/", "/foo/%2E%2E/")]
    public void Double_dots_take_the_segment_before_with_them(string path, string expected, string full)
    {
        Assert.Equal(expected, Run(UriNormalizers.StripDotDot, path));
        Assert.Equal(full, Run(UriNormalizers.StripAllDotDot, path));
    }

    [Fact]
    public void Slashes_and_fragments()
    {
        Assert.Equal("/foo/bar", Run(UriNormalizers.MergeSlashes, "//foo///bar"));
        Assert.Equal("/", Run(UriNormalizers.StripFragment, "/#foo"));
        Assert.Equal("/%23foo", Run(UriNormalizers.EncodeFragment, "/#foo"));
    }

    [Theory]
    [InlineData("/%61dmin", "/admin", "/admin")]
    [InlineData("/foo%3Fbar=baz", "/foo%3Fbar=baz", "/foo%3Fbar=baz")]
    [InlineData("/%%36%36", "/%66", "broken")]
    [InlineData("/%ZZ", "/%ZZ", "broken")]
    [InlineData("/%6", "/%6", "broken")]
    public void Unreserved_characters_are_decoded(string path, string expected, string strict)
    {
        Assert.Equal(expected, Run(UriNormalizers.DecodeUnreserved, path));
        Assert.Equal(strict, Run(UriNormalizers.DecodeUnreservedStrictly, path));
    }

    [Theory]
    [InlineData("/%6f", "/%6F", "/%6F")]
    [InlineData("/%zz", "/%zz", "broken")]
    public void Percent_codes_get_capitals(string path, string expected, string strict)
    {
        Assert.Equal(expected, Run(UriNormalizers.ToUppercase, path));
        Assert.Equal(strict, Run(UriNormalizers.ToUppercaseStrictly, path));
    }

    [Theory]
    [InlineData("b=1&a=2&c=&a=1", "a=2&a=1&b=1&c=")]
    [InlineData("z&a", "a&z")]
    [InlineData("", "")]
    [InlineData("&b&", "&b")]
    public void Arguments_are_sorted_and_those_of_one_name_keep_their_order(string query, string expected) =>
        Assert.Equal(expected, Run(UriNormalizers.SortQuery, query));
}
