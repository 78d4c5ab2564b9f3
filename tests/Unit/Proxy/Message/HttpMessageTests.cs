using System.Text;
using Evenkeel.Proxy.Memory;
using Evenkeel.Proxy.Message;

namespace Evenkeel.Tests.Unit.Proxy.Message;

public sealed class HttpMessageTests
{
    private readonly WorkerMemory _memory = new(4_096, 256);

    private HttpMessage Response()
    {
        var message = new HttpMessage(_memory);
        message.StartResponse(200, "OK"u8);
        return message;
    }

    private static string Text(HttpMessage message)
    {
        var bytes = new byte[message.Length];
        Assert.Equal(bytes.Length, message.Write(bytes));
        return Encoding.Latin1.GetString(bytes);
    }

    [Fact]
    public void Headers_are_written_in_order_with_names_in_lower_case()
    {
        var message = Response();
        Assert.True(message.Add("Server"u8, "x"u8));
        Assert.True(message.Add("Content-Length"u8, "0"u8));
        Assert.Equal("HTTP/1.1 200 OK\r\nserver: x\r\ncontent-length: 0\r\n\r\n", Text(message));
        Assert.Equal(KnownHeader.ContentLength, message.Known(1));
    }

    [Fact]
    public void A_head_counts_its_words_and_twenty_one_bytes()
    {
        var message = Response();
        Assert.Equal("HTTP/1.1".Length + "200".Length + "OK".Length + 21, message.CountedLength);
        message.Add("server"u8, "x"u8);
        Assert.Equal("HTTP/1.1".Length + "200".Length + "OK".Length + "server".Length + "x".Length + 21, message.CountedLength);
        var request = Http1.Received.Request("POST /abc HTTP/1.1\r\nHost:   a \r\nContent-Length: 5\r\n\r\n");
        Assert.Equal(57, request.CountedLength);
    }

    [Fact]
    public void Set_replaces_all_of_a_name_by_one_at_the_end()
    {
        var message = Response();
        message.Add("a"u8, "1"u8);
        message.Add("b"u8, "2"u8);
        message.Add("a"u8, "3"u8);
        Assert.True(message.Set("A"u8, "4"u8));
        Assert.Equal("HTTP/1.1 200 OK\r\nb: 2\r\na: 4\r\n\r\n", Text(message));
    }

    [Fact]
    public void An_edit_that_does_not_fit_changes_nothing()
    {
        var message = Response();
        var before = Text(message);
        Assert.False(message.Add("big"u8, new byte[5_000]));
        Assert.Equal(before, Text(message));
    }

    [Fact]
    public void Changing_one_header_over_and_over_never_runs_out_of_room()
    {
        var message = Response();
        message.Add("n"u8, "0"u8);
        for (var i = 0; i < 5_000; i++)
            Assert.True(message.SetValue(0, Encoding.ASCII.GetBytes("value " + i)));
        Assert.Equal("HTTP/1.1 200 OK\r\nn: value 4999\r\n\r\n", Text(message));
    }

    [Fact]
    public void Reset_gives_every_buffer_back()
    {
        var message = Response();
        message.Add("a"u8, "1"u8);
        Assert.Equal(1, _memory.Regular.InUse);
        message.Reset();
        Assert.Equal(0, _memory.Regular.InUse);
        Assert.Equal(0, message.HeaderCount);
    }
}
