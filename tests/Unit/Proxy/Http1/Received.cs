using System.Text;
using Evenkeel.Proxy.Http1;
using Evenkeel.Proxy.Memory;
using Evenkeel.Proxy.Message;

namespace Evenkeel.Tests.Unit.Proxy.Http1;

/// <summary>Feeds text to a head parser, whole or in pieces, and tells what came out as text.</summary>
internal static class Received
{
    private const int MaxHeaders = 101;

    public static WorkerMemory Memory(int bufferSize = 16_384) => new(bufferSize, 1_024);

    /// <summary>Status, error, head as it would be sent on, and the bytes behind it.</summary>
    public static string Parse(string text, bool isRequest, int[] cuts, WorkerMemory? memory = null)
    {
        memory ??= Memory();
        var bytes = Encoding.Latin1.GetBytes(text);
        var buffer = memory.Regular.Take();
        var message = new HttpMessage(memory);
        var parser = new Http1HeadParser();
        parser.Begin(buffer, message);
        var status = ParseStatus.NeedMore;
        var fed = 0;
        foreach (var end in cuts.Where(cut => cut > 0 && cut < bytes.Length).Append(bytes.Length).Order())
        {
            if (status != ParseStatus.NeedMore) break;
            buffer.Append(bytes.AsSpan(fed, end - fed));
            fed = end;
            status = parser.Parse(buffer, message, isRequest, MaxHeaders, memory.MaxHeadLength);
        }

        if (status != ParseStatus.Done) return $"{status} {parser.Error}";
        var head = new byte[message.Length];
        message.Write(head);
        var behind = bytes.AsSpan(parser.End);
        return $"{status} {Encoding.Latin1.GetString(head)}|{Encoding.Latin1.GetString(behind)}";
    }

    public static HttpMessage Request(string text, WorkerMemory? memory = null) => Message(text, isRequest: true, memory ?? Memory());

    public static HttpMessage Response(string text, WorkerMemory? memory = null) => Message(text, isRequest: false, memory ?? Memory());

    public static string Text(HttpMessage message)
    {
        var head = new byte[message.Length];
        message.Write(head);
        return Encoding.Latin1.GetString(head);
    }

    private static HttpMessage Message(string text, bool isRequest, WorkerMemory memory)
    {
        var buffer = memory.Regular.Take();
        buffer.Append(Encoding.Latin1.GetBytes(text));
        var message = new HttpMessage(memory);
        var parser = new Http1HeadParser();
        parser.Begin(buffer, message);
        Assert.Equal(ParseStatus.Done, parser.Parse(buffer, message, isRequest, MaxHeaders, memory.MaxHeadLength));
        return message;
    }
}
